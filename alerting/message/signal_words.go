package message

// word is how messages name a signal.
type word struct {
	en     string // plural of a count, the thing of a score or amount
	by     string // preposition before the person: "no calls from", "no meetings with"
	deed   string // what somebody did, for an incident: "Li Wei ... "
	zh     string
	zhUnit string // measure word of a count
	zhDeed string
}

// lacking is what there is none of, where that is not the word of the series:
// "no contact", 没有采购.
var lacking = map[string]struct{ en, zh string }{
	"contact":         {"contact", "任何往来"},
	"proposal_answer": {"answer to our proposal", "答复"},
	"spend":           {"purchases", "采购"},
}

// noneOf is the noun that follows "no" and 没有.
func noneOf(signal string) (en, zh string) {
	if l, ok := lacking[signal]; ok {
		return l.en, l.zh
	}
	w := wordOf(signal)
	return w.en, w.zh
}

// words of the usual signals. A signal that is not here keeps its own name.
var words = map[string]word{
	"contact":               {"contacts of any kind", "from", "got in touch", "往来", "次", "与我方联系"},
	"call":                  {"calls", "from", "called", "通话", "次", "来电"},
	"meeting":               {"meetings", "with", "met us", "会面", "次", "会面"},
	"meeting_declined":      {"declined meetings", "from", "declined a meeting", "拒绝会面", "次", "拒绝了会面"},
	"meeting_shortened":     {"shortened meetings", "from", "cut a meeting short", "缩短的会面", "次", "缩短了会面"},
	"meeting_postponed":     {"postponed meetings", "from", "put off a meeting", "推迟的会面", "次", "推迟了会面"},
	"contact_left":          {"contacts who left", "from", "left the company", "联系人离职", "次", "已离职"},
	"contact_promoted":      {"promoted contacts", "from", "was promoted", "联系人升职", "次", "已升职"},
	"response_hours":        {"answer time in hours", "from", "changed how fast they answer", "回复用时（小时）", "", "回复速度变化"},
	"visit":                 {"visits", "to", "visited us", "拜访", "次", "拜访"},
	"message":               {"messages", "from", "wrote a message", "消息", "条", "发来消息"},
	"email":                 {"e-mails", "from", "wrote an e-mail", "邮件", "封", "发来邮件"},
	"forwarding":            {"call forwarding changes", "from", "changed the call forwarding", "呼叫转移变更", "次", "更改了呼叫转移"},
	"forwarding_competitor": {"calls forwarded to a competitor", "from", "forwarded the calls to a competitor", "转移至竞争对手的呼叫", "次", "把来电转移到了竞争对手"},
	"forwarding_outside":    {"calls forwarded elsewhere", "from", "forwarded the calls elsewhere", "转移至外部的呼叫", "次", "把来电转移到了外部号码"},
	"forwarding_voicemail":  {"calls forwarded to voicemail", "from", "forwarded the calls to voicemail", "转移至语音信箱的呼叫", "次", "把来电转移到了语音信箱"},
	"forwarding_colleague":  {"calls forwarded to a colleague", "from", "forwarded the calls to a colleague", "转移至同事的呼叫", "次", "把来电转移给了同事"},
	"forwarding_cleared":    {"call forwardings cleared", "from", "cleared the call forwarding", "取消的呼叫转移", "次", "取消了呼叫转移"},
	"competitor_praise":     {"praise of a competitor", "from", "praised a competitor", "称赞竞争对手", "次", "称赞了竞争对手"},
	"competitor_offer":      {"offers of a competitor", "to", "mentioned an offer of a competitor", "竞争对手的报价或接触", "次", "提到了竞争对手的报价或接触"},
	"complaint":             {"complaints", "from", "complained", "投诉", "次", "提出了投诉"},
	"complaint_resolved":    {"resolved complaints", "from", "had a complaint resolved", "已解决的投诉", "次", "的投诉已解决"},
	"ultimatum":             {"ultimatums", "from", "set an ultimatum", "最后通牒", "次", "下了最后通牒"},
	"in_house":              {"plans to do it themselves", "from", "said that they want to do it themselves", "自建意向", "次", "提到要自己做"},
	"price_pressure":        {"pressure on the price", "from", "pressed for a lower price", "压价", "次", "要求降价或放宽账期"},
	"reference_withdrawn":   {"withdrawn references", "from", "withdrew a reference", "撤回推荐", "次", "撤回了推荐或宣传许可"},
	"second_source":         {"steps towards a further supplier", "from", "spoke of a further supplier", "引入第二供应商的动向", "次", "提到要引入第二供应商"},
	"ticket":                {"service tickets", "from", "opened a service ticket", "服务工单", "张", "提交了服务工单"},
	"login":                 {"logins", "from", "logged in", "登录", "次", "登录"},
	"order":                 {"orders", "from", "ordered", "订单", "笔", "下了订单"},
	"quote_request":         {"requests for quotes", "from", "asked for a quote", "询价", "次", "询价"},
	"proposal":              {"proposals", "from", "was sent a proposal", "方案", "份", "收到方案"},
	"proposal_answer":       {"answers to a proposal", "from", "answered a proposal", "方案答复", "次", "答复了方案"},
	"payment":               {"payments", "from", "paid", "付款", "笔", "付款"},
	"payment_late":          {"late payments", "from", "paid late", "逾期付款", "笔", "逾期付款"},
	"sentiment":             {"sentiment", "from", "changed mood", "情绪评分", "", "情绪变化"},
	"satisfaction":          {"satisfaction", "from", "changed their satisfaction", "满意度", "", "满意度变化"},
	"spend":                 {"spend", "from", "spent", "采购额", "", "采购"},
	"revenue":               {"revenue", "from", "brought revenue", "收入", "", "产生收入"},
	"usage":                 {"usage", "from", "used the service", "使用量", "", "使用"},
	"traffic":               {"traffic", "from", "had traffic", "流量", "", "产生流量"},
	"share_of_wallet":       {"share of wallet", "from", "changed our share of wallet", "我方采购份额", "", "调整了我方份额"},
}

func wordOf(signal string) word {
	if w, ok := words[signal]; ok {
		return w
	}
	s := clean(signal)
	return word{en: s, by: "from", zh: s, zhUnit: "次"} // no deed: its own name says what happened
}

// ruleNames are the standard rules in Chinese. Other rules appear as they were
// written.
var ruleNames = map[string]string{
	"a key person's calls are forwarded":      "关键联系人的来电被转移",
	"a key person's calls go to a competitor": "关键联系人的来电转到了竞争对手",
	"an ultimatum":                  "最后通牒",
	"offers of a competitor":        "竞争对手的报价或接触",
	"they want to do it themselves": "对方打算自己做",
	"a further supplier":            "对方正在引入第二供应商",
	"a proposal without an answer":  "方案未获答复",
	"a complaint, then silence":     "投诉之后没有任何往来",
}

func chineseRule(name string) string {
	if zh, ok := ruleNames[name]; ok {
		return zh
	}
	return clean(name)
}
