package number

import (
	"regexp"
	"strconv"
	"strings"

	"firstsign/internal/notation"
)

// Heading is what the name of a column says of its amounts: Amount（万元）, Umsatz TEUR.
type Heading struct {
	Name  string // without the unit
	Unit  string // as it stands there
	Power string // of ten, such as "e4"; empty for M, which is a million to some and a thousand to others
}

var (
	inBrackets = regexp.MustCompile(`^(.*?)\s*[(\[{【]\s*(?:单位|單位|[Uu]nit|in)?\s*[::]?\s*([^()\[\]{}【】]+?)\s*[)\]}】]$`)
	behindIn   = regexp.MustCompile(`^(.*\S)\s+(?:in|en)\s+(\S.{0,20})$`)
	behindSign = regexp.MustCompile(`^(.*?)\s*[/:|_,-]\s*([^/:|_,-]+)$`)
	lastWords  = regexp.MustCompile(`^(.*?\S)\s+(\S+\s+\S+|\S+)$`)
	lastWord   = regexp.MustCompile(`^(.*\S)\s+(\S+)$`)
)

// factors by how headings write them, without case, points and spaces. Those of one letter
// count beside a currency only: k, t and m are units of their own.
var factors = map[string]string{
	"k": "e3", "t": "e3", "m": "", "tsd": "e3", "thousand": "e3", "thousands": "e3", "000": "e3", "000s": "e3", "千": "e3",
	"mm": "", "mio": "e6", "mln": "e6", "mn": "e6", "million": "e6", "millions": "e6", "millionen": "e6", "百万": "e6",
	"mrd": "e9", "bn": "e9", "billion": "e9", "billions": "e9", "万": "e4", "萬": "e4", "千万": "e7", "亿": "e8", "億": "e8",
	"lakh": "e5", "lakhs": "e5", "crore": "e7", "crores": "e7",
}

// HeadingOf takes a unit that stands for a factor off the name of a column. ok is false
// when it has none.
func HeadingOf(column string) (h Heading, ok bool) {
	name := notation.Narrow(column)
	for _, look := range []struct {
		at    *regexp.Regexp
		apart bool // what stands there is a unit also without a currency
	}{{inBrackets, true}, {behindIn, true}, {behindSign, false}, {lastWords, false}, {lastWord, false}} {
		m := look.at.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		if power, isUnit := factorOf(m[2], look.apart); isUnit {
			return Heading{Name: m[1], Unit: m[2], Power: power}, true
		}
	}
	return Heading{}, false
}

// factorOf reads k EUR, TEUR, Mio. €, '000 USD and 万元.
func factorOf(unit string, apart bool) (power string, ok bool) {
	t := strings.NewReplacer(" ", "", ".", "", "'", "", "’", "", "`", "").Replace(strings.ToLower(unit))
	for _, cut := range []func(s, text string) (string, bool){strings.CutSuffix, strings.CutPrefix} {
		rest, currency := cutCurrency(t, cut)
		if power, ok = factors[rest]; ok && currency != "" {
			return power, true
		}
	}
	power, ok = factors[t]
	return power, ok && apart && t != "k" && t != "t" && t != "m" && t != "mm"
}

// Factor in digits: 10000 for 万.
func (h Heading) Factor() string {
	zeros, err := strconv.Atoi(strings.TrimPrefix(h.Power, "e"))
	if err != nil {
		return ""
	}
	return "1" + strings.Repeat("0", zeros)
}

// In lets a reader multiply by the power of ten of its column's heading.
func (n *Reader) In(power string) { n.unit = power }
