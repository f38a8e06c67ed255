package message_test

import (
	"strings"
	"testing"

	"firstsign/alerting/message"
	"firstsign/alerting/message/messagetest"
	"firstsign/detector"
)

// The words of a picture are those of the message: one number for one fact.
func TestPictureInWords(t *testing.T) {
	story := messagetest.Story()
	for l, want := range map[message.Language]message.Picture{
		message.English: {
			Alt:    "Li Wei's calls by week, 4 Sep 2025 to 2 Mar 2026. Li Wei's calls fell from 3.5 to 0.8 a week since 3 Feb 2026 (28 days).",
			Legend: "Li Wei's calls by week, 4 Sep 2025 to 2 Mar 2026. Bars: each week. Green band: four of five usual weeks, red below it. Red line: the change begins here. Yellow: holidays. Grey: no data.",
		},
		message.Chinese: {
			Alt:    "Li Wei 的通话，按周，2025年9月4日至2026年3月2日。Li Wei 的通话从每周 3.5 次降到 0.8 次（自 2026年2月3日起 28 天）。",
			Legend: "Li Wei 的通话，按周，2025年9月4日至2026年3月2日。柱：每周数值。绿色带：平常五周中有四周在此范围内，低于此为红色。红线：变化由此开始。黄色：节假日。灰色：无数据。",
		},
	} {
		got := message.RenderPicture(l, story.Pictured, story.Reasons, &messagetest.Acme)
		if got != want {
			t.Errorf("%s:\n%s\n%s\nwant\n%s\n%s", l, got.Alt, got.Legend, want.Alt, want.Legend)
		}
		body := message.Render(l, &message.Facts{Kind: story.Kind, Account: "acme", Grade: story.Grade, Since: story.Since, Reasons: story.Reasons, Known: &messagetest.Acme}).Body
		if said := strings.SplitN(strings.TrimRight(want.Alt, ".。"), map[message.Language]string{message.English: ". ", message.Chinese: "。"}[l], 2)[1]; !strings.Contains(body, said) {
			t.Errorf("the message does not say %q:\n%s", said, body)
		}
	}
}

// A picture of a mean has dots, and one without a habit no band. Of contact of any kind it
// is told why.
func TestOtherPicturesInWords(t *testing.T) {
	p := &detector.Pictured{Signal: "sentiment", Side: detector.Theirs, Kind: detector.Score, Last: messagetest.Day("2026-03-02"), Actual: []float32{1, 2}}
	silent := detector.Reason{Signal: detector.AnyContact, Side: detector.Theirs, Term: detector.Gap, Window: 30, To: 30, From: 3, Since: messagetest.Day("2026-01-31")}
	ours := detector.Reason{Signal: "sentiment", Side: detector.Ours, Term: detector.Norm, Window: 28, From: 3, To: 1}
	got := message.RenderPicture(message.English, p, []detector.Reason{ours, silent}, nil)
	if !strings.HasPrefix(got.Legend, "Sentiment by week, 17 Feb 2026 to 2 Mar 2026. Dots: the mean of each week.") || strings.Contains(got.Legend, "band") || strings.Contains(got.Legend, "line") {
		t.Errorf("legend %q", got.Legend)
	}
	if !strings.Contains(got.Alt, "30 days") || strings.Contains(got.Alt, "owed") {
		t.Errorf("alt %q", got.Alt)
	}
	if got := message.RenderPicture(message.English, p, nil, nil); got.Alt != "Sentiment by week, 17 Feb 2026 to 2 Mar 2026." {
		t.Errorf("without a reason: %q", got.Alt)
	}
}
