package text

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"firstsign/signals"
)

// Sentences that must be understood, whatever is learned.
func TestSignsThatMustBeFound(t *testing.T) {
	r := exampleReader()
	for text, want := range map[string]string{
		"除非你把这些条件都给我，我考虑留在你这儿":                                              "ultimatum",
		"合同到期后我们不再续签了":                                                      "ultimatum",
		"以后这块我们打算自己做":                                                       "in_house",
		"价格再降十个点":                                                           "price_pressure",
		"请把我们的logo从官网上撤下来。":                                                 "reference_withdrawn",
		"采购在写网络的招标文件，准备引入第二家供应商。":                                           "second_source",
		"Unless you match that price, we will cancel the contract.":         "ultimatum",
		"From next year we'll do the maintenance ourselves.":                "in_house",
		"Please take our logo off your website.":                            "reference_withdrawn",
		"We've started qualifying an alternative source for the housings.":  "second_source",
		"We're asking for a price reduction of 8 percent from January.":     "price_pressure",
		"The contract with the gym was terminated, nothing to do with you.": "",
		"保安公司的合同终止了，跟你们没关系。":                                                "",
		"See you at 3 pm.": "",
		"Northlink has sent us an offer. Match it or we walk.": "competitor_offer,ultimatum",
	} {
		_, _, found, _ := r.read([]byte(text))
		if got := found.String(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// Teams add phrases; they count outside of quotations, and change the rules.
func TestOwnPhrases(t *testing.T) {
	r := New(Config{Phrases: map[Sign][]string{InHouse: {"old kiln", "二号窑"}, Ultimatum: {"Plan Omega"}}})
	for text, want := range map[string]string{
		"The Old Kiln is lit, plan omega it is.":          "ultimatum,in_house",
		"二号窑点火了。":                                         "in_house",
		`He said "we light the old kiln now" to someone.`: "",
	} {
		_, _, found, _ := r.read([]byte(text))
		if got := found.String(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if r.Hash() == New(Config{}).Hash() {
		t.Error("phrases are no part of the hash")
	}
}

// What found a sign is said in words of the text.
func TestExplain(t *testing.T) {
	r := New(Config{Phrases: map[Sign][]string{InHouse: {"old kiln"}}})
	for text, want := range map[string]Found{
		"The old kiln is lit.": {InHouse, ByOwnPhrase, []string{"old kiln"}},
		"Unless you match that price, we will cancel the contract.": {Ultimatum, ByPhrase, []string{"Unless", "we will", "cancel the contract"}},
		"除非你把这些条件都给我，我考虑留在你这儿":                                      {Ultimatum, ByPhrase, []string{"除非", "我考虑留在"}},
	} {
		if got := r.Explain([]byte(text)); len(got) != 1 || got[0].Sign != want.Sign || got[0].By != want.By || !slices.Equal(got[0].Words, want.Words) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	const text = "The weather is fine today in the whole of the north, is it not, my friend? Please take our logo off your website."
	got := r.Explain([]byte(text))
	if len(got) != 1 || got[0].Sign != ReferenceWithdrawn || got[0].By != ByModel || len(got[0].Words) == 0 {
		t.Fatalf("got %v", got)
	}
	for part := range strings.SplitSeq(strings.Join(got[0].Words, " + "), " + ") {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in the text", part)
		}
	}
}

// Every sign that is found is explained, and nothing else.
func TestExplainAgreesWithReading(t *testing.T) {
	r := exampleReader()
	for _, name := range []string{"testdata/fresh_zh.tsv", "testdata/fresh_en.tsv"} {
		for _, l := range labelledSentences(t, name) {
			var explained findings
			for _, f := range r.Explain([]byte(l.text)) {
				explained |= 1 << slices.Index(said, f.Sign)
			}
			if _, _, found, _ := r.read([]byte(l.text)); found != explained {
				t.Errorf("%s: found %v, explained %v", l.text, found, explained)
			}
		}
	}
}

// The file of the model is what it was written from.
func TestSignModelFile(t *testing.T) {
	m := NewSignModel()
	m.Bias[0][1], m.Threshold[1][7], m.Veto[0][0] = -30, 99, -400
	m.Offset[1][2], m.Output[3][Hidden-1] = -7, 300
	m.Set(1<<16|5, NewWeights(&[signsOfTexts + Hidden]int8{1, -2, 3, -4, 5, -6, 127, -127, 8}))
	m.Set(2<<16|5, NewWeights(&[signsOfTexts + Hidden]int8{7: 9})) // at the next place
	again := parseSignModel(string(m.Append(nil)))
	if !bytes.Equal(again.Append(nil), m.Append(nil)) {
		t.Error("another model is read than was written")
	}
	if w := again.of(2<<16 | 5); w.of(7) != 9 || w.of(0) != 0 {
		t.Errorf("got %x", w)
	}
	if again.of(3<<16|5) != &nothing {
		t.Error("a feature that is not there has weights")
	}
}

// More features than fit into 16 bits a sum are added all the same.
func TestSum(t *testing.T) {
	var s sum
	for range 1000 {
		w := NewWeights(&[signsOfTexts + Hidden]int8{100, -100, 1, signsOfTexts: -3, signsOfTexts + Hidden - 1: 127})
		s.add(&w)
	}
	s.flush()
	if want := [signsOfTexts + Hidden]int32{100_000, -100_000, 1000, signsOfTexts: -3000, signsOfTexts + Hidden - 1: 127_000}; s.weights != want {
		t.Errorf("got %v, want %v", s.weights, want)
	}
}

func TestCompete(t *testing.T) {
	s := Scores{80, 40, -200, -200, -200, -200, -200, -200}
	got := s.compete()
	if got[0] != 2*80-40 || got[1] != 2*40-80 || got[2] != -400-80 {
		t.Errorf("got %v", got)
	}
}

// The signs of a long text are those of its pieces.
func TestLongText(t *testing.T) {
	long := strings.Repeat("The minutes of the meeting are attached. See you on Monday at ten. ", 20)
	in := signals.Interaction{Signal: []byte("message"), Text: []byte(long + "Please take our logo off your website. " + long)}
	if got := show(exampleReader().Signs(&in, nil)); !strings.Contains(got, "reference_withdrawn 1") {
		t.Errorf("got %s", got)
	}
}

// What anybody would say first is found, whatever else a model learned since.
func TestPlainSentences(t *testing.T) {
	r := New(Config{Competitors: []string{"Telvora", "Northlink", "华讯"}})
	for text, sign := range map[string]Sign{
		"This is unacceptable.": Complaint, "You are late again.": Complaint, "Nobody called me back.": Complaint, "The invoice is wrong again.": Complaint,
		"我要投诉": Complaint, "不能接受": Complaint, "发票又开错了": Complaint, "没人回我电话": Complaint,
		"We will leave if this is not fixed.": Ultimatum, "We are going to switch to Telvora.": Ultimatum, "We will not renew the contract.": Ultimatum,
		"再不解决我们就换供应商了": Ultimatum, "合同到期不续了": Ultimatum,
		"Northlink is cheaper and faster.": CompetitorPraise, "Telvora's service is much better than yours.": CompetitorPraise, "华讯的服务比你们好": CompetitorPraise,
		"Northlink made us an offer.": CompetitorOffer, "华讯给我们报了价": CompetitorOffer,
		"We will do this in-house from next year.": InHouse, "以后这块我们打算自己做": InHouse,
		"Your price is too high.": PricePressure, "Can you match this price?": PricePressure, "价格再降十个点": PricePressure,
		"Please remove our logo from your website.": ReferenceWithdrawn, "把我们的案例撤下来": ReferenceWithdrawn,
		"We are looking for a second supplier.": SecondSource, "我们在找第二家供应商": SecondSource,
	} {
		if _, _, found, _ := r.read([]byte(text)); !strings.Contains(found.String(), string(sign)) {
			t.Errorf("%s: %q, want %s", text, found.String(), sign)
		}
	}
}
