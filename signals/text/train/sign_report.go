package main

import (
	"cmp"
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

// What thresholds are chosen for: precision on sentences of authors whom nothing was
// learned from, and how many of the reviews are taken for a sign at most. Fresh
// sentences count more: there are few of them, and they are most like mails.
const (
	leastPrecision = 0.90
	ofUltimatum    = 0.95
	ofComplaint    = 0.8  // people do not agree on what complains
	leastFresh     = 0.87 // there are some forty of each sign
	mostReviews    = 0.8 / 1000
	freshCounts    = 3
	// Of what phrases find rightly in the sentences that they were made with, as much
	// stays.
	leastPhrased     = 0.94
	phrasedPrecision = 0.93
)

// vetoes are the scores below which a phrase may not count, the most lenient first.
var vetoes = []int32{
	-16 * unit, -12 * unit, -8 * unit, -6 * unit, -4 * unit, -3 * unit, -2 * unit, -unit, 0, unit, unit * 5 / 4, unit * 3 / 2, unit * 7 / 4,
	2 * unit, 3 * unit, 4 * unit, 5 * unit, 6 * unit,
}

const unit = int32(1 / text.SignStep)

// candidates are how many thresholds are tried for a sign, from lowest on.
const (
	candidates = 150
	lowest     = -4 * unit
)

// chooseThresholds finds most of each sign with that.
func chooseThresholds(m *text.SignModel, judged []verdict) {
	for language := range 2 {
		for sign := range signs {
			var list []verdict
			var scores []int32
			reviews := 0.0
			for _, v := range judged {
				if v.chinese != (language == 0) || !v.text.known[sign] {
					continue
				}
				if v.set == "reviews" && v.against[sign] < lowest && !v.text.phrases[sign] {
					reviews++ // no threshold finds it
					continue
				}
				list = append(list, v)
				if v.text.is[sign] && v.against[sign] >= lowest {
					scores = append(scores, v.against[sign])
				}
			}
			slices.Sort(scores)
			scores = append(slices.Compact(scores), 1<<14)
			best, chosen, allowed := -1.0, int32(1<<14), int32(1<<14)
			for i := range candidates {
				threshold := scores[(len(scores)-1)*i/(candidates-1)]
				for _, veto := range vetoes {
					m.Threshold[language][sign], m.Veto[language][sign] = threshold, veto
					if gain := worth(m, list, sign, reviews); gain > best {
						best, chosen, allowed = gain, threshold, veto
					}
				}
			}
			m.Threshold[language][sign], m.Veto[language][sign] = chosen, allowed
		}
	}
}

// count of texts: those that are found, those that have the sign, and both.
type count struct{ hit, found, of, all float64 }

func (c *count) add(found, is bool, weight float64) {
	c.all += weight
	if is {
		c.of += weight
	}
	if found {
		c.found += weight
		if is {
			c.hit += weight
		}
	}
}

func (c *count) precise(least float64) bool { return c.hit >= least*c.found }

// worth is the recall of a choice, less than none when it is too imprecise.
func worth(m *text.SignModel, list []verdict, sign int, otherReviews float64) float64 {
	var strangers, fresh, phrased, byPhrase count
	reviews := count{all: otherReviews}
	for i := range list {
		v := &list[i]
		found, is := v.found(m, sign), v.text.is[sign]
		switch v.set {
		case "reviews":
			reviews.add(found, is, 1)
		case "phrased":
			phrased.add(found, is, 1)
			if is && v.text.phrases[sign] {
				byPhrase.add(found, is, 1)
			}
		case "fresh":
			fresh.add(found, is, 1)
			strangers.add(found, is, freshCounts)
		default:
			strangers.add(found, is, 1)
		}
	}
	var good bool
	switch signs[sign] {
	case text.Complaint:
		good = strangers.precise(ofComplaint)
	case text.Ultimatum, text.CompetitorPraise:
		least := leastPrecision
		if signs[sign] == text.Ultimatum {
			least = ofUltimatum
		}
		good = strangers.precise(least) && reviews.found <= mostReviews*reviews.all && phrased.precise(phrasedPrecision) &&
			byPhrase.hit >= leastPhrased*byPhrase.of
	default:
		good = strangers.precise(leastPrecision) && reviews.found <= mostReviews*reviews.all
	}
	if !good || !fresh.precise(leastFresh) {
		return -1
	}
	return strangers.hit / strangers.of
}

// reportSigns prints the table.
func reportSigns(m *text.SignModel, judged []verdict) {
	sets := append(slices.Clone(authors), "fresh", "reviews")
	for language, name := range []string{"zh", "en"} {
		sets := slices.DeleteFunc(slices.Clone(sets), func(set string) bool {
			return !slices.ContainsFunc(judged, func(v verdict) bool { return v.set == set && v.chinese == (language == 0) })
		})
		mean := make([]count, len(sets))
		for sign, s := range signs {
			fmt.Printf("%s %-20s", name, s)
			for k, set := range sets {
				var c count
				for i := range judged {
					if v := &judged[i]; v.set == set && v.chinese == (language == 0) && v.text.known[sign] {
						c.add(v.found(m, sign), v.text.is[sign], 1)
					}
				}
				if set == "reviews" {
					fmt.Printf("  %s %.2f in a thousand", set, 1000*c.found/c.all)
					continue
				}
				precision, recall := c.hit/max(1, c.found), c.hit/c.of
				mean[k].found += precision / float64(len(signs))
				mean[k].hit += recall / float64(len(signs))
				fmt.Printf("  %s %.2f / %.2f of %3.0f", set, precision, recall, c.of)
			}
			fmt.Println()
		}
		fmt.Printf("%s mean precision / recall", name)
		for k, set := range sets[:len(sets)-1] {
			fmt.Printf("  %s %.2f / %.2f", set, mean[k].found, mean[k].hit)
		}
		fmt.Printf("\n%s average precision    ", name)
		for _, set := range sets[:len(sets)-1] {
			mean := 0.0
			for sign := range signs {
				mean += averagePrecision(judged, set, language, sign) / float64(len(signs))
			}
			fmt.Printf("  %s %.3f", set, mean)
		}
		fmt.Println()
	}
}

// averagePrecision of a sign in a set: the mean precision at each text that has it, in the
// order of the scores (Manning, Raghavan, Schütze: Introduction to Information Retrieval,
// 8.4).
func averagePrecision(judged []verdict, set string, language, sign int) (mean float64) {
	var list []*verdict
	of := 0.0
	for i := range judged {
		if v := &judged[i]; v.set == set && v.chinese == (language == 0) && v.text.known[sign] {
			list = append(list, v)
			if v.text.is[sign] {
				of++
			}
		}
	}
	slices.SortStableFunc(list, func(a, b *verdict) int { return cmp.Compare(b.against[sign], a.against[sign]) })
	hit := 0.0
	for i, v := range list {
		if v.text.is[sign] {
			hit++
			mean += hit / float64(i+1) / of
		}
	}
	return mean
}
