package detector

import (
	"fmt"

	"firstsign/accounts"
	"firstsign/detector/assessment"
	"firstsign/internal/identity"
	"firstsign/signals"
)

// listing tells which account of the files in force an interaction is of.
type listing struct {
	by   *assessment.Yardstick
	near *identity.Index // of the accounts in force; nil until asked
}

// look finds the account of an observation, and says why one that no file lists does not
// count.
func (l *listing) look(o *observation) *signals.Reject {
	if l.by.Directory != nil {
		o.listed = l.of(o)
	}
	switch {
	case o.listed != nil:
		return nil
	case o.known == nil && identity.IsNone(o.in.Account):
		return &signals.Reject{Reason: signals.NoAccount, Detail: fmt.Sprintf("%q says that there is none; list it as an account if one has this id", o.in.Account)}
	case l.by.Directory != nil:
		return &signals.Reject{Reason: signals.UnknownAccount, Detail: fmt.Sprintf("%.80q%s", o.in.Account, l.nearest(o.in.Account))}
	}
	return nil
}

// of asks the directory once for an account that is known: with many accounts each look
// is several waits for memory.
func (l *listing) of(o *observation) *accounts.Account {
	if o.known == nil {
		return l.by.Listed(o.in.Account)
	}
	if o.known.Listed == nil {
		o.known.Listed = l.by.Listed(o.in.Account)
	}
	return o.known.Listed
}

// nearest names the account that an unknown id most likely means.
func (l *listing) nearest(id []byte) string {
	if l.near == nil {
		l.near = identity.NewIndex(l.by.Directory.IDs())
	}
	return l.near.DidYouMean(string(id))
}
