// Package operations answers: is anything wrong with the service, and what must be done?
//
// It draws the page of the operator on call and answers the same to programs: feeds,
// partitions, refused records, channels and configuration. Everything is worked out when it
// is read. What one instance cannot know, it says.
package operations
