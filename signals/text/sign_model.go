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

// SignModel is the model of the signs: see SignFeatures. It adds a linear one and one
// with a hidden layer: a score is what the weights of the features add up to, and what
// the hidden units say, each of which is squashed between -1 and 1. The second sees
// what features mean together.
type SignModel struct {
	// By language, Chinese first: what no feature says; from which score on, against the
	// other signs, one is found; and below which score by itself not even by a phrase.
	Bias, Threshold, Veto [2]Scores

	Offset [2][Hidden]int32            // of the hidden units, by language
	Output [signsOfTexts][Hidden]int32 // what a hidden unit at 1 adds to a score

	// A feature stands at the place of its lower bits or after it; 0 is an empty one.
	features [signPlaces]uint32
	weights  [signPlaces]Weights
	// present has the upper bits of all features: most that are asked for are not there.
	present [1 << (32 - presentShift - 6)]uint64
	topical [pairs]Weights // the weights of topics and pairs of them once more
}

const (
	signPlaces   = 1 << 17
	presentShift = 13
)

// Hidden is how many hidden units there are, and HiddenStep what one step of a weight
// of theirs, or of their offset, is worth.
const (
	Hidden     = 16
	HiddenStep = 1.0 / 32
)

// OutputStep is what one step is worth of what a hidden unit adds to a score.
const OutputStep = SignStep / 16

// Weights of a feature: one for each sign, then one for each hidden unit. They are 128
// more than they are, a byte each, so that eight are added at once.
type Weights [(signsOfTexts + Hidden) / 8]uint64

var nothing = Weights{0x8080808080808080, 0x8080808080808080, 0x8080808080808080}

// NewWeights packs weights.
func NewWeights(list *[signsOfTexts + Hidden]int8) (w Weights) {
	for i, v := range list {
		w[i/8] |= uint64(uint8(int(v)+128)) << (8 * (i % 8))
	}
	return w
}

// of a sign or, after these, a hidden unit.
func (w *Weights) of(i int) int32 { return int32(uint8(w[i/8]>>(8*(i%8)))) - 128 }

// says is what weights say of a sign, as far as no hidden unit is squashed.
func (m *SignModel) says(w *Weights, sign int) int32 {
	sum := int32(0)
	for k, output := range m.Output[sign] {
		sum += output * w.of(signsOfTexts+k)
	}
	return w.of(sign) + sum/(SignStep/OutputStep/HiddenStep)
}

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
	m.features[i], m.weights[i] = feature, w
	m.present[feature>>(presentShift+6)] |= 1 << (feature >> presentShift & 63)
}

// of a feature.
func (m *SignModel) of(feature uint32) *Weights {
	feature = max(feature, 1)
	if m.present[feature>>(presentShift+6)]&(1<<(feature>>presentShift&63)) == 0 {
		return &nothing
	}
	for i := feature & (signPlaces - 1); ; i = (i + 1) & (signPlaces - 1) {
		switch m.features[i] {
		case feature:
			return &m.weights[i]
		case 0:
			return &nothing
		}
	}
}

// sum adds weights: bytes of even and of odd numbers apart, in 16 bits each.
type sum struct {
	weights   [signsOfTexts + Hidden]int32
	even, odd Weights
	n         int
}

// mostAdded is how many fit into 16 bits.
const mostAdded = 256

func (s *sum) add(w *Weights) {
	const bytes = 0x00ff00ff00ff00ff
	for k := range w {
		s.even[k] += w[k] & bytes
		s.odd[k] += w[k] >> 8 & bytes
	}
	if s.n++; s.n == mostAdded {
		s.flush()
	}
}

func (s *sum) flush() {
	for i := 0; i < len(s.weights); i += 2 {
		k, shift := i/8, 8*(i%8)
		s.weights[i] += int32(s.even[k]>>shift&0xffff) - int32(128*s.n)
		s.weights[i+1] += int32(s.odd[k]>>shift&0xffff) - int32(128*s.n)
	}
	s.even, s.odd, s.n = Weights{}, Weights{}, 0
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
		if w := m.of(f); w != &nothing {
			s.add(w)
		}
	}
	for _, t := range p.topical {
		s.add(&m.topical[t])
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
	language := languageOf(chinese)
	norm := SignNorm(n)
	scaled := func(v int32) int32 { return int32(math.Round(norm * float64(v))) }
	var hidden [Hidden]int32
	for k := range hidden {
		hidden[k] = squash(m.Offset[language][k] + scaled(s.weights[signsOfTexts+k]))
	}
	for i := range alone {
		said := int32(0)
		for k, h := range hidden {
			said += m.Output[i][k] * h
		}
		alone[i] = m.Bias[language][i] + scaled(s.weights[i]) + said/(squashed*SignStep/OutputStep)
	}
	return alone, alone.compete()
}

// squashed is what a hidden unit has at most.
const squashed = 1 << 10

// squash x to x / (1 + |x|), without what differs between machines.
func squash(x int32) int32 { return squashed * x / (1/HiddenStep + max(x, -x)) }

func languageOf(chinese bool) int {
	if chinese {
		return 0
	}
	return 1
}

// Append writes a model: numbers of 2 bytes, and each feature as 4 and its weights.
func (m *SignModel) Append(file []byte) []byte {
	for _, part := range m.numbers() {
		for _, v := range part {
			file = binary.LittleEndian.AppendUint16(file, uint16(int16(min(math.MaxInt16, max(math.MinInt16, v)))))
		}
	}
	for i, f := range m.features {
		if f == 0 {
			continue
		}
		file = binary.LittleEndian.AppendUint32(file, f)
		for _, w := range m.weights[i] {
			file = binary.LittleEndian.AppendUint64(file, w)
		}
	}
	return file
}

// parseSignModel reads what Append wrote.
func parseSignModel(file string) *SignModel {
	m := NewSignModel()
	bytes := []byte(file)
	for _, part := range m.numbers() {
		for i := range part {
			part[i] = int32(int16(binary.LittleEndian.Uint16(bytes)))
			bytes = bytes[2:]
		}
	}
	for len(bytes) > 0 {
		feature := binary.LittleEndian.Uint32(bytes)
		bytes = bytes[4:]
		var w Weights
		for k := range w {
			w[k] = binary.LittleEndian.Uint64(bytes)
			bytes = bytes[8:]
		}
		m.Set(feature, w)
	}
	for i := range m.topical {
		m.topical[i] = *m.of(pair(i).feature())
	}
	return m
}

func (m *SignModel) numbers() (list [][]int32) {
	for _, s := range []*[2]Scores{&m.Bias, &m.Threshold, &m.Veto} {
		list = append(list, s[0][:], s[1][:])
	}
	list = append(list, m.Offset[0][:], m.Offset[1][:])
	for i := range m.Output {
		list = append(list, m.Output[i][:])
	}
	return list
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
