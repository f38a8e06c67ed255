// Package links answers: what may whoever opens the link of a message do, and did we make it?
package links
