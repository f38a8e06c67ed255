package vocabulary_test

import (
	"strings"
	"testing"

	"firstsign/signals/vocabulary"
)

func TestDirectionsHoweverTheyAreWritten(t *testing.T) {
	for want, words := range map[vocabulary.Direction][]string{
		vocabulary.Inbound: {
			"inbound", "Inbound", "INBOUND", "in-bound", "In Bound", "IN", "Incoming", "INCOMING_CALL", "Inbound Call", "received", "Missed call", "incoming_email",
			"呼入", "来电", "來電", "被叫", "接听", "收到", "已接来电", "未接来电", " 呼入 ", "呼入\u200b", "ｉｎｂｏｕｎｄ", "inbound\u00a0",
		},
		vocabulary.Outbound: {
			"outbound", "Outbound", "OUT", "out", "Outgoing", "OUT-BOUND", "outgoing call", "Dialed", "dialled", "Placed call", "outbound-api", "outbound-dial", "sent", "Email Sent",
			"呼出", "主叫", "去电", "拨出", "外呼", "發出", "发出", "Ｏｕｔｂｏｕｎｄ",
		},
		vocabulary.Internal:    {"internal", "Internal", "INTERNAL CALL", "内部", "内部通话", "内线", "extension-to-extension"},
		vocabulary.NoDirection: {"", " ", "\u3000"},
		// None of these says who acted, or not for sure.
		vocabulary.UnknownDirection: {
			"-", "n/a", "NA", "null", "unknown", "sideways", "MO", "MT", "answered", "NO ANSWER", "已接", "未接", "Callback", "i", "o", "1", "true", "local", "inbounds?", "in\xffbound", strings.Repeat("in", 500),
		},
	} {
		for _, word := range words {
			if got := new(vocabulary.Directions).Of([]byte(word)); got != want {
				t.Errorf("%.40q is direction %d, want %d", word, got, want)
			}
		}
	}
}

func TestOwnWordsOfASourceCountFirst(t *testing.T) {
	own := &vocabulary.Directions{Inbound: []string{"MO", "outbound"}, Outbound: []string{"mt", "Ausgang"}, Internal: []string{"Ecke zu Ecke"}}
	for word, want := range map[string]vocabulary.Direction{
		"mo": vocabulary.Inbound, "OUTBOUND": vocabulary.Inbound, "MT": vocabulary.Outbound, "ausgang": vocabulary.Outbound, "ecke-zu-ecke": vocabulary.Internal,
		"incoming": vocabulary.Inbound, "呼出": vocabulary.Outbound, "": vocabulary.NoDirection, "sideways": vocabulary.UnknownDirection,
	} {
		if got := own.Of([]byte(word)); got != want {
			t.Errorf("%q is direction %d, want %d", word, got, want)
		}
	}
}

func TestUnknownDirectionsGetAHint(t *testing.T) {
	got := vocabulary.NoDirectionOf([]byte("outbond"))
	want := `direction: "outbond" is none of inbound, outbound, internal (did you mean "outbound"?); signals.yaml can say what it means (directions)`
	if got != want {
		t.Errorf("got %s", got)
	}
}

func TestActionsOfAForwarding(t *testing.T) {
	for want, words := range map[vocabulary.Action][]string{
		vocabulary.Set:     {"set", "SET", "changed", "Activated", "enabled", "ON", "Registration", "turned on", "设置", "开启", "变更", "激活"},
		vocabulary.Cleared: {"cleared", "Cleared", "CLEARED", "cancelled", "canceled", "Deactivated", "disabled", "off", "Turned-Off", "取消", "关闭", "取消激活", "刪除", "Erasure"},
		vocabulary.NoAction: {
			"", " ",
		},
		vocabulary.UnknownAction: {"reset", "busy", "interrogated", "-", "unknown", "查询"},
	} {
		for _, word := range words {
			if got := vocabulary.ActionOf([]byte(word)); got != want {
				t.Errorf("%q is action %d, want %d", word, got, want)
			}
		}
	}
}

