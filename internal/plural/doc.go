// Package plural answers: is it one thing or several, in English?
package plural
