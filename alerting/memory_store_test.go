package alerting_test

import (
	"testing"

	"firstsign/alerting"
	"firstsign/alerting/alertstoretest"
)

func TestMemory(t *testing.T) {
	alertstoretest.Run(t, func(*testing.T) alerting.AlertStore { return alerting.NewMemoryStore() })
}