func TestClassesOfATarget(t *testing.T) {
	for word, want := range map[string]vocabulary.Class{
		"competitor": vocabulary.Competitor, "Competitor": vocabulary.Competitor, "竞争对手": vocabulary.Competitor, "COLLEAGUE": vocabulary.Colleague, "同事": vocabulary.Colleague,
		"Voice Mail": vocabulary.Voicemail, "语音信箱": vocabulary.Voicemail, "external": vocabulary.Outside, "": vocabulary.NoClass, "mobile": vocabulary.UnknownClass,
	} {
		if got := vocabulary.ClassOf([]byte(word)); got != want {
			t.Errorf("%q is class %d, want %d", word, got, want)
		}
	}
	for class, want := range map[vocabulary.Class]string{vocabulary.Competitor: "competitor", vocabulary.Outside: "outside", vocabulary.NoClass: "", vocabulary.UnknownClass: ""} {
		if got := class.String(); got != want {
			t.Errorf("class %d is written %q, want %q", class, got, want)
		}
	}
}

func TestFaultsOfAForwarding(t *testing.T) {
	for _, c := range []struct{ action, class, target, want string }{
		{"set", "", "+861", ""},
		{"", "", "+861", ""},
		{"Cancelled", "", "", ""},
		{"", "mobile", "+861", ""}, // the target tells
		{"", "mobile", "", `target_class: "mobile" is none of competitor, colleague, voicemail, outside`},
		{"activatd", "competitor", "", `action: "activatd" is none of set, cleared (did you mean "activated"?)`},
	} {
		if got := vocabulary.ForwardingFault([]byte(c.action), []byte(c.class), []byte(c.target)); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
}

func TestNamesOfSignals(t *testing.T) {
	builtIn := []string{"call", "meeting_declined", "order", "forwarding", "message", "visit"}
	for _, c := range []struct {
		configured []string
		word, want string
	}{
		{builtIn, "call", "call"},
		{builtIn, "Call", "call"},
		{builtIn, "CALL", "call"},
		{builtIn, "ｃａｌｌ", "call"},
		{builtIn, "Phone Call", "call"},
		{builtIn, "电话", "call"},
		{builtIn, "Meeting Declined", "meeting_declined"},
		{builtIn, "MeetingDeclined", "meeting_declined"},
		{builtIn, "拜访", "visit"},
		{builtIn, "Orders", "order"},
		{builtIn, "email", ""},
		{builtIn, "callback", ""},
		{builtIn, "", ""},
		{append([]string{"Call"}, builtIn...), "Call", "Call"},                                // a name that is configured is that signal
		{append([]string{"Call"}, builtIn...), "call", "call"},                                // and so is the other
		{append([]string{"Call"}, builtIn...), "CALL", ""},                                    // it could be either
		{append([]string{"Call"}, builtIn...), "电话", ""},                                      // so could this
		{append([]string{"calls"}, builtIn...), "calls", "calls"},                             // a synonym that is configured is that signal
		{append([]string{"calls"}, builtIn...), "Calls", "calls"},                             // in any case
		{append([]string{"calls"}, builtIn...), "电话", "call"},                                 // the other words stay
		{[]string{"Ticket"}, "ticket", "Ticket"},                                              // names of one's own are found alike
		{[]string{"Ticket"}, "电话", ""},                                                        // there is no call
		{[]string{"Call"}, "calls", "Call"},                                                   // built-in, in the spelling of the configuration
		{[]string{"order_A", "Order-a"}, "ORDER A", ""},                                       // either
		{[]string{strings.Repeat("x", 64)}, strings.Repeat("X", 64), strings.Repeat("x", 64)}, // as long as names get
	} {
		if got := vocabulary.NewNames(c.configured).Of([]byte(c.word)); got != c.want {
			t.Errorf("%q of %v is %q, want %q", c.word, c.configured, got, c.want)
		}
	}
}

func TestForwardingsAreKnownByName(t *testing.T) {
	for word, want := range map[string]bool{
		"forwarding": true, "Forwarding": true, "FORWARDING": true, "Call Forwarding": true, "call_forwarding": true, "呼叫转移": true, "call diversion": true,
		"forwarding_competitor": false, "call": false, "competitor_praise": false, "": false,
	} {
		if vocabulary.IsForwarding(word) != want || vocabulary.IsForwarding([]byte(word)) != want {
			t.Errorf("%q: want %v", word, want)
		}
	}
}

func TestReadingWordsAllocatesNothing(t *testing.T) {
	own, names := &vocabulary.Directions{Inbound: []string{"MO"}}, vocabulary.NewNames([]string{"call"})
	in, call := []byte("Incoming Call"), []byte("Phone Call")
	n := testing.AllocsPerRun(100, func() {
		own.Of(in)
		vocabulary.ActionOf(in)
		names.Of(call)
		vocabulary.IsForwarding(in)
	})
	if n != 0 {
		t.Errorf("%g allocations", n)
	}
}
