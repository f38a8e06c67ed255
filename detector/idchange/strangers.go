package idchange

import (
	"math"
	"math/bits"

	"github.com/cespare/xxhash/v2"

	"firstsign/detector/series"
	"firstsign/signals"
)

// Strangers counts the ids that no accounts file lists. Where there is such a file, new ids
// are refused and no account begins. It keeps one bit for every hash and week, so that its
// memory does not grow with the ids. The zero Strangers is ready to use.
//
// It counts by linear counting (Whang, Vander-Zanden and Taylor 1990): of m bits of which
// the part p is set, there are about -m ln(1-p) ids. With 2,048 bits that is exact to 4 %
// up to 2,000 ids, and says at most 15,000.
type Strangers struct {
	weeks [4]week // the one that goes on first
}

const (
	words    = 32
	weekDays = 7
)

type week [words]uint64

// Note that a record of an id was refused because no file lists it.
func (s *Strangers) Note(id []byte) {
	h := xxhash.Sum64(id) % (64 * words)
	s.weeks[0][h/64] |= 1 << (h % 64)
}

// Close tells that a day has closed. Every seventh begins a week.
func (s *Strangers) Close(day signals.Day) {
	if day%weekDays == 0 {
		s.weeks = [...]week{{}, s.weeks[0], s.weeks[1], s.weeks[2]}
	}
}

// New is how many ids came in this week and the last, and not in the two before.
func (s *Strangers) New() int {
	const all = 64 * words
	known, fresh := 0, 0
	for i := range words {
		before := s.weeks[2][i] | s.weeks[3][i]
		known += bits.OnesCount64(before)
		fresh += bits.OnesCount64((s.weeks[0][i] | s.weeks[1][i]) &^ before)
	}
	free := float64(all - known)
	if fresh == 0 {
		return 0
	}
	return int(math.Round(-all * math.Log(max(1-float64(fresh)/free, 0.5/all))))
}

// Encode writes the weeks into the state.
func (s *Strangers) Encode(w *series.Writer) {
	w.Bool(s.weeks != [4]week{})
	if s.weeks != [4]week{} {
		for i := range s.weeks {
			for _, word := range s.weeks[i] {
				w.Bits(word)
			}
		}
	}
}

// Decode reads what Encode wrote.
func (s *Strangers) Decode(r *series.Reader) {
	if r.Bool() {
		for i := range s.weeks {
			for k := range s.weeks[i] {
				s.weeks[i][k] = r.Bits()
			}
		}
	}
}
