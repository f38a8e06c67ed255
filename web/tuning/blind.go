package tuning

import (
	"cmp"
	"maps"
	"slices"

	"firstsign/accounts"
	"firstsign/detector/survey"
)

// blindSpots are the accounts that cannot be judged, and what would help.
type blindSpots struct {
	Accounts int // that are listed, or have interactions
	Judged   int
	Unseen   int // listed, and no interaction has come
	Blind    int // every source of their contact fails
	Young    int // known for less than watchedFrom days
	Quiet    int // dormant
	Rare     int // too little contact
	Cures    []cure
	// Fields that the files lack: alerts without an owner reach nobody in particular, and
	// without key persons nobody's silence is judged on its own.
	NoOwner, NoKeyPerson, KeyAccounts int
}

// cure is what would let accounts be judged.
type cure struct {
	Kind     cureKind
	Name     string // of a source or a signal
	Accounts int    // that it would help
	PerWeek  float64
	Share    float64 // of the accounts that are not dormant, that have the signal: 0 to 1
}

type cureKind string

const (
	repair  cureKind = "repair"  // a source that fails
	record  cureKind = "record"  // a signal that others have
	connect cureKind = "connect" // anything of accounts that nothing comes of
	rhythm  cureKind = "rhythm"  // agree on a norm of care
	wait    cureKind = "wait"
)

// findBlind sorts all accounts. listed is nil when no file lists accounts.
func findBlind(counted *survey.Survey, listed *accounts.Directory) *blindSpots {
	b := &blindSpots{Accounts: len(counted.Accounts)}
	seen, failing := map[string]bool{}, map[string]int{}
	var rare []*survey.Account
	for i := range counted.Accounts {
		a := &counted.Accounts[i]
		seen[a.ID] = true
		switch {
		case a.Dormant:
			b.Quiet++
		case a.Blind:
			b.Blind++
			failing[a.Source]++
		case a.Known < watchedFrom:
			b.Young++
		case a.PerWeek() < survey.RareWeek:
			b.Rare++
			rare = append(rare, a)
		default:
			b.Judged++
		}
	}
	b.fields(listed, seen)
	for _, source := range slices.Sorted(maps.Keys(failing)) {
		b.Cures = append(b.Cures, cure{Kind: repair, Name: source, Accounts: failing[source]})
	}
	b.record(counted, rare)
	for kind, n := range map[cureKind]int{connect: b.Unseen, wait: b.Young} {
		if n > 0 {
			b.Cures = append(b.Cures, cure{Kind: kind, Accounts: n})
		}
	}
	slices.SortStableFunc(b.Cures, func(a, c cure) int {
		return cmp.Or(cmp.Compare(c.Accounts, a.Accounts), cmp.Compare(a.Kind, c.Kind), cmp.Compare(a.Name, c.Name))
	})
	return b
}

// fields counts what the files lack.
func (b *blindSpots) fields(listed *accounts.Directory, seen map[string]bool) {
	for a := range listed.All() {
		if !seen[a.ID] {
			b.Unseen++
			b.Accounts++
		}
		if a.Owner == "" {
			b.NoOwner++
		}
		if a.Grade == accounts.Key {
			b.KeyAccounts++
			if !slices.ContainsFunc(a.Contacts, func(c accounts.Contact) bool { return c.Key }) {
				b.NoKeyPerson++
			}
		}
	}
}

// record finds the signals that would bring enough contact, if these accounts had them as
// often as the others. What no signal cures needs a rhythm that both sides agree on.
func (b *blindSpots) record(counted *survey.Survey, rare []*survey.Account) {
	common, cured := commonSignals(counted), map[*survey.Account]bool{}
	for _, one := range common {
		c := cure{Kind: record, Name: one.Signal, PerWeek: one.PerWeek, Share: one.Share}
		for _, a := range rare {
			has := slices.ContainsFunc(a.Rates, func(r survey.Rate) bool { return r.Signal == c.Name && r.PerWeek > 0 })
			if !has && a.PerWeek()+c.PerWeek >= survey.RareWeek {
				c.Accounts++
				cured[a] = true
			}
		}
		if c.Accounts > 0 {
			b.Cures = append(b.Cures, c)
		}
	}
	if n := len(rare) - len(cured); n > 0 {
		b.Cures = append(b.Cures, cure{Kind: rhythm, Accounts: n})
	}
}

// commonSignals are the counts that many accounts have.
func commonSignals(counted *survey.Survey) []survey.Common {
	rates, all := map[string][]float64{}, 0
	for i := range counted.Accounts {
		a := &counted.Accounts[i]
		if a.Dormant {
			continue
		}
		all++
		for _, r := range a.Rates {
			if r.PerWeek > 0 {
				rates[r.Signal] = append(rates[r.Signal], r.PerWeek)
			}
		}
	}
	return survey.CommonSignals(rates, all)
}
