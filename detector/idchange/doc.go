// Package idchange answers: were the ids of many accounts replaced at once?
//
// When a system is replaced, many ids end on one day and as many begin. That looks like
// many lost accounts, and is none. Judge finds such a day at the close of a day, from the
// days that are kept anyway. Strangers counts the ids that no file lists.
package idchange
