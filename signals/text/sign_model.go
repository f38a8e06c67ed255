package text

import (
	_ "embed"
	"encoding/binary"
	"math"
	"sync"
)

// signsOfTexts is how many signs a text has or not.
const signsOfTexts = 8

// Scores are what the features of a piece say of each sign, in the order of Signs.
type Scores [signsOfTexts]int32

// SignStep is what a weight of 1 in the table is worth.
const SignStep = 1.0 / 16

// Another sign that is likelier than this speaks against the rest.
const unlikely = -4 / SignStep

// compete weighs each sign against the likeliest other one. The result is twice the
// score, less what the other one has.
func (s *Scores) compete() (out Scores) {
	first, second := int32(unlikely), int32(unlikely)
	for _, v := range s {
		if v > first {
			first, second = v, first
		} else {
			second = max(second, v)
		}
	}
	for i, v := range s {
		other := first
		if v == first {
			other = second
		}
		out[i] = 2*v - other
	}
	return out
}

// Weights of a feature, one for each sign.
type Weights [signsOfTexts]int8

// SignModel is the model of the signs: see SignFeatures.
type SignModel struct {
	// By language, Chinese first: what no feature says; from which score on, against the
	// other signs, one is found; and below which score by itself not even by a phrase.
	Bias, Threshold, Veto [2]Scores

	// A feature stands at the place of its lower bits or after it; 0 is an empty one.
	features [signPlaces]uint32
	weights  [signPlaces]packed
	// present has the upper bits of all features: most that are asked for are not there.
	present [1 << (32 - presentShift - 6)]uint64
	topical [pairs]packed // the weights of topics and pairs of them once more
}

const (
	signPlaces   = 1 << 16
	presentShift = 13
)

// packed are weights, 128 more than they are, a byte each: so they are added at once.
type packed uint64

const nothing packed = 0x8080808080808080

func (w *Weights) pack() (p packed) {
	for i, v := range w {
		p |= packed(uint8(int(v)+128)) << (8 * i)
	}
	return p
}

func (p packed) weight(sign int) int32 { return int32(uint8(p>>(8*sign))) - 128 }

// NewSignModel is a model without a feature.
func NewSignModel() *SignModel {
	m := new(SignModel)
	for i := range m.topical {
		m.topical[i] = nothing
	}
	return m
}

// Set gives the weights of a feature. There must be room.
func (m *SignModel) Set(feature uint32, w Weights) {
	feature = max(feature, 1)
	i := feature & (signPlaces - 1)
	for m.features[i] != 0 {
		i = (i + 1) & (signPlaces - 1)
	}
	m.features[i], m.weights[i] = feature, w.pack()
	m.present[feature>>(presentShift+6)] |= 1 << (feature >> presentShift & 63)
}

// of a feature.
func (m *SignModel) of(feature uint32) packed {
	feature = max(feature, 1)
	if m.present[feature>>(presentShift+6)]&(1<<(feature>>presentShift&63)) == 0 {
		return nothing
	}
	for i := feature & (signPlaces - 1); ; i = (i + 1) & (signPlaces - 1) {
		switch m.features[i] {
		case feature:
			return m.weights[i]
		case 0:
			return nothing
		}
	}
}

// sum adds weights: bytes of even and of odd numbers apart, in 16 bits each.
type sum struct {
	scores    Scores
	even, odd uint64
	n         int
}

// mostAdded is how many fit into 16 bits.
const mostAdded = 256

func (s *sum) add(p packed) {
	const bytes = 0x00ff00ff00ff00ff
	s.even += uint64(p) & bytes
	s.odd += uint64(p) >> 8 & bytes
	if s.n++; s.n == mostAdded {
		s.flush()
	}
}

func (s *sum) flush() {
	for i := 0; i < signsOfTexts; i += 2 {
		s.scores[i] += int32(s.even>>(8*i)&0xffff) - int32(128*s.n)
		s.scores[i+1] += int32(s.odd>>(8*i)&0xffff) - int32(128*s.n)
	}
	s.even, s.odd, s.n = 0, 0, 0
}

