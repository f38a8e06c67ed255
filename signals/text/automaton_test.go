package text

import (
	"strings"
	"testing"
)

// All alternatives of a line are found, the longest phrase wins, and what two lines say of a
// phrase is joined.
func TestPatterns(t *testing.T) {
	var p patterns
	known := map[string]class{"good": good, "bad": bad, "due": due}
	lines := "[good]\n(very |)(good|nice) (indeed|)\n非常(好|棒)(的|)\n[bad]\nnice\n[due]\ngood by now # as it ends\n"
	if err := p.read(strings.ReplaceAll(lines, " # as it ends", ""), known, func(c class) end { return end{phrase: c} }); err != nil {
		t.Fatal(err)
	}
	all := p.trie()
	for text, want := range map[string]match{
		"very good, indeed": {end: end{phrase: good}, phraseLen: 2},
		"good indeed":       {end: end{phrase: good}, phraseLen: 2},
		"nice":              {end: end{phrase: good | bad}, phraseLen: 1},
		"nice indeed":       {end: end{phrase: good}, phraseLen: 2},
		"good by now":       {end: end{phrase: due}, phraseLen: 3},
		"good by then":      {end: end{phrase: good}, phraseLen: 1},
		"非常棒的":              {end: end{phrase: good}, phraseLen: 4},
		"非常棒":               {end: end{phrase: good}, phraseLen: 3},
		"very":              {},
		"indeed":            {},
	} {
		if got := all.at(tokenize([]byte(text), nil)); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestPatternsAreRefused(t *testing.T) {
	for line, want := range map[string]string{
		"cancel(s|led) it":           "line 2: an alternative is part of another one, or of a word",
		"(a|more (or|and) less|b) c": "line 2: an alternative is part of another one, or of a word",
	} {
		var p patterns
		err := p.read("[good]\n"+line, map[string]class{"good": good}, func(c class) end { return end{phrase: c} })
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v", line, err)
		}
	}
	var p patterns
	if err := p.read("nice", nil, nil); err == nil || err.Error() != "line 1: a phrase before the first class" {
		t.Error(err)
	}
	if err := p.read("[odd]", nil, nil); err == nil || err.Error() != "line 1: no class [odd]" {
		t.Error(err)
	}
}
