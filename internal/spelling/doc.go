// Package spelling answers: which member of a closed set does a word mean?
//
// People and programs write one word in many ways: Outbound, OUT-BOUND, ｏｕｔ
// bound, 呼出. A Set has the words that are understood; what else a source says
// is told, never taken for one of them.
package spelling
