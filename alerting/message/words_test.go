package message

import (
	"fmt"
	"testing"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		from, to         float64
		wantFrom, wantTo string
	}{
		{3.5, 0.75, "3.5", "0.8"}, {12400, 7900, "12,400", "7,900"}, {0.62, 0.21, "0.62", "0.21"}, {1234567.8, 0, "1,234,568", "0"},
		{41, 40.6, "41", "40.6"}, {0.004, 0.001, "0.004", "0.001"}, {-0.2, -0.6, "-0.2", "-0.6"}, {5, 5, "5", "5"}, {0.0001, 0, "0.0001", "0"},
	} {
		if from, to := pair(c.from, c.to); from != c.wantFrom || to != c.wantTo {
			t.Errorf("pair(%v, %v) = %s, %s; want %s, %s", c.from, c.to, from, to, c.wantFrom, c.wantTo)
		}
	}
	for days, want := range map[float64]string{
		0.2: "1 day", 1: "1 day", 6.4: "6 days", 14: "2 weeks", 61: "2 months", 400: "13 months", 730: "2 years", 365.25 * 42.3: "42 years", 365.25 * 147: "150 years",
	} {
		if got := englishSpan(days); got != want {
			t.Errorf("%v days: %s, want %s", days, got, want)
		}
	}
}

func TestForeignNames(t *testing.T) {
	for in, want := range map[string]string{
		"Acme": "Acme", " a\n\tb ": "a b", "a\x00\x1bb\u202ec\u200b": "abc", "\xff疏远": "疏远",
		"{{.Secret}} %s %!d": "{{.Secret}} %s %!d", // a name is no template and no format
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
	long := clean(fmt.Sprintf("%0200d", 0))
	if len([]rune(long)) != maxName {
		t.Errorf("a long name has %d characters", len([]rune(long)))
	}
}
