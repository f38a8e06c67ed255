package config

import (
	"slices"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
)

// Every standard rule has a name in the language of the message.
func TestStandardRulesInChinese(t *testing.T) {
	rules := slices.Concat(Default().Detector.Patterns, []detector.Pattern{detector.Pattern{Name: "a proposal without an answer", Signal: "proposal", Without: proposalAnswer}})
	for _, p := range rules {
		a := &alerting.Alert{ID: "a@2026-03-02", Account: "a", Kind: detector.Raised, Grade: accounts.Key, Reasons: []detector.Reason{
			{Signal: p.Signal, Side: detector.Theirs, Term: detector.Rule, Rule: p.Name, Without: p.Without, Window: p.Days, To: 1},
		}}
		text := alerting.Render(message.Chinese, a, detector.Raised, nil).Text
		if strings.Contains(text, p.Name) {
			t.Errorf("%s stands in a Chinese message as it is:\n%s", p.Name, text)
		}
	}
}
