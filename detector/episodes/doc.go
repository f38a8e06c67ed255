// Package episodes answers: when does an account's risk become an alert, and what
// did people say of it?
//
// An Episode is a stretch of raised risk. An Opinion is what people called an
// account's alerts, and by how much that made its thresholds rarer.
package episodes
