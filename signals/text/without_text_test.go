package text

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/history"
)

func attributes(pairs ...string) (list []signals.Attribute) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, signals.Attribute{Key: []byte(pairs[i]), Value: []byte(pairs[i+1])})
	}
	return list
}

// show is signs as "ultimatum 1, sentiment -0.5".
func show(list []signals.Sign) string {
	var all []string
	for _, s := range list {
		all = append(all, fmt.Sprintf("%s %g", s.Signal, s.Value))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func TestSigns(t *testing.T) {
	r := New(Config{
		Competitors: []string{"Northlink"}, Company: []string{"Firstline"}, Names: map[Sign]string{Complaint: "kundenbeschwerde"},
		Numbers: Numbers{Competitor: []string{"+86 755-88"}, Colleague: []string{"+867552600", "desk"}, Voicemail: []string{"+867552600 9999"}},
	})
	for name, tt := range map[string]struct {
		in   signals.Interaction
		want string
	}{
		"nothing":                     {signals.Interaction{Signal: []byte("call")}, ""},
		"figures only":                {signals.Interaction{Signal: []byte("call"), Text: []byte("4711 ...")}, ""},
		"read before":                 {signals.Interaction{Signal: []byte("call"), Attributes: attributes("sentiment", "-0.42", "words", "complaint, ultimatum")}, "kundenbeschwerde 1, sentiment -0.42, ultimatum 1"},
		"read before, text or not":    {signals.Interaction{Signal: []byte("call"), Text: []byte("Great!"), Attributes: attributes("words", "competitor_praise")}, "competitor_praise 1"},
		"a score of somebody else":    {signals.Interaction{Signal: []byte("call"), Attributes: attributes("sentiment", "1e-1")}, "sentiment 0.1"},
		"no score":                    {signals.Interaction{Signal: []byte("call"), Attributes: attributes("sentiment", "very good", "words", "153")}, ""},
		"beyond the scale":            {signals.Interaction{Signal: []byte("call"), Attributes: attributes("sentiment", "5")}, ""},
		"our own name":                {signals.Interaction{Signal: []byte("call"), Attributes: attributes("sentiment", "0"), Text: []byte("Firstline is better than Northlink.")}, "sentiment 0"},
		"set to a competitor":         {signals.Interaction{Signal: []byte("forwarding"), Attributes: attributes("action", "set", "target", "+86 (755) 8812-345")}, "forwarding_competitor 1"},
		"changed to a desk":           {signals.Interaction{Signal: []byte("forwarding"), Attributes: attributes("action", "changed", "target", "Desk 12")}, "forwarding_colleague 1"},
		"a colleague's number":        {signals.Interaction{Signal: []byte("forwarding"), Attributes: attributes("target", "+8675526001234")}, "forwarding_colleague 1"},
		"the longest counts":          {signals.Interaction{Signal: []byte("forwarding"), Attributes: attributes("target", "+8675526009999")}, "forwarding_voicemail 1"},
		"another number":              {signals.Interaction{Signal: []byte("forwarding"), Attributes: attributes("target", "+44 20 7946 0000")}, "forwarding_outside 1"},
		"a class that the source has": {signals.Interaction{Signal: []byte("forwarding"), Attributes: attributes("target_class", "voicemail", "target", "+867558812")}, "forwarding_voicemail 1"},
		"a class that there is not":   {signals.Interaction{Signal: []byte("forwarding"), Attributes: attributes("target_class", "moon", "target", "+867558812")}, "forwarding_competitor 1"},
		"cleared":                     {signals.Interaction{Signal: []byte("forwarding"), Attributes: attributes("action", "cleared", "target", "+867558812")}, "forwarding_cleared 1"},
		"no target":                   {signals.Interaction{Signal: []byte("forwarding"), Attributes: attributes("action", "set")}, ""},
		"no forwarding":               {signals.Interaction{Signal: []byte("call"), Attributes: attributes("target", "+867558812")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := show(r.Signs(&tt.in, nil)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// oneLine is a history of one line.
type oneLine struct {
	line *history.Line
}

func (o *oneLine) Next() (*history.Line, error) {
	if o.line == nil {
		return nil, io.EOF
	}
	l := o.line
	o.line = nil
	return l, nil
}

// What load writes says the same as what it read, and holds neither the text nor
// a number.
func TestScoredSaysTheSame(t *testing.T) {
	r := New(Config{Competitors: []string{"Northlink", "华讯"}, Numbers: Numbers{Competitor: []string{"+86755"}}})
	texts := []string{"", "...", "4711"}
	for _, language := range []string{"sentences_zh", "sentences_en"} {
		for _, l := range sentencesOf(t, language) {
			texts = append(texts, l.text)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		in := signals.Interaction{Time: 1, Value: 1, Account: []byte("acme"), Signal: []byte(rapid.SampledFrom([]string{"message", "forwarding"}).Draw(t, "signal"))}
		text := rapid.SliceOfN(rapid.SampledFrom(texts), 0, 3).Draw(t, "text")
		in.Text = []byte(strings.Join(text, rapid.SampledFrom([]string{" ", "\n", "，"}).Draw(t, "between")))
		for key, values := range map[string][]string{
			"sentiment": {"0.5", "good"}, "words": {"complaint", "12"}, "target": {"+8675512345678", "+49301234567", "desk"},
			"target_class": {"colleague", "moon"}, "action": {"set", "cleared"}, "direction": {"inbound"},
		} {
			if rapid.Bool().Draw(t, key) {
				in.Attributes = append(in.Attributes, attributes(key, rapid.SampledFrom(values).Draw(t, "value of "+key))...)
			}
		}
		value := signals.Append(nil, &in)
		var d decode.Decoder
		line := &history.Line{Value: value}
		if reject := d.DecodeValue(value, &line.Interaction); reject != nil {
			t.Fatal(reject)
		}
		want := show(r.Signs(&line.Interaction, nil))
		written, err := r.Scored(&oneLine{line}).Next()
		if err != nil {
			t.Fatal(err)
		}
		var again signals.Interaction
		if reject := new(decode.Decoder).DecodeValue(written.Value, &again); reject != nil {
			t.Fatalf("%v: %s", reject, written.Value)
		}
		if got := show(r.Signs(&again, nil)); got != want {
			t.Errorf("%s says %q, and %s says %q", value, want, written.Value, got)
		}
		if len(again.Text) > 0 || string(again.Signal) == "forwarding" && again.Attribute("target") != nil {
			t.Errorf("%s", written.Value)
		}
		if got := show(r.Signs(&written.Interaction, nil)); got != want {
			t.Errorf("the interaction of the line says %q, and its value %q", got, want)
		}
	})
}

func TestKeepText(t *testing.T) {
	r := New(Config{KeepText: true})
	in := signals.Interaction{Signal: []byte("message"), Text: []byte("Great!")}
	if r.Score(&in) || string(in.Text) != "Great!" || len(in.Attributes) > 0 {
		t.Errorf("got %s %v", in.Text, in.Attributes)
	}
}

// A record that holds as many attributes as it may can still be read.
func TestScoreOfAFullRecord(t *testing.T) {
	in := signals.Interaction{Time: 1, Value: 1, Account: []byte("acme"), Signal: []byte("message"), Text: []byte("This is unacceptable.")}
	for i := range decode.MaxAttributes {
		in.Attributes = append(in.Attributes, attributes(fmt.Sprint(i), "x")...)
	}
	r := New(Config{})
	want := show(r.Signs(&in, nil))
	r.Score(&in)
	var again signals.Interaction
	if reject := new(decode.Decoder).DecodeValue(signals.Append(nil, &in), &again); reject != nil {
		t.Fatal(reject)
	}
	if got := show(r.Signs(&again, nil)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
