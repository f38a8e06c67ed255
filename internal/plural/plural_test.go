package plural

import "testing"

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 days", 1: "1 day", 2: "2 days", -1: "-1 days"} {
		if got := Count(n, "day"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	if got := Count(int64(12345), "open proposal"); got != "12345 open proposals" {
		t.Error(got)
	}
}
