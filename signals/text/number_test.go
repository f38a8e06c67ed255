package text_test

import (
	"testing"

	"firstsign/signals"
	"firstsign/signals/text"
)

// One number is one number however it is dialled.
func TestForwardingTargetsHoweverTheyAreDialled(t *testing.T) {
	china := text.Numbers{Competitor: []string{"+8675588", "+44 1632 96"}, Colleague: []string{"+86 755 2600", "desk"}, Voicemail: []string{"+8675526009999"}}
	america := text.Numbers{Competitor: []string{"+1 202 555"}}
	mixed := text.Numbers{Competitor: []string{"+8675588", "+44 1632 96"}}
	told := mixed
	told.CountryCode = "86"
	national := text.Numbers{CountryCode: "86", Competitor: []string{"0755-88"}}
	for _, c := range []struct {
		numbers text.Numbers
		target  string
		want    string
	}{
		{china, "+8675588123456", "competitor"},
		{china, "+86 755 8812 3456", "competitor"},
		{china, "075588123456", "competitor"},
		{china, "0755-8812 3456", "competitor"},
		{china, "(0755) 88123456", "competitor"},
		{china, "008675588123456", "competitor"},
		{china, "0086-755-88123456", "competitor"},
		{china, "8675588123456", "competitor"},
		{china, "86 755 8812 3456", "competitor"},
		{china, "9,075588123456", "competitor"},
		{china, "0,,075588123456", "competitor"},
		{china, "9p0755 88123456", "competitor"},
		{china, "tel:+86-755-8812-3456", "competitor"},
		{china, "TEL:+8675588123456;ext=12", "competitor"},
		{china, "sip:+8675588123456@pbx", "competitor"},
		{china, "sips:075588123456@pbx.example;user=phone", "competitor"},
		{china, "\"Sales\" <sip:+8675588123456@pbx>", "competitor"},
		{china, "＋８６７５５８８１２３４５６", "competitor"},
		{china, "00441632960123", "competitor"},
		{china, "075526001234", "colleague"},
		{china, "075526009999", "voicemail"}, // the longest counts
		{china, "sip:desk12@pbx", "colleague"},
		{china, "Desk 12", "colleague"},
		{china, "13912345678", "outside"},
		{china, "02188123456", "outside"},
		{china, "88123456", "outside"}, // of which area?
		{china, "441632960123", "outside"},
		{china, "1001", "outside"},
		{china, "+", "outside"},
		{america, "(202) 555-0123", "competitor"},
		{america, "1-202-555-0123", "competitor"},
		{america, "9,12025550123", "competitor"},
		{america, "011 1 202 555 0123", "competitor"},
		{america, "+86 202 555 0123", "outside"},
		{mixed, "075588123456", "outside"}, // of which country?
		{told, "075588123456", "competitor"},
		{national, "+8675588123456", "competitor"},
		{national, "075588123456", "competitor"},
	} {
		in := signals.Interaction{Signal: []byte("forwarding"), Attributes: []signals.Attribute{{Key: []byte("target"), Value: []byte(c.target)}}}
		signs := text.New(text.Config{Numbers: c.numbers}).Signs(&in, nil)
		if len(signs) != 1 || signs[0].Signal != "forwarding_"+c.want {
			t.Errorf("%q is read as %v, want %s", c.target, signs, c.want)
		}
	}
}

// An action that is not understood is no sign of the opposite.
func TestActionsOfAForwardingAreUnderstood(t *testing.T) {
	reader := text.New(text.Config{Numbers: text.Numbers{Competitor: []string{"+8675588"}}})
	for action, want := range map[string]string{
		"set": "forwarding_competitor", "Activated": "forwarding_competitor", "开启": "forwarding_competitor", "": "forwarding_competitor",
		"Cleared": "forwarding_cleared", "CLEARED": "forwarding_cleared", "取消": "forwarding_cleared", "disabled": "forwarding_cleared", "queried": "",
	} {
		in := signals.Interaction{Signal: []byte("Call Forwarding"), Attributes: []signals.Attribute{
			{Key: []byte("action"), Value: []byte(action)}, {Key: []byte("target"), Value: []byte("+8675588123456")},
		}}
		got := ""
		if signs := reader.Signs(&in, nil); len(signs) > 0 {
			got = signs[0].Signal
		}
		if got != want {
			t.Errorf("action %q is read as %q, want %q", action, got, want)
		}
	}
}
