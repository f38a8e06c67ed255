package identity

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Rule is what changed between two ids of one customer.
type Rule struct {
	Kind     Kind
	From, To string // of an Affix
	Behind   bool   // the affix is at the end
}

// Kind of a Rule.
type Kind string

// The kinds.
const (
	Case        Kind = "case"
	Width       Kind = "width"
	Space       Kind = "space"
	Fraction    Kind = "fraction"
	Zeros       Kind = "zeros"
	CountryCode Kind = "country_code"
	Punctuation Kind = "punctuation"
	Affix       Kind = "affix"
	Several     Kind = "several"
)

// slight differences seldom tell customers apart.
func (k Kind) slight() bool { return k == Case || k == Width || k == Space || k == Fraction }

// differs names what two ids that fold alike differ by.
func differs(a, b string) Rule {
	noSpace := func(id string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, id)
	}
	number := func(id string) string {
		digits := withoutSigns(noSpace(id))
		if strings.Trim(digits, "0123456789") != "" {
			return id
		}
		return foldNumber(digits)
	}
	for _, c := range []struct {
		kind Kind
		of   func(string) string
	}{
		{Case, strings.ToLower}, {Width, norm.NFKC.String}, {Space, noSpace}, {Fraction, withoutFraction},
		{Zeros, func(id string) string { return strings.TrimLeft(id, "0") }},
	} {
		if c.of(a) == c.of(b) {
			return Rule{Kind: c.kind}
		}
	}
	switch {
	case withoutSigns(a) == withoutSigns(b):
		return Rule{Kind: Punctuation}
	case number(a) == number(b):
		return Rule{Kind: CountryCode}
	}
	return Rule{Kind: Several}
}

func withoutSigns(id string) string {
	return strings.Map(func(r rune) rune {
		if isSign(r) {
			return -1
		}
		return r
	}, id)
}

// String says what the ids have in common.
func (r Rule) String() string {
	switch r.Kind {
	case Case:
		return "upper and lower case"
	case Width:
		return "full and half width"
	case Space:
		return "white space"
	case Fraction:
		return "the .0 of a spreadsheet"
	case Zeros:
		return "zeros in front"
	case CountryCode:
		return "the country code"
	case Punctuation:
		return "punctuation"
	case Several:
		return "case, width or punctuation"
	}
	place := "in front"
	if r.Behind {
		place = "at the end"
	}
	switch {
	case r.From == "":
		return fmt.Sprintf("%q added %s", r.To, place)
	case r.To == "":
		return fmt.Sprintf("%q removed %s", r.From, place)
	}
	return fmt.Sprintf("%q became %q %s", r.From, r.To, place)
}

// String is a sentence about both ids.
func (r Rename) String() string {
	return fmt.Sprintf("looks renamed: %q until %s, %q from %s (%s)", r.Old, r.Until, r.New, r.From, r.Rule)
}

// String is a sentence about the migration, with an example.
func (m *Migration) String() string {
	return fmt.Sprintf("ids were migrated on %s: %d of %d active accounts have new ids (%s), such as %q, now %q",
		m.Day, m.Accounts, m.Active, m.Rule, m.Example.Old, m.Example.New)
}

// Lines says what was found, with at most as many renames. They are followed by what
// to do.
func (c *Changes) Lines(most int) (lines []string) {
	if c.None() {
		return nil
	}
	for i := range c.Migrations {
		lines = append(lines, c.Migrations[i].String())
	}
	for _, r := range c.Renamed[:min(most, len(c.Renamed))] {
		lines = append(lines, r.String())
	}
	if more := len(c.Renamed) - most; more > 0 {
		lines = append(lines, fmt.Sprintf("... and %d more that look renamed", more))
	}
	for _, r := range c.Alike[:min(most, len(c.Alike))] {
		lines = append(lines, fmt.Sprintf("one customer or two? %q and %q are both in use (%s)", r.Old, r.New, r.Rule))
	}
	if more := len(c.Alike) - most; more > 0 {
		lines = append(lines, fmt.Sprintf("... and %d more pairs that are both in use", more))
	}
	return append(lines, "each id is judged as an account of its own; aliases.csv (old,new) joins their histories")
}
