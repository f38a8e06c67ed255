// Package worker answers: who owns a partition, and how is its state handed
// over?
//
// A Worker claims its partition in a Store, reads the partition's Log into a
// detector.Engine, commits what changed, and hands over what it has when it
// ends. A token in the store fences out every former owner. Memory is a Store
// inside the process; package detector/redis is the one that services use.
package worker
