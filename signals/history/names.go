package history

import (
	"fmt"

	"firstsign/internal/identity"
	"firstsign/signals"
)

// Names say who the ids of a history are. The zero Names know no former ids and no
// list of accounts.
type Names struct {
	// Current is the account of a former id, nil of any other.
	Current func(id []byte) []byte
	// Listed says whether an account is listed, whatever its id looks like.
	Listed func(id []byte) bool
}

// Of gives the lines of a stream with former ids replaced. A line whose account says
// that there is none is a LineError.
func (n Names) Of(stream Stream) Stream { return &identified{names: n, of: stream} }

type identified struct {
	names Names
	of    Stream
	value []byte
}

// Next implements Stream.
func (s *identified) Next() (*Line, error) {
	line, err := s.of.Next()
	if err != nil {
		return line, err
	}
	in := &line.Interaction
	if identity.IsNone(in.Account) && (s.names.Listed == nil || !s.names.Listed(in.Account)) {
		return nil, &LineError{File: line.File, Line: line.Number, Reject: &signals.Reject{
			Reason: signals.NoAccount, Detail: fmt.Sprintf("%q says that there is none; list it as an account if one has this id", in.Account)}}
	}
	if s.names.Current == nil {
		return line, nil
	}
	if now := s.names.Current(in.Account); now != nil {
		in.Account = now
		s.value = signals.Append(s.value[:0], in)
		line.Value = s.value
	}
	return line, nil
}

// Changes are the accounts of the history that look renamed.
func (s *Summary) Changes() *identity.Changes {
	lives := make([]identity.Life, 0, len(s.byAccount))
	for _, n := range s.byAccount {
		lives = append(lives, identity.Life{ID: n.Name, First: dayOf(n.First), Last: dayOf(n.Last), Count: n.Lines})
	}
	return identity.Look(lives)
}

// dayOf a time, in UTC: a few hours do not matter to who follows whom.
func dayOf(t int64) identity.Day { return identity.Day(t / (24 * 60 * 60 * 1e9)) }
