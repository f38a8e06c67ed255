// Package report answers: what does a replay, or a comparison of two, say to people? In English
// and Chinese.
package report
