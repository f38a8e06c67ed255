// Package document answers: what does a YAML file of the configuration say, and on
// which line?
//
// It fills a struct from a file, goes on after every fault, and remembers on which
// line each key stands, so that later checks point at the line as well.
package document
