package words

import "firstsign/alerting/message"

// Access is what is said to somebody who may not see a page, in the language of messages.
type Access struct {
	Title            string
	NobodyIs, NotNow string
	NobodyAnswers    string
	NotListed        func(login string) string // who signed in and has no role
	NotYou           func(login string) string // whose role is not enough
}

// AccessOf are those of a language.
func AccessOf(l message.Language) *Access {
	if l == message.Chinese {
		return &chineseAccess
	}
	return &englishAccess
}

var englishAccess = Access{
	Title:         "This page is not for you",
	NobodyIs:      "You are not signed in. Open the address that your administrator gave you, or the link of a message.",
	NobodyAnswers: "Nobody may answer here without a login. The link in your message works.",
	NotNow:        "What you may see cannot be read now. Please try again in a minute.",
	NotListed: func(login string) string {
		return "You signed in as " + login + ", and that name has no role here. Ask your administrator to add it to access.yaml."
	},
	NotYou: func(login string) string {
		return "You signed in as " + login + ". Your role does not include this."
	},
}

var chineseAccess = Access{
	Title:         "您无权查看此页面",
	NobodyIs:      "您尚未登录。请使用管理员提供的地址，或消息中的链接。",
	NobodyAnswers: "未登录时不能在此回应。请使用消息中的链接。",
	NotNow:        "目前无法读取您的权限，请稍后再试。",
	NotListed: func(login string) string {
		return "您以 " + login + " 登录，但该名称没有任何角色。请管理员将其加入 access.yaml。"
	},
	NotYou: func(login string) string {
		return "您以 " + login + " 登录，您的角色不包含此操作。"
	},
}