// Score is what the features of a piece say of each sign, by itself and against the
// others.
func (m *SignModel) Score(features []uint32, chinese bool) (alone, against Scores) {
	var s sum
	for _, f := range features {
		s.add(m.of(f))
	}
	return m.norm(&s, len(features), chinese)
}

// score is the same for a piece.
func (m *SignModel) score(p *piece) (alone, against Scores) {
	var s sum
	for _, f := range p.grams {
		if w := m.of(f); w != nothing {
			s.add(w)
		}
	}
	for _, t := range p.topical {
		s.add(m.topical[t])
	}
	return m.norm(&s, len(p.grams)+len(p.topical), p.chinese)
}

// SignNorm is what each of n features of a piece counts: a long one says no more than a
// short one. The constants were chosen by cross-validation.
func SignNorm(n int) float64 { return 6 / math.Sqrt(float64(n)+8) }

// norm makes sums of n features scores, by themselves and against the others. It is
// rounded alike everywhere, so it is the same on every machine.
func (m *SignModel) norm(s *sum, n int, chinese bool) (alone, against Scores) {
	s.flush()
	bias, norm := &m.Bias[languageOf(chinese)], SignNorm(n)
	for i, v := range s.scores {
		s.scores[i] = bias[i] + int32(math.Round(norm*float64(v)))
	}
	return s.scores, s.scores.compete()
}

func languageOf(chinese bool) int {
	if chinese {
		return 0
	}
	return 1
}

// Append writes a model: numbers of 2 bytes, and each place as 4 and 8 of them.
func (m *SignModel) Append(file []byte) []byte {
	for _, part := range m.numbers() {
		for _, v := range part {
			file = binary.LittleEndian.AppendUint16(file, uint16(int16(min(math.MaxInt16, max(math.MinInt16, v)))))
		}
	}
	for i, f := range m.features {
		file = binary.LittleEndian.AppendUint32(file, f)
		file = binary.LittleEndian.AppendUint64(file, uint64(m.weights[i]))
	}
	return file
}

// parseSignModel reads what Append wrote.
func parseSignModel(file string) *SignModel {
	m := NewSignModel()
	for _, part := range m.numbers() {
		for i := range part {
			part[i] = int32(int16(uint16(file[0]) | uint16(file[1])<<8))
			file = file[2:]
		}
	}
	for ; len(file) > 0; file = file[4+signsOfTexts:] {
		feature := uint32(file[0]) | uint32(file[1])<<8 | uint32(file[2])<<16 | uint32(file[3])<<24
		if feature == 0 {
			continue
		}
		var w Weights
		for i := range w {
			w[i] = int8(int(file[4+i]) - 128)
		}
		m.Set(feature, w)
	}
	for i := range m.topical {
		m.topical[i] = m.of(pair(i).feature())
	}
	return m
}

func (m *SignModel) numbers() []*Scores {
	return []*Scores{&m.Bias[0], &m.Bias[1], &m.Threshold[0], &m.Threshold[1], &m.Veto[0], &m.Veto[1]}
}

//go:embed signs.model
var signModelFile string

var signModel = sync.OnceValue(func() *SignModel { return parseSignModel(signModelFile) })

// weigh is which signs the model finds, and which of those that phrases found it leaves.
func (d *draft) weigh(phrases findings) findings {
	m, p := signModel(), &d.piece
	var above, allowed findings
	rest := rest{d.tokens, 0, d.marks, d.topics, d.moods}
	for p.next(&rest) {
		language := languageOf(p.chinese)
		alone, against := m.score(p)
		for i := range said {
			if p.denied&(1<<i) != 0 {
				continue
			}
			if against[i] >= m.Threshold[language][i] {
				above |= 1 << i
			}
			if alone[i] >= m.Veto[language][i] {
				allowed |= 1 << i
			}
		}
	}
	return above | phrases&allowed
}
