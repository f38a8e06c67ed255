// Package portfolio answers: what do all accounts of the partition say together about
// a day?
//
// Summarise counts at the close of a day what the accounts did. A Summary tells how
// much of a normal day each day was for each signal (its exposure), how rare bad news
// is, and what is usual among the accounts of a grade (Peers).
package portfolio
