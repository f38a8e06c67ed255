// Package words answers: what do the pages say by themselves, in English and Chinese?
//
// What alerts say is in alerting/message; these are the headings, buttons and labels around
// it.
package words
