package config

import (
	"maps"
	"slices"
	"strings"

	"firstsign/config/document"
	"firstsign/signals/text"
)

// readWords reads words.yaml. Its signals must be those of signals.yaml: any other would
// never count.
func readWords(d *document.Document, file []byte, detector *Detector) (c text.Config) {
	if !d.Read(file, &c) {
		return c
	}
	first := make(map[string]string)
	checkNames(d, first, "competitors", c.Competitors)
	checkNames(d, first, "company", c.Company)
	known := make([]string, len(text.Signs))
	for i, s := range text.Signs {
		known[i] = string(s)
	}
	for _, sign := range slices.Sorted(maps.Keys(c.Names)) {
		at := document.Join("names", string(sign))
		d.OneOf(at, string(sign), known)
		detector.signalOf(d, at, c.Names[sign])
	}
	checkPhrases(d, c.Phrases)
	numbers := make(map[string]string)
	for _, list := range []struct {
		at      string
		numbers []string
	}{{"numbers.competitor", c.Numbers.Competitor}, {"numbers.colleague", c.Numbers.Colleague}, {"numbers.voicemail", c.Numbers.Voicemail}} {
		for i, n := range list.numbers {
			if strings.Trim(n, " -()/+") == "" {
				d.Note(document.Item(list.at, i), "%q is no beginning of a number and no name", n)
			}
			d.Once(numbers, document.Item(list.at, i), "number", n)
		}
	}
	if code := c.Numbers.CountryCode; d.Has("numbers.country_code") && !isCountryCode(code) {
		d.Note("numbers.country_code", "%q is no country code: 1 to 3 digits, such as \"86\"", code)
	}
	return c
}

// checkPhrases checks the phrases of signs. One phrase of two signs is a slip.
func checkPhrases(d *document.Document, phrases map[text.Sign][]string) {
	var known []string
	for _, s := range text.SignsOfTexts() {
		known = append(known, string(s))
	}
	first := make(map[string]string)
	for _, sign := range slices.Sorted(maps.Keys(phrases)) {
		list := document.Join("phrases", string(sign))
		d.OneOf(list, string(sign), known)
		for i, phrase := range phrases[sign] {
			at := document.Item(list, i)
			if !text.IsPhrase(phrase) {
				d.Note(at, "%q is no phrase that can be found in a text: two letters or characters at least, without marks between them", phrase)
			}
			d.Once(first, at, "phrase", strings.ToLower(phrase))
		}
	}
}

func isCountryCode(s string) bool {
	return len(s) >= 1 && len(s) <= 3 && s[0] != '0' && strings.Trim(s, "0123456789") == ""
}

// checkNames checks the names that are searched for in every text. A short one would be
// found everywhere.
func checkNames(d *document.Document, first map[string]string, at string, names []string) {
	for i, name := range names {
		if !text.IsName(name) {
			d.Note(document.Item(at, i), "%q is no name that can be found in a text: two letters or characters at least", name)
		}
		d.Once(first, document.Item(at, i), "name", strings.ToLower(name))
	}
}
