package vocabulary

import (
	"fmt"

	"firstsign/internal/spelling"
)

// Forwarding is the signal of a changed call forwarding; its attributes.
const (
	Forwarding = "forwarding"

	ActionAttribute = "action"       // what was done to it
	TargetAttribute = "target"       // the number or the name; it is not kept
	ClassAttribute  = "target_class" // whose that is: kept instead
)

// Action is what was done to a call forwarding.
type Action uint8

// The actions.
const (
	NoAction Action = iota // no word, or an empty one
	Set                    // calls go there from now on
	Cleared                // calls are forwarded no more
	UnknownAction
)

// actions in the order of the constants, from Set on.
var actions = spelling.Set{
	{Name: "set", Also: []string{
		"changed", "change", "modified", "modify", "updated", "update", "activated", "activate", "activation", "active",
		"enabled", "enable", "on", "turned on", "switched on", "added", "add", "created", "create", "started", "start",
		"registered", "register", "registration", // 3GPP TS 22.004, beside activation
		"forwarded", "diverted", "call forward on", "cfwd on",
		"设置", "设定", "设为", "已设置", "变更", "更改", "修改", "更新", "改为", "开启", "已开启", "打开", "开通", "启用", "已启用", "激活", "已激活", "登记", "注册", "新增", "添加",
		"設置", "設定", "變更", "開啟", "打開", "開通", "啟用", "登記", "註冊",
	}},
	{Name: "cleared", Also: []string{
		"clear", "cancelled", "canceled", "cancel", "cancellation", "deactivated", "deactivate", "deactivation", "inactive",
		"disabled", "disable", "off", "turned off", "switched off", "removed", "remove", "removal", "deleted", "delete", "deletion",
		"unset", "stopped", "stop", "ended", "end", "unregistered", "deregistered", "erased", "erase", "erasure", "unforwarded",
		"call forward off", "cfwd off",
		"取消", "已取消", "关闭", "已关闭", "停用", "已停用", "禁用", "清除", "已清除", "清空", "删除", "已删除", "解除", "已解除", "撤销", "注销", "停止", "去激活", "取消激活",
		"關閉", "已關閉", "刪除", "已刪除", "撤銷", "註銷",
	}},
}

var actionIndex = actions.Index()

// ActionOf a word. It allocates nothing.
func ActionOf(word []byte) Action {
	if i := actionIndex.Find(word); i >= 0 {
		return Set + Action(i)
	}
	if spelling.IsBlank(word) {
		return NoAction
	}
	return UnknownAction
}

// Class is whose the target of a call forwarding is.
type Class uint8

// The classes.
const (
	NoClass Class = iota // no word, or an empty one
	Competitor
	Colleague
	Voicemail
	Outside
	UnknownClass
)

// classes in the order of the constants, from Competitor on.
var classes = spelling.Set{
	{Name: "competitor", Also: []string{"competitors", "rival", "竞争对手", "对手", "竞品", "競爭對手"}},
	{Name: "colleague", Also: []string{"colleagues", "coworker", "co-worker", "同事", "内部", "內部"}},
	{Name: "voicemail", Also: []string{"voice mail", "voicebox", "mailbox", "语音信箱", "留言信箱", "语音邮箱", "語音信箱"}},
	{Name: "outside", Also: []string{"external", "外部"}},
}

var classIndex = classes.Index()

// ClassOf a word. It allocates nothing.
func ClassOf(word []byte) Class {
	if i := classIndex.Find(word); i >= 0 {
		return Competitor + Class(i)
	}
	if spelling.IsBlank(word) {
		return NoClass
	}
	return UnknownClass
}

// String is the word that is written for a class; empty for none.
func (c Class) String() string {
	if c < Competitor || c > Outside {
		return ""
	}
	return classes[c-Competitor].Name
}

// ForwardingFault says which word of a call forwarding is not understood; empty
// when all are. A class that is not understood does no harm beside a target.
func ForwardingFault(action, class, target []byte) string {
	switch {
	case ActionOf(action) == UnknownAction:
		return fmt.Sprintf("action: %s", actions.NoneOf(string(clip(action))))
	case ClassOf(class) == UnknownClass && len(target) == 0:
		return fmt.Sprintf("target_class: %s", classes.NoneOf(string(clip(class))))
	}
	return ""
}

// clip a word for a message.
func clip(word []byte) []byte { return word[:min(len(word), 80)] }
