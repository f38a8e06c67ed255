package main

import (
	"fmt"
	"slices"

	"firstsign/signals/text"
)

// verdict is what a model says of a text.
type verdict struct {
	set            string
	text           *sentence
	alone, against text.Scores
	chinese        bool
}

func verdicts(set string, m *text.SignModel, list []*sentence) (all []verdict) {
	for _, x := range list {
		v := x.score(m)
		v.set = set
		all = append(all, v)
	}
	return all
}

// found tells whether a sign is found, as text does it.
func (v *verdict) found(m *text.SignModel, sign int) bool {
	language := 1
	if v.chinese {
		language = 0
	}
	return v.against[sign] >= m.Threshold[language][sign] || v.text.phrases[sign] && v.alone[sign] >= m.Veto[language][sign]
}

// What thresholds are chosen for: precision, and how many of the reviews are taken for
// a sign at most. Fresh sentences count more, as topics were written by the others.
const (
	leastPrecision = 0.9
	ofUltimatum    = 0.95
	leastOverall   = 0.89 // of fresh and learned sentences together
	mostReviews    = 0.8 / 1000
	freshCounts    = 3
	// Of what phrases find rightly in the sentences that they were made with, as much
	// stays.
	leastPhrased     = 0.96
	phrasedPrecision = 0.93
)

// vetoes are the scores below which a phrase may not count, the most lenient first.
var vetoes = []int32{-16 * unit, -12 * unit, -8 * unit, -6 * unit, -4 * unit, -3 * unit, -2 * unit, -unit, 0, unit, 2 * unit, 3 * unit, 4 * unit, 5 * unit, 6 * unit}

const unit = int32(1 / text.SignStep)

// chooseThresholds finds most of each sign with that.
func chooseThresholds(m *text.SignModel, judged []verdict) {
	for language := range 2 {
		for sign := range signs {
			var list []verdict
			var values []int32
			for _, v := range judged {
				if v.chinese == (language == 0) {
					list = append(list, v)
					if v.text.is[sign] {
						values = append(values, v.against[sign])
					}
				}
			}
			slices.Sort(values)
			values = append(slices.Compact(values), 1<<14)
			best, chosen, allowed := -1.0, int32(1<<14), int32(1<<14)
			for _, threshold := range values {
				for _, veto := range vetoes {
					m.Threshold[language][sign], m.Veto[language][sign] = threshold, veto
					if gain := worth(m, list, sign); gain > best {
						best, chosen, allowed = gain, threshold, veto
					}
				}
			}
			m.Threshold[language][sign], m.Veto[language][sign] = chosen, allowed
		}
	}
}

// worth is the recall of a choice, less than none when it is too imprecise.
func worth(m *text.SignModel, list []verdict, sign int) float64 {
	least := leastPrecision
	if signs[sign] == text.Ultimatum {
		least = ofUltimatum
	}
	var hit, found, of, freshHit, freshFound, mistaken, reviews, kept, phrased, phrasedHit, phrasedFound float64
	for i := range list {
		v := &list[i]
		if !v.text.known[sign] {
			continue
		}
		is := v.found(m, sign)
		counts := 1.0
		switch v.set {
		case "reviews":
			reviews++
			if is {
				mistaken++
			}
			continue
		case "phrased":
			if is {
				phrasedFound++
			}
			if is && v.text.is[sign] {
				phrasedHit++
			}
			if v.text.is[sign] && v.text.phrases[sign] {
				phrased++
				if is {
					kept++
				}
			}
			continue
		case "fresh":
			counts = freshCounts
			if is {
				freshFound++
				if v.text.is[sign] {
					freshHit++
				}
			}
		}
		if v.text.is[sign] {
			of += counts
		}
		if is {
			found += counts
			if v.text.is[sign] {
				hit += counts
			}
		}
	}
	if (signs[sign] == text.CompetitorPraise || signs[sign] == text.Ultimatum) && phrasedHit < phrasedPrecision*phrasedFound {
		return -1
	}
	if kept < leastPhrased*phrased || signs[sign] != text.Complaint && mistaken > mostReviews*reviews || hit < leastOverall*found || freshHit < least*freshFound {
		return -1
	}
	return hit / of
}

// reportSigns prints the table.
func reportSigns(m *text.SignModel, judged []verdict) {
	for language, name := range []string{"zh", "en"} {
		for sign, s := range signs {
			fmt.Printf("%s %-20s", name, s)
			for _, set := range []string{"learned", "fresh", "reviews"} {
				var hit, found, of, all float64
				for i := range judged {
					v := &judged[i]
					if v.set != set || v.chinese != (language == 0) || !v.text.known[sign] {
						continue
					}
					all++
					if v.text.is[sign] {
						of++
					}
					if v.found(m, sign) {
						found++
						if v.text.is[sign] {
							hit++
						}
					}
				}
				if set == "reviews" {
					fmt.Printf("  %s %.2f in a thousand", set, 1000*found/all)
					continue
				}
				fmt.Printf("  %s precision %.2f recall %.2f of %3.0f", set, hit/max(1, found), hit/of, of)
			}
			fmt.Println()
		}
	}
}
