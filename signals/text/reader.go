// Package text answers: what do people say, beside that they say something?
//
// It reads the text of an interaction (Chinese, English, or both) into signs:
// how good or bad it sounds, a complaint, praise or an offer of a competitor,
// an ultimatum and others; and a call forwarding into whom it goes to. What is kept are
// these, never the text.
package text

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"firstsign/internal/spelling"
	"firstsign/signals"
)

// Config is words.yaml: whom to listen for, and what to keep.
type Config struct {
	// Competitors by name, each in all its spellings.
	Competitors []string `yaml:"competitors"`
	// Company is us: names and brands of ours in which customers address us.
	// Praise of them is not praise of a competitor.
	Company []string `yaml:"company"`
	// Phrases of a sign that are looked for beside those that are shipped.
	Phrases map[Sign][]string `yaml:"phrases"`
	// Names are the signals that signs count for, where they are called
	// otherwise than the sign.
	Names map[Sign]string `yaml:"names"`
	// Numbers say whose telephone a call is forwarded to.
	Numbers Numbers `yaml:"numbers"`
	// KeepText leaves the text in the records that load writes. Default false: it
	// writes what was read from it instead.
	KeepText bool `yaml:"keep_text"`
}

// IsName tells whether something can be looked for in texts: a name of two
// letters or characters at least.
func IsName(name string) bool {
	tokens := tokenize([]byte(name), nil)
	for _, t := range tokens {
		if t.kind != word && t.kind != han && t.kind != number {
			return false
		}
	}
	return len(tokens) > 1 || len(tokens) == 1 && tokens[0].kind != han && len(name) > 1
}

// Sign is what can be read.
type Sign string

// The signs.
const (
	Sentiment          Sign = "sentiment"
	Complaint          Sign = "complaint"
	CompetitorPraise   Sign = "competitor_praise"
	CompetitorOffer    Sign = "competitor_offer"
	Ultimatum          Sign = "ultimatum"
	InHouse            Sign = "in_house"
	PricePressure      Sign = "price_pressure"
	ReferenceWithdrawn Sign = "reference_withdrawn"
	SecondSource       Sign = "second_source"

	ForwardingCompetitor Sign = "forwarding_competitor"
	ForwardingColleague  Sign = "forwarding_colleague"
	ForwardingVoicemail  Sign = "forwarding_voicemail"
	ForwardingOutside    Sign = "forwarding_outside"
	ForwardingCleared    Sign = "forwarding_cleared"
)

// Signs lists them all: those of a text first, in the order of findings.
var Signs = []Sign{
	Complaint, CompetitorPraise, CompetitorOffer, Ultimatum, InHouse, PricePressure, ReferenceWithdrawn, SecondSource, Sentiment,
	ForwardingCompetitor, ForwardingColleague, ForwardingVoicemail, ForwardingOutside, ForwardingCleared,
}

// said are the signs of a text that are there or not, by the bit of findings.
var said = Signs[:signsOfTexts]

// Reader implements signals.Reader.
type Reader struct {
	config   Config
	numbers  numberList
	names    *trie // of competitors and of us
	rivals   rivalNames
	ofRivals [len(AboutRival)]string // signals that tell of a competitor
	own      *trie                   // Config.Phrases, by the bit of the sign; nil without any
	signals  map[Sign]string
	hash     string
	drafts   sync.Pool
}

// draft is where a text is worked on.
type draft struct {
	tokens []token
	marks  []mark
	spoken []spoken
	topics []topic
	moods  []moodSum
	piece  piece
}

// New returns a reader.
func New(c Config) *Reader {
	r := &Reader{config: c, numbers: newNumberList(&c.Numbers), names: newTrie(), signals: make(map[Sign]string)}
	for _, name := range c.Company {
		r.names.add(tokenize([]byte(name), nil), end{phrase: you})
	}
	r.rivals.add(r.names, c.Competitors)
	for i, s := range said {
		for _, phrase := range c.Phrases[s] {
			if r.own == nil {
				r.own = newTrie()
			}
			r.own.add(tokenize([]byte(phrase), nil), end{phrase: 1 << i})
		}
	}
	for _, s := range Signs {
		r.signals[s] = string(s)
		if name := c.Names[s]; name != "" {
			r.signals[s] = name
		}
	}
	for i, s := range AboutRival {
		r.ofRivals[i] = r.signals[s]
	}
	r.drafts.New = func() any { return new(draft) }
	r.hash = c.hash()
	return r
}

