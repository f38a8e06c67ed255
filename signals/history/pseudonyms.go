package history

import (
	"firstsign/signals"
)

// Pseudonymized gives the lines of a stream with pseudonyms in place of contacts.
// A line without a contact is passed on as it is. Nil names change nothing.
func Pseudonymized(of Stream, names *signals.Pseudonyms) Stream {
	if names == nil {
		return of
	}
	return &pseudonymized{of: of, names: names}
}

type pseudonymized struct {
	of    Stream
	names *signals.Pseudonyms
	value []byte
}

func (p *pseudonymized) Next() (*Line, error) {
	line, err := p.of.Next()
	if err != nil || len(line.Interaction.Contact) == 0 {
		return line, err
	}
	in := &line.Interaction
	in.Contact = []byte(p.names.Of(string(in.Contact)))
	p.value = signals.Append(p.value[:0], in)
	line.Value = p.value
	return line, nil
}
