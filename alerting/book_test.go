package alerting_test

import (
	"testing"

	"firstsign/alerting"
	"firstsign/alerting/booktest"
)

func TestMemory(t *testing.T) {
	booktest.Run(t, func(*testing.T) alerting.Book { return alerting.NewMemory() })
}
