package vocabulary

import (
	"fmt"
	"slices"

	"firstsign/internal/spelling"
)

// Direction is who acted in an interaction, as its source sees it.
type Direction uint8

// The directions. An interaction among people of one side is Internal.
const (
	NoDirection Direction = iota // no word, or an empty one
	Inbound
	Outbound
	Internal
	UnknownDirection
)

// directions in the order of the constants, from Inbound on.
//
// Not understood, because they say something else from another telephone's
// place or in another column: mo and mt (originated or terminated by whose
// telephone?), originating and terminating, answered, 已接 and 未接 (which are
// results of outbound calls as well), callback, i and o, 1 and 2.
var directions = spelling.Set{
	{Name: "inbound", Also: []string{
		"in", "incoming", "inward", "ingoing", "ingress", "received", "receive", "recv", "missed", "inbox",
		"inbound call", "incoming call", "call in", "calls in", "received call", "missed call", "inbound missed", "inbound answered",
		"inbound email", "incoming email", "email received", "received email", "inbound sms", "inbound message", "incoming message", "message received",
		"from customer", "from client", "customer to us",
		"呼入", "拨入", "打入", "打进", "呼进", "来电", "来话", "入呼", "入站", "入局", "被叫", "接听", "接到", "接收", "收到", "收件", "收信", "已接来电", "未接来电", "漏接来电",
		"客户来电", "客户呼入", "来电呼入", "呼入电话", "呼入通话", "电话呼入", "客户主动",
		"撥入", "打進", "呼進", "來電", "來話", "入呼叫", "接聽", "已接來電", "未接來電", "客戶來電", "客戶呼入", "呼入電話",
	}},
	{Name: "outbound", Also: []string{
		"out", "outgoing", "outward", "egress", "dialed", "dialled", "dialed call", "dialled call", "placed", "made", "sent", "send",
		"outbound call", "outgoing call", "call out", "calls out", "placed call", "call made", "click to call", "outbound missed", "outbound answered",
		"outbound api", "outbound dial", "outbound reply", // Twilio
		"outbound email", "outgoing email", "email sent", "sent email", "outbound sms", "outbound message", "outgoing message", "message sent",
		"to customer", "to client", "us to customer",
		"呼出", "拨出", "打出", "去电", "去话", "外呼", "出呼", "出站", "出局", "主叫", "拨打", "发出", "发送", "已发送", "发件", "发信", "寄出", "已拨电话", "已拨",
		"人工外呼", "电话外呼", "外呼电话", "呼出电话", "呼出通话", "电话呼出", "客户去电",
		"撥出", "去電", "去話", "撥打", "發出", "發送", "已發送", "已撥電話", "已撥", "呼出電話",
	}},
	{Name: "internal", Also: []string{
		"internal call", "internal calls", "intercom", "intra", "extension to extension", "ext to ext",
		"内部", "内部通话", "内部呼叫", "内部电话", "内线", "内呼", "分机互拨", "站内",
		"內部", "內部通話", "內部呼叫", "內部電話", "內線", "分機互撥",
	}},
}

var directionIndex = directions.Index()

// Directions are words that a source has for them beside those that are
// understood anyway. They count first. The zero value has none.
type Directions struct {
	Inbound  []string `yaml:"inbound"`
	Outbound []string `yaml:"outbound"`
	Internal []string `yaml:"internal"`
}

// Of a word. It allocates nothing.
func (d *Directions) Of(word []byte) Direction {
	if len(d.Inbound)+len(d.Outbound)+len(d.Internal) > 0 {
		if own := d.own(word); own != NoDirection {
			return own
		}
	}
	switch string(word) { // what most sources write, without a search
	case "":
		return NoDirection
	case "inbound", "Inbound", "INBOUND":
		return Inbound
	case "outbound", "Outbound", "OUTBOUND":
		return Outbound
	}
	if i := directionIndex.Find(word); i >= 0 {
		return Inbound + Direction(i)
	}
	if spelling.IsBlank(word) {
		return NoDirection
	}
	return UnknownDirection
}

// own words of the source.
func (d *Directions) own(word []byte) Direction {
	same := func(known string) bool { return spelling.Same(word, known) }
	switch {
	case slices.ContainsFunc(d.Inbound, same):
		return Inbound
	case slices.ContainsFunc(d.Outbound, same):
		return Outbound
	case slices.ContainsFunc(d.Internal, same):
		return Internal
	}
	return NoDirection
}

// NoDirectionOf says of an unknown word that it is none, and what could be meant.
func NoDirectionOf(word []byte) string {
	return fmt.Sprintf("direction: %.80q is none of %s%s; signals.yaml can say what it means (directions)", word, directions, directions.DidYouMean(string(word)))
}
