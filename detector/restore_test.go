package detector

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"firstsign/detector/series"
)

// Accounts that are decoded side by side are those that are decoded one by one, with or
// without numbers for their sources.
func TestRestorer(t *testing.T) {
	e := portfolioOf(t, 2*restoredAtOnce+100, 12)
	findingsOf(t, e)
	beside, one := NewEngine(0, 1, eightRules()), NewEngine(0, 1, eightRules())
	r, w := NewRestorer(beside), &series.Writer{}
	add := func(id string, state []byte) {
		s := AccountState{ID: id, State: state}
		if err := errors.Join(r.Add(s), one.RestoreAccount(s)); err != nil {
			t.Fatal(err)
		}
		clear(state) // which is good during the call only
	}
	add(e.accounts[0].ID, stateOf(e, e.accounts[1].ID)) // an earlier state
	for _, a := range e.accounts {
		w.Bytes = w.Bytes[:0]
		e.yardstick.Encode(w, a)
		add(a.ID, w.Bytes)
	}
	if err := r.End(); err != nil {
		t.Fatal(err)
	}
	if got, want := beside.Stats(), one.Stats(); got.Accounts != int64(len(e.accounts)) || got.Accounts != want.Accounts || got.Series != want.Series || got.Dormant != want.Dormant {
		t.Errorf("%+v, want %+v", got, want)
	}
	for i, a := range e.accounts {
		if b := beside.accounts[i]; b.ID != a.ID || !slices.Equal(stateOf(beside, a.ID), stateOf(e, a.ID)) || beside.index.of(a.ID) != b {
			t.Fatalf("account %d is %q, want %q as it was", i, b.ID, a.ID)
		}
	}
	damaged := stateOf(e, e.accounts[7].ID)
	err := r.Add(AccountState{ID: "acme", State: damaged[:len(damaged)/2]})
	if err = errors.Join(err, r.End()); !errors.Is(err, series.ErrState) || !strings.Contains(err.Error(), `"acme"`) {
		t.Errorf("a damaged state: %v", err)
	}
}
