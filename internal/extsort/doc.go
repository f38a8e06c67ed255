// Package extsort answers: how are more records put in order than memory holds?
package extsort
