package identity_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"firstsign/internal/identity"
)

// years of a history, in days.
const beginning, change, end = identity.Day(20_000), identity.Day(20_400), identity.Day(20_600)

// healthy accounts are in touch from the beginning to the end.
func healthy(n int) (lives []identity.Life) {
	for i := range n {
		lives = append(lives, identity.Life{ID: fmt.Sprintf("acct-%03d", i), First: beginning + identity.Day(i%7), Last: end - identity.Day(i%5), Count: 200})
	}
	return lives
}

func TestLooksRenamed(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           string // the rule in words; empty: nothing is told
	}{
		{"case", "acme corp", "ACME CORP", "upper and lower case"},
		{"width of brackets", "华泰（上海）", "华泰(上海)", "full and half width"},
		{"width of letters", "ABC公司", "ＡＢＣ公司", "full and half width"},
		{"a space more", "华泰 证券", "华泰证券", "white space"},
		{"a spreadsheet's fraction", "17850", "17850.0", "the .0 of a spreadsheet"},
		{"more of it", "17850.00", "17850", "the .0 of a spreadsheet"},
		{"zeros in front", "17850", "0000017850", "zeros in front"},
		{"country code", "+8613900000001", "008613900000001", "the country code"},
		{"country code left out", "+86 139 0000 0001", "13900000001", "the country code"},
		{"punctuation", "acme-corp", "acme_corp", "punctuation"},
		{"a dot", "Acme Inc", "Acme Inc.", "punctuation"},
		{"several", "ACME-Corp", "acme_corp", "case, width or punctuation"},
		{"a prefix", "acme", "CRM-acme", `"CRM-" added in front`},
		{"a prefix with a tilde", "10017", "1000~10017", `"1000~" added in front`},
		{"a prefix less", "SAP/acme", "acme", `"SAP/" removed in front`},
		{"a suffix", "acme", "acme@new", `"@new" added at the end`},
		{"a suffix less", "acme.old", "acme", `".old" removed at the end`},
		{"others", "acme", "bell", ""},
		{"a prefix without a sign", "acme", "newacme", ""},
		{"too little in common", "a1", "CRM-a1", ""},
		{"a number longer", "1785", "17850", ""},
		{"other digits", "17850", "17851", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			lives := append(healthy(40),
				identity.Life{ID: c.old, First: beginning, Last: change - 3, Count: 100},
				identity.Life{ID: c.new, First: change, Last: end, Count: 50})
			got := identity.Look(lives)
			text := strings.Join(got.Lines(5), "\n")
			switch {
			case len(got.Migrations)+len(got.Alike) > 0:
				t.Errorf("%+v", got)
			case c.want == "" && text != "":
				t.Errorf("told %s", text)
			case c.want != "" && (!strings.Contains(text, c.want) || len(got.Renamed) != 1 || got.Renamed[0].Old != c.old || got.Renamed[0].New != c.new):
				t.Errorf("want %s, told %q", c.want, text)
			}
		})
	}
}

// When neither ends as the other begins, they are not one customer renamed.
func TestNotRenamed(t *testing.T) {
	for name, two := range map[string][2]identity.Life{
		"long after":          {{ID: "acme-1", First: beginning, Last: beginning + 100, Count: 100}, {ID: "ACME-1", First: change, Last: end, Count: 50}},
		"within the other":    {{ID: "acme-1", First: beginning, Last: end, Count: 100}, {ID: "acme_1", First: change, Last: change + 50, Count: 50}},
		"both all the time":   {{ID: "acme-1", First: beginning, Last: end, Count: 100}, {ID: "acme/1", First: beginning, Last: end, Count: 50}},
		"the other way round": {{ID: "ACME.1", First: change, Last: end, Count: 100}, {ID: "acme-1", First: change, Last: change + 2, Count: 3}},
	} {
		if got := identity.Look(append(healthy(20), two[0], two[1])); !got.None() {
			t.Errorf("%s: %q", name, got.Lines(5))
		}
	}
	seldom := []identity.Life{{ID: "acme", First: beginning, Last: change - 100, Count: 7}, {ID: "ACME", First: change, Last: end, Count: 4}}
	if got := identity.Look(append(healthy(20), seldom...)); len(got.Renamed) != 1 {
		t.Errorf("in touch every two months: %q", got.Lines(5))
	}
}

