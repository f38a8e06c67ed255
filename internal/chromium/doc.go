// Package chromium answers, in tests: what does a real browser make of a page?
//
// It drives a Chromium by the DevTools protocol over a pipe, so that a test can click, type
// and look as a person does, in several windows at once.
package chromium
