// Package portfolio answers: how does the whole portfolio stand? Who is in which quadrant and why, how steady the top list
// is, how much depends on how few, and whom we neglect; in English and Chinese.
package portfolio
