// Package icalendar answers: which days does an iCalendar file hold?
//
// It reads the all-day events of RFC 5545, with yearly recurrence. What it cannot
// read is a fault with the line of its event.
package icalendar
