// Package alerting answers: who must know of a finding, and when?
//
// The AlertStore keeps one alert per account and episode, with its history and its
// deliveries. It is the only memory: whoever restarts goes on from what it says. A
// RoutingSnapshot says who must know of an event, on which channels, and what the message
// says. An AnswerHandler takes the answers.
//
// Findings enter by alerting/dispatch, messages leave by alerting/delivery.
package alerting
