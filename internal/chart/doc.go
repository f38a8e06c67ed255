// Package chart answers: how do numbers look over time, or beside each other? Numbers in, SVG
// or PNG out.
//
// The SVG that it writes bears classes and no style, so that a page may forbid inline style and
// the style sheet gives the colours, light and dark.
package chart
