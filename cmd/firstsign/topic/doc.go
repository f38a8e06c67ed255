// Package topic answers: how does a history get into the topic of interactions, and out of it again?
package topic
