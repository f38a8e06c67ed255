package message

import (
	"strings"

	"firstsign/accounts"
	"firstsign/detector"
)

// Picture is what a picture of a series says, in words.
type Picture struct {
	Alt    string // for whoever does not see it
	Legend string // what it shows and what its shapes mean
}

// RenderPicture describes the picture of an alert's series. Reasons are the alert's: what
// the picture shows is said as the message says it.
func RenderPicture(l Language, p *detector.Pictured, reasons []detector.Reason, known *accounts.Account) Picture {
	t := l.translator()
	r := detector.Reason{Signal: p.Signal, Contact: p.Contact, Side: p.Side}
	title := pictureTitle(l, capital(t.series(&r, contactName(known, p.Contact))), p)
	alt := title
	if told := pictureReason(p, reasons); told != nil {
		alt += pictureReasonForm(l, capital(t.reason(told, contactName(known, told.Contact))))
	}
	return Picture{Alt: t.finish(alt), Legend: t.finish(title + pictureShapes(l, p))}
}

// pictureReason is the reason that a picture is about: that of its series, or of contact of
// any kind.
func pictureReason(p *detector.Pictured, reasons []detector.Reason) (told *detector.Reason) {
	for i := range reasons {
		r := &reasons[i]
		switch {
		case r.Term == detector.Rule || r.Side != p.Side:
		case r.Signal == p.Signal && r.Contact == p.Contact:
			return r
		case r.Signal == detector.AnyContact && told == nil:
			told = r
		}
	}
	return told
}

// pictureTitle says what is drawn, and from when to when.
func pictureTitle(l Language, series string, p *detector.Pictured) string {
	from, to := p.First(), p.Last
	if l == Chinese {
		return series + "，按周，" + chineseDate(from) + "至" + chineseDate(to) + "。"
	}
	return series + " by week, " + englishDate(from) + " to " + englishDate(to) + "."
}

func pictureReasonForm(l Language, reason string) string {
	if l == Chinese {
		return reason + "。"
	}
	return " " + reason + "."
}

// pictureShapes says what the shapes mean that are in a picture.
func pictureShapes(l Language, p *detector.Pictured) string {
	shapes := []struct {
		drawn  bool
		en, zh string
	}{
		{p.Kind != detector.Score, "Bars: each week.", "柱：每周数值。"},
		{p.Kind == detector.Score, "Dots: the mean of each week.", "圆点：每周平均值。"},
		{p.Habit > 0, "Green band: four of five usual weeks, red below it.", "绿色带：平常五周中有四周在此范围内，低于此为红色。"},
		{p.ChangedOn != nil, "Red line: the change begins here.", "红线：变化由此开始。"},
		{len(p.Holidays) > 0, "Yellow: holidays.", "黄色：节假日。"},
		{len(p.Blind)+len(p.PastBlind) > 0, "Grey: no data.", "灰色：无数据。"},
	}
	var all strings.Builder
	for _, s := range shapes {
		switch {
		case !s.drawn:
		case l == Chinese:
			all.WriteString(s.zh)
		default:
			all.WriteString(" " + s.en)
		}
	}
	return all.String()
}
