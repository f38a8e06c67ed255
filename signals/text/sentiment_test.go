package text

import (
	"testing"

	"firstsign/internal/racetest"
)

// Negation, idiom and everyday business, both languages.
func TestMood(t *testing.T) {
	const (
		good    = "good"
		bad     = "bad"
		neither = "neither"
	)
	r := listener()
	for text, want := range map[string]string{
		"The service is great.":                                good,
		"The service is not great.":                            bad,
		"Not bad at all.":                                      good,
		"No complaints from our side.":                         good,
		"We are very disappointed.":                            bad,
		"The invoice is wrong again.":                          bad,
		"It is slow, but the support is excellent.":            good,
		"See you at 3 pm.":                                     neither,
		"Our new billing address is below.":                    neither,
		"服务很好。":                                                good,
		"服务不好。":                                                bad,
		"还不错。":                                                 good,
		"没什么不满意的。":                                             good,
		"服务太差了，非常失望。":                                          bad,
		"已经催了三次，还没解决。":                                         bad,
		"明天下午三点开会。":                                            neither,
		"附件请查收。":                                               neither,
		"ＡＢＣ公司的 service 太差了":                                   bad,
		"THE SERVICE IS GREAT":                                 good,
		"thanks :-)":                                           good,
		"The line is down :(":                                  bad,
		"See https://example.com/a:b":                          neither,
		"合作愉快，期待下一次。":                                          good,
		"对这次的处理结果不满意。":                                         bad,
		"We moved to a new building. 我们搬到新地址了。":                neither,
		"Great job, thank you. 非常感谢！":                          good,
		"The quality is terrible and nobody calls back. 太失望了。": bad,
	} {
		mood, _, _, _ := r.read([]byte(text))
		got := neither
		switch {
		case mood >= 0.15:
			got = good
		case mood <= -0.15:
			got = bad
		}
		if got != want {
			t.Errorf("%s: %g, want %s", text, mood, want)
		}
	}
}

// The model is the one that was trained: of the very texts that it learned from
// it knows more than of others, whose figures are in docs/data-team/words.md.
func TestMoodOfTheBenchmark(t *testing.T) {
	racetest.Arithmetic(t)
	least := map[string]float64{
		"ChnSentiCorp_htl_all": 0.90, "waimai_10k": 0.90, "online_shopping_10_cats": 0.92,
		"tweets": 0.94, "amazonReviewSnippets": 0.62, "movieReviewSnippets": 0.59, "nytEditorialSnippets": 0.55,
	}
	r := listener()
	right, all := map[string]float64{}, map[string]float64{}
	for _, language := range []string{"zh", "en"} {
		for _, x := range benchTexts(t, language) {
			mood, _, _, _ := r.read([]byte(x.Text))
			class := "neu"
			switch {
			case mood >= 0.05:
				class = "pos"
			case mood <= -0.05:
				class = "neg"
			}
			all[x.Set]++
			if class == x.Label {
				right[x.Set]++
			}
		}
	}
	for set, want := range least {
		if got := right[set] / all[set]; got < want {
			t.Errorf("%s: %.3f of the texts, want %.2f", set, got, want)
		} else {
			t.Logf("%s: %.3f of the texts", set, got)
		}
	}
}
