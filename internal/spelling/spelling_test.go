package spelling_test

import (
	"strings"
	"testing"

	"firstsign/internal/spelling"
)

var roles = spelling.Set{
	{Name: "decision_maker", Also: []string{"boss", "决策者"}},
	{Name: "user", Also: []string{"使用者"}},
}

func TestWordsAreFoundHoweverTheyAreWritten(t *testing.T) {
	index := roles.Index()
	for word, want := range map[string]int{
		"decision_maker": 0, "Decision Maker": 0, "DECISION-MAKER": 0, "DecisionMaker": 0, "decision\u00a0maker": 0, "decision‑maker": 0, // no-break space and hyphen
		"ｄｅｃｉｓｉｏｎ＿ｍａｋｅｒ": 0, " 决策者 ": 0, "Boss": 0, "\ufeffuser\u200b": 1, "使用者　": 1, "user.": 1,
		"": -1, "-": -1, "decision": -1, "users": -1, "us\xffer": -1, strings.Repeat("user", 200): -1, "决策": -1,
	} {
		if got := roles.Find(word); got != want {
			t.Errorf("%q is found as %d, want %d", word, got, want)
		}
		if got := index.Find([]byte(word)); got != want {
			t.Errorf("the index finds %q as %d, want %d", word, got, want)
		}
	}
}

func TestFindingInAnIndexAllocatesNothing(t *testing.T) {
	index, word := roles.Index(), []byte("DECISION maker")
	if n := testing.AllocsPerRun(100, func() { index.Find(word) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

func TestUnknownWordsGetAHint(t *testing.T) {
	for word, want := range map[string]string{
		"Decision Makr": `"Decision Makr" is none of decision_maker, user (did you mean "decision_maker"?)`,
		"plumber":       `"plumber" is none of decision_maker, user`,
	} {
		if got := roles.NoneOf(word); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestWordsOfTwoMembersAreNoticed(t *testing.T) {
	if word, twice := roles.Twice(); twice {
		t.Errorf("%q is there twice", word)
	}
	for _, set := range []spelling.Set{
		{{Name: "in"}, {Name: "out", Also: []string{"IN"}}},
		{{Name: "call_back", Also: []string{"call back"}}},
		{{Name: "-"}},
	} {
		if _, twice := set.Twice(); !twice {
			t.Errorf("%v: not noticed", set)
		}
	}
}
