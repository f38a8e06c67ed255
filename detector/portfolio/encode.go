package portfolio

import (
	"firstsign/accounts"
	"firstsign/detector/series"
)

// EncodeShapes writes the exposure of each signal.
func (s *Summary) EncodeShapes(w *series.Writer) {
	w.Uint(uint64(len(s.shapes)))
	for i := range s.shapes {
		x := &s.shapes[i]
		w.Text(x.signal)
		w.Bytes = append(append(w.Bytes, x.exposure[:]...), x.learned[:]...)
		w.Float(x.rate)
	}
}

// DecodeShapes reads what EncodeShapes wrote.
func (s *Summary) DecodeShapes(r *series.Reader) {
	s.shapes = make([]shape, r.Count(series.ViewDays))
	for i := range s.shapes {
		x := &s.shapes[i]
		x.signal = r.Text()
		if len(r.Rest) < series.ViewDays+LearnedDays {
			r.Fail("truncated")
			return
		}
		r.Rest = r.Rest[copy(x.exposure[:], r.Rest):]
		r.Rest = r.Rest[copy(x.learned[:], r.Rest):]
		x.rate = r.Float()
	}
}

// EncodePeers writes the first day of any account and the peers.
func (s *Summary) EncodePeers(w *series.Writer) {
	w.Day(s.Began)
	w.Uint(uint64(len(s.peers)))
	for i := range s.peers {
		q := &s.peers[i]
		w.Text(q.signal)
		w.Text(string(q.grade))
		for _, x := range []float32{q.Rate, q.Shape, q.Each} {
			w.Float(x)
		}
	}
}

// DecodePeers reads what EncodePeers wrote.
func (s *Summary) DecodePeers(r *series.Reader) {
	s.Began = r.Day()
	s.peers = make([]Peer, r.Count(14))
	for i := range s.peers {
		s.peers[i] = Peer{r.Text(), accounts.Grade(r.Text()), series.Prior{Rate: r.Sum(), Shape: r.Sum(), Each: r.Sum()}}
		if s.peers[i].Rate <= 0 || s.peers[i].Shape <= 0 {
			r.Fail("peers without a rate")
			return
		}
	}
}
