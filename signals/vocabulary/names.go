package vocabulary

import "firstsign/internal/spelling"

// synonyms of built-in signals: the same noun in the plural, in Chinese, or in
// the words of a CRM. No word of another channel is among them: an e-mail is a
// message, but a company may well judge e-mails by themselves.
var synonyms = spelling.Set{
	{Name: "call", Also: []string{"calls", "phone call", "phone calls", "telephone call", "telephone", "phone", "voice call", "电话", "通话", "通话记录", "电话沟通", "電話", "通話", "通話記錄"}},
	{Name: "meeting", Also: []string{"meetings", "会议", "会面", "面谈", "會議", "會面"}},
	{Name: "message", Also: []string{"messages", "消息", "訊息"}},
	{Name: "meeting_declined", Also: []string{"declined meeting", "拒绝会议", "会议拒绝"}},
	{Name: "meeting_postponed", Also: []string{"postponed meeting", "会议推迟", "会议延期", "会议改期"}},
	{Name: "meeting_shortened", Also: []string{"shortened meeting", "会议缩短"}},
	{Name: "contact_left", Also: []string{"联系人离职"}},
	{Name: Forwarding, Also: []string{"forwardings", "call forwarding", "call forward", "call diversion", "呼叫转移", "呼叫前转", "来电转接", "呼叫轉移"}},
	{Name: "complaint", Also: []string{"complaints", "投诉", "客户投诉", "客诉", "投訴"}},
	{Name: "complaint_resolved", Also: []string{"resolved complaint", "投诉解决", "投诉已解决"}},
	{Name: "ultimatum", Also: []string{"ultimatums", "最后通牒"}},
	{Name: "order", Also: []string{"orders", "purchase order", "purchase orders", "订单", "下单", "訂單"}},
	{Name: "spend", Also: []string{"spending", "采购额", "采购金额", "消费额", "消费金额", "採購額"}},
	{Name: "visit", Also: []string{"visits", "拜访", "客户拜访", "上门拜访", "走访", "拜訪"}},
	{Name: "event_invited", Also: []string{"活动邀请"}},
	{Name: "event_attended", Also: []string{"参加活动", "活动出席"}},
	{Name: "share_of_wallet", Also: []string{"wallet share", "钱包份额"}},
}

var forwardingIndex = func() spelling.Index {
	i := synonyms.Find(Forwarding)
	return synonyms[i : i+1].Index()
}()

// IsForwarding tells whether a signal's name means call forwardings.
func IsForwarding[S string | []byte](signal S) bool {
	if len(signal) < len(Forwarding) {
		return false // 呼叫转移 is longer
	}
	return string(signal) == Forwarding || spelling.FindIn(forwardingIndex, signal) >= 0
}

// Names finds the signals of a configuration by the names that sources give
// them. A name that is configured is that signal. Else it is the one whose
// name differs in case, width or what stands between its words. Else it is a
// usual word for a built-in signal. What could be two of them is none.
type Names struct {
	exact  map[string]string
	folded map[string]string // "": of two
}

// NewNames returns those of signals, by name.
func NewNames(configured []string) *Names {
	n := &Names{exact: make(map[string]string), folded: make(map[string]string)}
	for _, name := range configured {
		n.exact[name] = name
		n.add(name, name)
	}
	for _, w := range synonyms {
		name := n.folded[spelling.Fold(w.Name)]
		if name == "" {
			continue
		}
		for _, word := range w.Also {
			if _, taken := n.folded[spelling.Fold(word)]; !taken {
				n.folded[spelling.Fold(word)] = name
			}
		}
	}
	return n
}

func (n *Names) add(word, name string) {
	folded := spelling.Fold(word)
	if folded == "" {
		return
	}
	if other, taken := n.folded[folded]; taken && other != name {
		name = ""
	}
	n.folded[folded] = name
}

// Of returns the name under which a signal is configured, empty when it is not.
// It allocates nothing for words of usual length. Nil knows none.
func (n *Names) Of(word []byte) string {
	if n == nil {
		return ""
	}
	if name, ok := n.exact[string(word)]; ok {
		return name
	}
	name, _ := spelling.Look(n.folded, word)
	return name
}
