package words

import (
	"reflect"
	"testing"
)

// A word that one language has, the other has as well.
func TestBothLanguagesSayAll(t *testing.T) {
	for _, pair := range [][2]any{{englishInbox, chineseInbox}, {englishAccount, chineseAccount}, {englishAnswers, chineseAnswers}, {englishChart, chineseChart}, {englishActions, chineseActions}, {englishAccess, chineseAccess}, {englishPortfolio, chinesePortfolio}, {englishOverTime, chineseOverTime}, {englishOperations, chineseOperations}, {englishTuning, chineseTuning}} {
		a, b := reflect.ValueOf(pair[0]), reflect.ValueOf(pair[1])
		for i := range a.NumField() {
			name := a.Type().String() + "." + a.Type().Field(i).Name
			if a.Field(i).IsZero() || b.Field(i).IsZero() {
				if name != "words.Inbox.AYear" { // Chinese says it before the amount
					t.Errorf("%s is missing: %v, %v", name, a.Field(i), b.Field(i))
				}
			}
			if a.Field(i).Kind() == reflect.Map && a.Field(i).Len() != b.Field(i).Len() {
				t.Errorf("%s has %d words in English and %d in Chinese", name, a.Field(i).Len(), b.Field(i).Len())
			}
		}
	}
}

func TestShortNumbers(t *testing.T) {
	for x, want := range map[float64][2]string{0: {"0", "0"}, 9500: {"9,500", "9,500"}, 25_000: {"25k", "2.5万"}, 200_000: {"200k", "20万"}, 3e6: {"3M", "300万"}, 2e8: {"200M", "2亿"}, -0.5: {"-0.5", "-0.5"}} {
		if got := [2]string{englishChart.Short(x), chineseChart.Short(x)}; got != want {
			t.Errorf("%g: %q, want %q", x, got, want)
		}
	}
}