// hash names what is read: the model, the phrases and the configuration.
func (c *Config) hash() string {
	h := sha256.New()
	fmt.Fprintf(h, "words 3\n%s\n", knowledge())
	for _, list := range [][]string{c.Competitors, c.Company, c.Numbers.Competitor, c.Numbers.Colleague, c.Numbers.Voicemail} {
		fmt.Fprintf(h, "%q\n", slices.Sorted(slices.Values(list)))
	}
	fmt.Fprintf(h, "country %q\n", c.Numbers.country())
	for _, s := range Signs {
		fmt.Fprintf(h, "%s %q\n", s, c.Names[s])
		if list := c.Phrases[s]; len(list) > 0 {
			fmt.Fprintf(h, "phrases %q\n", slices.Sorted(slices.Values(list)))
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// knowledge is the hash of what is shipped.
var knowledge = sync.OnceValue(func() string {
	h := sha256.New()
	h.Write([]byte(model))
	h.Write([]byte(signModelFile))
	for _, name := range phraseFileNames {
		text, _ := phraseFiles.ReadFile(name) // shipped checks it
		h.Write(text)
	}
	for _, name := range topicFileNames {
		text, _ := topicFiles.ReadFile(name)
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil))
})

// Hash implements signals.Reader.
func (r *Reader) Hash() string { return r.hash }

// Signs implements signals.Reader.
func (r *Reader) Signs(in *signals.Interaction, list []signals.Sign) []signals.Sign {
	from, rival := len(list), ""
	list = r.forwarding(in, list)
	mood, worded := moodOfAttribute(in)
	found := foundInAttribute(in)
	if !worded && found == 0 && len(in.Text) > 0 {
		mood, worded, found, rival = r.read(in.Text)
	}
	if worded {
		list = append(list, signals.Sign{Signal: r.signals[Sentiment], Value: mood})
	}
	return r.nameRival(in, r.found(found, list), from, rival)
}

// found appends the signs of findings.
func (r *Reader) found(f findings, list []signals.Sign) []signals.Sign {
	for i, s := range said {
		if f&(1<<i) != 0 {
			list = append(list, signals.Sign{Signal: r.signals[s], Value: 1})
		}
	}
	return list
}

// String is the attribute that stands for findings.
func (f findings) String() string {
	var names []string
	for i, s := range said {
		if f&(1<<i) != 0 {
			names = append(names, string(s))
		}
	}
	return strings.Join(names, ",")
}

// read a text: its mood, whether it has any word, what it says, and of which competitor.
func (r *Reader) read(text []byte) (mood float64, worded bool, found findings, rival string) {
	d := r.drafts.Get().(*draft)
	d.tokens = tokenize(text, d.tokens[:0])
	r.find(d.tokens, d)
	d.moods = moodSums(d.tokens, d.moods)
	mood, worded = d.moods[len(d.tokens)].mood()
	found = d.weigh(understand(d.marks)) | r.ownPhrases(d.tokens, nil)
	rival = r.namedRival(d, found)
	r.drafts.Put(d)
	return mood, worded, found, rival
}

var separator = []byte(",")

// scored tells whether the text of an interaction was read before, or by
// somebody else. Attributes of these names that mean something else are none of
// ours.
func scored(in *signals.Interaction) bool {
	_, mood := moodOfAttribute(in)
	return mood || foundInAttribute(in) != 0
}

func moodOfAttribute(in *signals.Interaction) (float64, bool) {
	value := in.Attribute(signals.SentimentAttribute)
	if value == nil {
		return 0, false
	}
	mood, err := strconv.ParseFloat(string(value), 64)
	return mood, err == nil && mood >= -1 && mood <= 1
}

func foundInAttribute(in *signals.Interaction) (found findings) {
	value := in.Attribute(signals.WordsAttribute)
	if value == nil {
		return 0
	}
	for word := range bytes.SplitSeq(value, separator) {
		for i, s := range said {
			if spelling.Same(word, string(s)) {
				found |= 1 << i
			}
		}
	}
	return found
}

// Said is what a text says.
type Said struct {
	// Sentiment is nil when there is no word.
	Sentiment *float64 `json:"sentiment"`
	Words     []Sign   `json:"words"`
	// Rival is the competitor that is praised or offers, by a name of words.yaml; empty where
	// none is named.
	Rival string `json:"rival,omitempty"`
}

// Read reads a text for people to look at.
func (r *Reader) Read(text []byte) Said {
	mood, worded, found, rival := r.read(text)
	s := Said{Words: []Sign{}, Rival: rival}
	if worded {
		s.Sentiment = &mood
	}
	for i, sign := range said {
		if found&(1<<i) != 0 {
			s.Words = append(s.Words, sign)
		}
	}
	return s
}

// String is what was said in one short column each.
func (s Said) String() string {
	mood := "     "
	if s.Sentiment != nil {
		mood = fmt.Sprintf("%+.2f", *s.Sentiment)
	}
	var found findings
	for i, sign := range said {
		if slices.Contains(s.Words, sign) {
			found |= 1 << i
		}
	}
	return fmt.Sprintf("%s  %-30s", mood, found)
}
