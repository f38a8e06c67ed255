package message

// Trial is the message with which somebody sees that a channel works; name is
// whose channel it is.
func Trial(l Language, name string) Text {
	title := "A trial message of Firstsign"
	text := "Alerts for " + clean(name) + " arrive here. Nothing has happened, there is nothing to do."
	if l == Chinese {
		title, text = "Firstsign 试发消息", clean(name)+" 的预警将发送到这里。目前没有任何情况，无需处理。"
	}
	return textOf(l.translator(), title, []string{title, text})
}
