package history

import (
	"errors"
	"io"
	"strings"
	"testing"

	"firstsign/signals"
)

// Former ids are the account's in every reading: as the file is, and sorted. Rows of
// no account are left out and told, unless one is listed.
func TestNames(t *testing.T) {
	const file = "time,account,signal\n" +
		"2026-03-03 09:00,acme,call\n" +
		"2026-03-02 09:00,K-17,call\n" +
		"2026-03-02 10:00,NA,call\n" +
		"2026-03-02 11:00,null,call\n" +
		"2026-03-02 12:00,\u00a0K-17 ,call\n" +
		"2026-03-02 13:00,无,call\n"
	r := NewReading(func() (*File, error) { return New(strings.NewReader(file), "calls.csv", Layout{}) }, 0)
	r.Names = Names{
		Current: func(id []byte) []byte {
			if string(id) == "K-17" {
				return []byte("acme")
			}
			return nil
		},
		Listed: func(id []byte) bool { return string(id) == "NA" }, // Namibia
	}
	if err := r.Survey(func(Source) (at, end func()) { return func() {}, func() {} }); err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if len(r.Left) != 1 || r.Left[0].Reason != signals.NoAccount || r.Left[0].Rows != 2 || r.Left[0].First[0].Line != 5 {
		t.Errorf("left out: %+v", r.Left)
	}
	if a := r.Accounts(); len(a) != 2 || a[0].Name != "acme" || a[0].Lines != 3 || a[1].Name != "NA" {
		t.Errorf("accounts: %+v", a)
	}
	if _, err := r.Order(0); err != nil {
		t.Fatal(err)
	}
	s, err := r.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var got []string
	for {
		line, err := s.Next()
		if err == io.EOF {
			break
		}
		if bad := (*LineError)(nil); errors.As(err, &bad) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(line.Value), `"account":"`+string(line.Interaction.Account)+`"`) {
			t.Errorf("%s is written as %s", line.Interaction.Account, line.Value)
		}
		got = append(got, string(line.Interaction.Account))
	}
	if want := "acme NA acme acme"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %s", got, want)
	}
}
