package identity_test

import (
	"testing"

	"firstsign/internal/identity"
)

func TestIsGarbled(t *testing.T) {
	for _, id := range []string{"MÃ¼ller", "SociÃ©tÃ© GÃ©nÃ©rale", "å®¢æˆ·", "M\ufffdller"} {
		if !identity.IsGarbled(id) {
			t.Errorf("%q is not found", id)
		}
	}
	for _, id := range []string{"", "acme", "Müller", "Société Générale", "客户", "Łódź", "SÃO PAULO", "Ærø", "株式会社", "naïve ©"} {
		if identity.IsGarbled(id) {
			t.Errorf("%q is taken for garbled", id)
		}
	}
}
