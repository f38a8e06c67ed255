// Package finding answers: what does the detector hand to alerting?
package finding
