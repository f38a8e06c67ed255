// Package picture answers: how does a series look beside its habit?
//
// What the detector tells of the weeks of a series goes in, a chart comes out. Pages draw it
// with words, messages without any.
package picture
