package words

import (
	"fmt"
)

// Actions is what forms and confirmations of work on an alert say.
type Actions struct {
	AddNote, Note, WriteNote string // button, and what stands in its field
	AssignIt, AssignTo       string
	Nobody                   string // in the list of people
	// What the account files name somebody as.
	AsOwner, AsStandIn, AsSuperior string
	AsProjectManager, AsExpert     string
	InRole                         func(name, role string) string
	NotNoted, NotAssigned          string // why an action was refused
	NotUndone                      string
	NobodyOfThatName               func(name string) string
	Undo                           string
	Noted, Withdrawn, Freed        string // what was done
	DoneAcknowledged               string
	SnoozedUntil                   func(day string) string
	AssignedTo, Said               func(what string) string
	ForWhom                        func(name string) string // of an alert in a list
	ByName                         func(name string) string // after the state of an alert
	Comma                          string
	NoteBy                         func(name, day, text string) string
	NotesHead                      string
}

var englishActions = Actions{
	AddNote: "Note", Note: "Save the note", WriteNote: "What you found out or agreed, for everybody who sees this account",
	AssignIt: "Assign", AssignTo: "To whom", Nobody: "nobody in particular",
	AsOwner: "account manager", AsStandIn: "stand-in", AsSuperior: "superior", AsProjectManager: "project manager", AsExpert: "expert",
	InRole:      func(name, role string) string { return name + " (" + role + ")" },
	NotNoted:    "The note was not saved: it is there already, or it has more than 1,000 characters.",
	NotAssigned: "The alert was not assigned: somebody assigned it while you were reading, or it is assigned so already.",
	NotUndone:   "There is no acknowledgement or snooze of yours to take back.",
	NobodyOfThatName: func(name string) string {
		return fmt.Sprintf("%q looks after no account of this team, so the alert was not assigned.", name)
	},
	Undo: "Undo", Noted: "Note saved.", Withdrawn: "Taken back.", Freed: "Assigned to nobody in particular.", DoneAcknowledged: "Acknowledged.",
	SnoozedUntil: func(day string) string { return "Snoozed until " + day + "." },
	AssignedTo:   func(name string) string { return "Assigned to " + name + "." },
	Said:         func(label string) string { return "Recorded: " + label + "." },
	ForWhom:      func(name string) string { return "assigned to " + name },
	ByName:       func(name string) string { return " by " + name },
	Comma:        ", ",
	NoteBy:       func(name, day, text string) string { return name + ", " + day + ": " + text },
	NotesHead:    "Notes",
}

var chineseActions = Actions{
	AddNote: "备注", Note: "保存备注", WriteNote: "您了解到或约定的情况，所有能看到该客户的人都会看到",
	AssignIt: "指派", AssignTo: "指派给", Nobody: "不指定",
	AsOwner: "客户经理", AsStandIn: "代理人", AsSuperior: "上级", AsProjectManager: "项目经理", AsExpert: "技术专家",
	InRole:      func(name, role string) string { return name + "（" + role + "）" },
	NotNoted:    "备注未保存：内容已存在，或超过 1000 字。",
	NotAssigned: "未能指派：在您阅读期间已有人指派，或已经指派给该人。",
	NotUndone:   "没有可以撤回的、由您作出的确认或推迟。",
	NobodyOfThatName: func(name string) string {
		return fmt.Sprintf("“%s”不负责该团队的任何客户，未能指派。", name)
	},
	Undo: "撤销", Noted: "备注已保存。", Withdrawn: "已撤回。", Freed: "已取消指派。", DoneAcknowledged: "已确认。",
	SnoozedUntil: func(day string) string { return "已推迟至" + day + "。" },
	AssignedTo:   func(name string) string { return "已指派给 " + name + "。" },
	Said:         func(label string) string { return "已记录：" + label + "。" },
	ForWhom:      func(name string) string { return "指派给 " + name },
	ByName:       func(name string) string { return "（" + name + "）" },
	Comma:        "，",
	NoteBy:       func(name, day, text string) string { return name + "，" + day + "：" + text },
	NotesHead:    "备注",
}
