// Package series answers: what is kept of one series of an account, and what is
// normal for it?
//
// A Series is one signal of one account, or of one contact of it: the days of
// its ring, and the Baseline that was learned of the days before. A View is a
// Series as it is judged, with the Exposure of each day. Set holds all series of
// one account, Table the rules of all signals. Writer and Reader are the
// encoding of the state.
package series