func TestBothInUse(t *testing.T) {
	lives := append(healthy(20), identity.Life{ID: "ACME", First: beginning, Last: end, Count: 100}, identity.Life{ID: "acme", First: beginning + 1, Last: end, Count: 50})
	got := identity.Look(lives)
	if len(got.Alike) != 1 || len(got.Renamed) != 0 || !strings.Contains(got.Lines(5)[0], `one customer or two? "ACME" and "acme"`) {
		t.Errorf("%q", got.Lines(5))
	}
}

// Many ids that end and begin on one day are one finding. Each account is in touch
// now and then, so that nobody's last day is the day itself.
func TestMigration(t *testing.T) {
	for _, c := range []struct {
		name  string
		moved int // of 50
		id    func(old string) string
		rule  string // empty: no migration
	}{
		{"a prefix", 50, func(id string) string { return "CRM-" + id }, `"CRM-" added in front`},
		{"a prefix without a sign", 50, func(id string) string { return "X" + id }, `"X" added in front`},
		{"a suffix", 50, func(id string) string { return id + "_eu" }, `"_eu" added at the end`},
		{"another prefix", 50, func(id string) string { return "kd" + id[4:] }, `"acct" became "kd" in front`},
		{"a prefix less", 50, func(id string) string { return id[5:] + "" }, `"acct-" removed in front`},
		{"capitals", 50, strings.ToUpper, "upper and lower case"},
		{"underscores", 50, func(id string) string { return strings.ReplaceAll(id, "-", "_") }, "punctuation"},
		{"a third of them", 20, func(id string) string { return "CRM-" + id }, `"CRM-" added in front`},
		{"a few", 8, func(id string) string { return "CRM-" + id }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			day := func() identity.Day { return identity.Day(rng.IntN(9)) }
			var lives []identity.Life
			for i := range 50 {
				id := fmt.Sprintf("acct-%03d", 100+i)
				if i >= c.moved {
					lives = append(lives, identity.Life{ID: id, First: beginning + day(), Last: end - day(), Count: 200})
					continue
				}
				lives = append(lives, identity.Life{ID: id, First: beginning + day(), Last: change - 1 - day(), Count: 120},
					identity.Life{ID: c.id(id), First: change + day(), Last: end - day(), Count: 80})
			}
			got := identity.Look(lives)
			if c.rule == "" {
				if len(got.Migrations) != 0 || len(got.Renamed) != c.moved {
					t.Errorf("%d migrations, %d renamed: %q", len(got.Migrations), len(got.Renamed), got.Lines(3))
				}
				return
			}
			if len(got.Migrations) != 1 || len(got.Renamed) != 0 {
				t.Fatalf("%d migrations, %d renamed: %q", len(got.Migrations), len(got.Renamed), got.Lines(3))
			}
			m := got.Migrations[0]
			if m.Day != change || m.Accounts != c.moved || m.Active != 50 || m.Rule.String() != c.rule {
				t.Errorf("%s", m.String())
			}
		})
	}
}

// Customers come and go with numbered ids, and no rule is behind it.
func TestChurnIsNoMigration(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var lives []identity.Life
	for i := range 3000 {
		first := beginning + identity.Day(rng.IntN(600))
		lives = append(lives, identity.Life{ID: fmt.Sprintf("C%d", 1000+i), First: first, Last: min(end, first+identity.Day(20+rng.IntN(300))), Count: 30})
	}
	if got := identity.Look(lives); !got.None() {
		t.Errorf("%q", got.Lines(5))
	}
}

func TestLookIsInNoOrder(t *testing.T) {
	lives := append(healthy(30), identity.Life{ID: "acme", First: beginning, Last: change - 3, Count: 100}, identity.Life{ID: "ACME", First: change, Last: end, Count: 50})
	want := fmt.Sprint(identity.Look(lives))
	for seed := range uint64(5) {
		rng := rand.New(rand.NewPCG(seed, 1))
		rng.Shuffle(len(lives), func(i, k int) { lives[i], lives[k] = lives[k], lives[i] })
		if got := fmt.Sprint(identity.Look(lives)); got != want {
			t.Errorf("%s and %s", got, want)
		}
	}
}

func BenchmarkLook(b *testing.B) {
	var lives []identity.Life
	for i := range 20_000 {
		lives = append(lives, identity.Life{ID: fmt.Sprintf("customer-%07d", i), First: beginning + identity.Day(i%300), Last: end - identity.Day(i%200), Count: 100})
	}
	for b.Loop() {
		identity.Look(lives)
	}
}
