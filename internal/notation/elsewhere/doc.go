// Package elsewhere answers: how do other countries and systems write a date?
//
// Its notations are looked for only in texts that nothing else reads.
package elsewhere
