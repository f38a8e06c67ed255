package feeds

import (
	"maps"
	"slices"
	"strings"

	"firstsign/detector/series"
)

// Encode writes the sources, their heartbeats and their receipts by name: numbers
// depend on the order in which a state was read.
func (s *Sources) Encode(w *series.Writer) {
	// Sorted: accounts that are ahead bring their sources before the log does.
	w.Uint(uint64(len(s.names)))
	for _, n := range slices.Sorted(slices.Values(s.names)) {
		w.Text(n)
	}
	w.Uint(uint64(len(s.beats)))
	for _, n := range slices.Sorted(maps.Keys(s.beats)) {
		w.Text(n)
		w.Day(s.beats[n].first)
		w.Bits(s.beats[n].days)
	}
	s.encodeReceipts(w)
}

// encodeReceipts writes those of the sources that brought anything.
func (s *Sources) encodeReceipts(w *series.Writer) {
	var names []string
	for i := range s.receipts {
		if s.receipts[i] != (receipts{}) {
			names = append(names, s.names[i])
		}
	}
	slices.Sort(names)
	w.Uint(uint64(len(names)))
	for _, n := range names {
		w.Text(n)
		for _, k := range s.receiptsOf(s.index[n]) {
			w.Uint(uint64(k))
		}
	}
}

// Decode reads what Encode wrote.
func (s *Sources) Decode(r *series.Reader) {
	for range r.Count(1) {
		s.Intern(r.Text())
	}
	for range r.Count(10) {
		n := r.Text()
		s.beats[n] = &heartbeats{first: r.Day(), days: r.Bits()}
	}
	for range r.Count(1 + series.RingDays) {
		days := s.receiptsOf(s.Intern(r.Text()))
		for i := range days {
			days[i] = uint32(min(r.Uint(), mostReceived))
		}
	}
}

// EncodeAnswers writes which failures a person said a source will not come back from.
func (s *Sources) EncodeAnswers(w *series.Writer) {
	w.Uint(uint64(len(s.givenUp)))
	for _, n := range slices.Sorted(maps.Keys(s.givenUp)) {
		w.Text(n)
		w.Day(s.givenUp[n])
	}
}

// DecodeAnswers reads what EncodeAnswers wrote.
func (s *Sources) DecodeAnswers(r *series.Reader) {
	for range r.Count(2) {
		n := r.Text()
		s.givenUp[n] = r.Day()
	}
}

// Encode writes a quiet stretch.
func (q *Quiet) Encode(w *series.Writer) {
	w.Day(q.Since)
	w.Bool(q.Told)
}

// DecodeQuiet reads what Quiet.Encode wrote.
func DecodeQuiet(r *series.Reader) Quiet { return Quiet{Since: r.Day(), Told: r.Bool()} }

// EncodeFeeds writes the feeds of a close.
func EncodeFeeds(w *series.Writer, list []Feed) {
	w.Uint(uint64(len(list)))
	for i := range list {
		f := &list[i]
		w.Text(f.Source)
		w.Text(string(f.State))
		w.Day(f.Since)
		w.Bool(f.Told)
		w.Bits(f.Cover)
		w.Day(f.level)
		w.Bool(f.shared)
		for k := range f.usual {
			w.Uint(uint64(f.usual[k]))
			w.Uint(uint64(f.volume[k]))
			w.Uint(uint64(f.records[k]))
		}
	}
}

// DecodeFeeds reads what EncodeFeeds wrote.
func DecodeFeeds(r *series.Reader) []Feed {
	list := make([]Feed, r.Count(35))
	for i := range list {
		f := &list[i]
		f.Source = r.Text()
		f.State = State(r.Text())
		f.Since = r.Day()
		f.Told = r.Bool()
		f.Cover = r.Bits()
		f.level = r.Day()
		f.shared = r.Bool()
		for k := range f.usual {
			f.usual[k], f.volume[k], f.records[k] = uint32(r.Uint()), uint32(r.Uint()), uint32(r.Uint())
		}
	}
	if !slices.IsSortedFunc(list, func(a, b Feed) int { return strings.Compare(a.Source, b.Source) }) {
		r.Fail("feeds out of order")
	}
	return list
}
