// Package calendar answers: where does a day begin, and on which days is less
// expected?
//
// It reads calendar.yaml and the iCalendar files beside it, adds the official days
// that come with the program, and tells when the known holidays end.
package calendar
