package calibrate

import (
	"math"
	"reflect"
	"testing"

	"firstsign/accounts"
)

func TestDetections(t *testing.T) {
	variants := []Variant{
		{Account: "a", Scenario: Silent, From: 100, Until: 190},
		{Account: "b", Scenario: Silent, From: 100, Until: 190},
		{Account: "c", Scenario: Silent, From: 100, Until: 190},
		{Account: "d", Scenario: Silent, From: 100, Until: 190},
	}
	traces := map[string]evidenceTrace{
		"a~silence": {{109, 10}},         // the tenth day
		"b~silence": {{150, 10}},         // the fifty-first
		"c~silence": {{120, 6}},          // not enough for its grade
		"d~silence": {{95, 12}, {98, 0}}, // alerting when it began
	}
	gradeOf := func(id string) accounts.Grade {
		if id == "c" {
			return accounts.Marginal
		}
		return accounts.Key
	}
	got := detections(variants, traces, gradeOf, map[accounts.Grade]float64{accounts.Key: 5, accounts.Marginal: 7})
	if len(got) != 3 || got[0].Grade != "" || got[1].Grade != accounts.Key || got[2].Grade != accounts.Marginal {
		t.Fatalf("got %+v", got)
	}
	var shares []float64
	for _, w := range got[0].Within {
		shares = append(shares, math.Round(w.Share.Value*100)/100)
	}
	if got[0].Accounts != 3 || got[0].Alerting != 1 || got[0].MedianDays != 51 || !reflect.DeepEqual(shares, []float64{0.33, 0.33, 0.67, 0.67}) {
		t.Errorf("of all: %+v, shares %v", got[0], shares)
	}
	if got[2].MedianDays != 0 || got[1].Accounts != 2 {
		t.Errorf("by grade: %+v", got[1:])
	}
}
