package text

import (
	"slices"
	"strconv"

	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/history"
	"firstsign/signals/vocabulary"
)

// Score puts what is read from an interaction in place of its text, and whom
// a call is forwarded to in place of the number, and tells whether anything
// changed. The signs stay the same. It allocates: it is for records that are written
// anew, not for those that are judged.
func (r *Reader) Score(in *signals.Interaction) (changed bool) {
	if r.config.KeepText {
		return false
	}
	if in.Attribute(vocabulary.TargetAttribute) != nil && vocabulary.IsForwarding(in.Signal) {
		class := r.targetClass(in)
		in.Attributes = slices.DeleteFunc(in.Attributes, func(a signals.Attribute) bool { return string(a.Key) == vocabulary.TargetAttribute })
		if class != vocabulary.NoClass {
			set(in, vocabulary.ClassAttribute, class.String())
		}
		changed = true
	}
	if len(in.Text) == 0 {
		return changed
	}
	if !scored(in) {
		mood, worded, found, rival := r.read(in.Text)
		room := 2
		if given := r.givenRival(in); given == "" && rival != "" {
			room++
		} else {
			rival = ""
		}
		in.Attributes = in.Attributes[:min(len(in.Attributes), decode.MaxAttributes-room)]
		if worded {
			set(in, signals.SentimentAttribute, strconv.FormatFloat(mood, 'f', -1, 64))
		}
		if found != 0 {
			set(in, signals.WordsAttribute, found.String())
		}
		if rival != "" {
			set(in, signals.RivalAttribute, rival)
		}
	}
	in.Text = nil
	return true
}

// set gives an attribute, in place of one of the same name.
func set(in *signals.Interaction, key, value string) {
	for i := range in.Attributes {
		if string(in.Attributes[i].Key) == key {
			in.Attributes[i].Value = []byte(value)
			return
		}
	}
	in.Attributes = append(in.Attributes, signals.Attribute{Key: []byte(key), Value: []byte(value)})
}

// Scored is a history without its texts: each line as Score leaves it.
func (r *Reader) Scored(s history.Stream) history.Stream {
	return &scoredStream{reader: r, stream: s}
}

type scoredStream struct {
	reader *Reader
	stream history.Stream
	value  []byte
}

// Next implements history.Stream.
func (s *scoredStream) Next() (*history.Line, error) {
	line, err := s.stream.Next()
	if err == nil && s.reader.Score(&line.Interaction) {
		s.value = signals.Append(s.value[:0], &line.Interaction)
		line.Value = s.value
	}
	return line, err
}
