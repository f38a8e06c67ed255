package text

import (
	"slices"
	"testing"

	"firstsign/signals"
)

// spelled has two competitors with two spellings each, a third and us.
func spelled() *Reader {
	return New(Config{
		Competitors: []string{"Northlink Networks", "Northlink", "华讯通信", "华讯", "Telvora"}, Company: []string{"Northlink Partner Services"},
		Names: map[Sign]string{CompetitorOffer: "quote_of_another"},
	})
}

// A competitor is told by the shortest of its spellings in the configuration, whatever the
// customer writes. Where several are named it must be clear who is meant.
func TestRivalIsNamed(t *testing.T) {
	r := spelled()
	for text, want := range map[string]string{
		"Northlink is much faster than you are.":                                   "Northlink",
		"NORTHLINK  networks is much faster than you are.":                         "Northlink",
		"华讯通信比你们快多了。":                                                              "华讯",
		"We met Telvora. Northlink is much faster than you are.":                   "Northlink",
		"Northlink is much faster than you are. Telvora is much cheaper than you.": "",
		"Your competitor is much faster than you are.":                             "",
		"The road to Northlink is closed.":                                         "", // nothing is said of it
		"Telvora has sent us an offer.":                                            "Telvora",
		"Acme Steel is much faster than you are.":                                  "", // no name of the configuration
	} {
		said := r.Read([]byte(text))
		if said.Rival != want {
			t.Errorf("%q: %q, want %q (%v)", text, said.Rival, want, said.Words)
		}
		in := signals.Interaction{Signal: []byte("message"), Text: []byte(text)}
		before := r.Signs(&in, nil)
		in.Attributes = attributes("rival", "somebody") // no name of the configuration
		if r.Score(&in); !slices.Equal(r.Signs(&in, nil), before) {
			t.Errorf("%q: %v with the text, and %v without it", text, before, r.Signs(&in, nil))
		}
		for _, s := range before {
			if about := s.Signal == "competitor_praise" || s.Signal == "quote_of_another"; s.Rival != want && about || s.Rival != "" && !about {
				t.Errorf("%q: %+v", text, s)
			}
		}
	}
}

// A source may name the competitor itself, also of a signal that no text is read for. Names
// that are not in the configuration are not taken.
func TestRivalIsGiven(t *testing.T) {
	r := spelled()
	for _, c := range []struct {
		signal, rival string
		want          []signals.Sign
	}{
		{"competitor_praise", "northlink networks", []signals.Sign{{Signal: "competitor_praise", Value: 1, Rival: "Northlink"}}},
		{"quote_of_another", "Telvora", []signals.Sign{{Signal: "quote_of_another", Value: 1, Rival: "Telvora"}}},
		{"competitor_praise", "Telvora, says Li Wei", nil},
		{"competitor_praise", "Li Wei", nil},
		{"competitor_praise", "", nil},
		{"competitor_offer", "Telvora", nil}, // it is called otherwise
		{"call", "Telvora", nil},
	} {
		in := signals.Interaction{Signal: []byte(c.signal), Attributes: attributes("rival", c.rival)}
		if got := r.Signs(&in, nil); !slices.Equal(got, c.want) {
			t.Errorf("%s of %q: %+v, want %+v", c.signal, c.rival, got, c.want)
		}
	}
	in := signals.Interaction{Signal: []byte("forwarding"), Attributes: attributes("action", "set", "target_class", "competitor", "rival", "Telvora")}
	if got := r.Signs(&in, nil); !slices.Equal(got, []signals.Sign{{Signal: "forwarding_competitor", Value: 1, Rival: "Telvora"}}) {
		t.Errorf("%+v", got)
	}
}

func TestNamingAllocatesNothing(t *testing.T) {
	r := spelled()
	in := signals.Interaction{Signal: []byte("message"), Text: []byte("We met Telvora. Northlink is much faster than you are.")}
	list := r.Signs(&in, nil)
	if n := testing.AllocsPerRun(100, func() { list = r.Signs(&in, list[:0]) }); n > 0 {
		t.Errorf("%g allocations", n)
	}
}
