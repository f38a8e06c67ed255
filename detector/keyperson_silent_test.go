package detector

import (
	"firstsign/accounts"
	"firstsign/detector/series"
	"fmt"
	"math/rand/v2"
	"testing"
)

// A key person who falls silent on both channels is seen, however much all the
// others of the account go on calling and writing.
func TestKeyPersonSilentOnAllChannels(t *testing.T) {
	rules := testRules()
	rules.Signals = []series.Signal{{Name: "call", PerContact: true}, {Name: "mail", PerContact: true}}
	list := []accounts.Account{{ID: "acme", Grade: accounts.Ordinary, Contacts: []accounts.Contact{{ID: "li-wei", Key: true}}}}
	for i := range 30 {
		list = append(list, accounts.Account{ID: fmt.Sprint("crowd-", i)})
	}
	rules.Accounts = accounts.NewDirectory(list)
	rng := rand.New(rand.NewPCG(1, 2))
	var l written
	l.tick(at(0, 0))
	for d := range 240 {
		l.crowd(rng, d, 30, 0.6, "")
		for i := range 10 {
			person := []string{"li-wei", "others"}[min(i, 1)]
			for _, signal := range rules.Signals {
				if w := at(d, 0).Weekday(); w > 0 && w < 6 && rng.Float64() < 0.5 && (i > 0 || d < 200) {
					l.event(at(d, 10), "acme", signal.Name, "contact", person)
				}
			}
		}
		l.tick(at(d+1, 0))
	}
	_, found := run(t, rules, &l)
	of := about(found, "acme")
	if len(of) == 0 || of[0].Since < dayN(200) || of[0].Reasons[0].Contact != "li-wei" {
		t.Fatalf("found %+v", of)
	}
}
