// Package demo answers: how is the whole product shown in one process? A history is judged as if it were lived through, and
// simulated days go on live, step by step, so that the demo says the same on every machine.
package demo
