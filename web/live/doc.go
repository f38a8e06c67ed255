// Package live answers: who hears at once that an alert changed?
//
// A browser that shows alerts keeps a stream of server-sent events open, and reads its page
// again when an alert changed that its reader may see. Without the stream pages work as
// well; they are as old as their last load then.
package live
