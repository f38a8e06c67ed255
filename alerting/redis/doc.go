// Package redis answers: how are alerts kept in Redis?
//
// Each alert is one JSON document in a hash, with its version in front. Sets beside
// it index what is open, what has a delivery to be made, and what closed when. One
// script changes all of them at once, or nothing.
package redis
