package detector

import (
	"fmt"
	"testing"

	"github.com/cespare/xxhash/v2"

	"firstsign/detector/account"
)

func TestIndex(t *testing.T) {
	var x index
	if x.get([]byte("a-0"), xxhash.Sum64String("a-0")) != nil || x.likely(7) != nil {
		t.Fatal("an empty index has an account")
	}
	var all []*account.Account
	for i := range 1000 {
		a := account.New(fmt.Appendf(nil, "a-%d", i), 0, 0)
		x.put(a)
		all = append(all, a)
	}
	for _, x := range []index{x, indexOf(all)} {
		for i := range 2000 {
			id := fmt.Sprintf("a-%d", i)
			a := x.get([]byte(id), xxhash.Sum64String(id))
			if i >= len(all) && a != nil || i < len(all) && a != all[i] {
				t.Fatalf("%s: %v", id, a)
			}
		}
	}
	// Two ids of one hash are told apart.
	if a := x.likely(xxhash.Sum64String("a-5")); a != all[5] {
		t.Errorf("likely %v", a)
	}
	if a := x.get([]byte("another"), xxhash.Sum64String("a-5")); a != nil {
		t.Errorf("found %s by the hash alone", a.ID)
	}
}
