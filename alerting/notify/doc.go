// Package notify answers: how does a message reach a person?
//
// Every shoutrrr URL is a channel: e-mail, Feishu and Lark, WeCom, Slack, a plain
// webhook and many more. E-mail, Feishu and WeCom are sent by senders of our own, which
// carry pages, cards and buttons. Two channels are ours altogether: DingTalk, which
// shoutrrr lacks, and the log. URLs hold tokens; nothing here shows them, not even in errors.
package notify
