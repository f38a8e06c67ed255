package text

import (
	"slices"
	"strings"

	"firstsign/internal/spelling"
)

// One number is one number however it is dialled: +86 755 8812 3456,
// 0086-755-..., 0755-..., 9,0755..., tel: or sip:. The codes and prefixes are of
// ITU-T E.164 and of its list of dialling procedures.

// bareTarget is a target without what a telephone system puts around it: the
// scheme, the host and the parameters of an address, and the digit for an outside
// line with its pause.
func bareTarget(s string) string {
	s = strings.TrimSpace(strings.Map(spelling.HalfWidth, s))
	if at := strings.LastIndexByte(s, '<'); at >= 0 && strings.HasSuffix(s, ">") { // "Li Wei" <sip:...>
		s = s[at+1 : len(s)-1]
	}
	if scheme, rest, ok := strings.Cut(s, ":"); ok && slices.Contains([]string{"tel", "sip", "sips", "callto"}, strings.ToLower(scheme)) {
		s, _, _ = strings.Cut(rest, ";")
		s, _, _ = strings.Cut(s, "@")
	}
	if at := strings.IndexAny(s, ",pPwW"); at > 0 && at <= 2 && onlyDigits(s[:at]) {
		s = strings.TrimLeft(s[at:], ",pPwW")
	}
	return s
}

func onlyDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// international is a number, or how one begins, as + and the digits of E.164.
// It is empty for a name, an extension, and what cannot be told without the country.
func international(s, country string) string {
	s = strings.Map(func(c rune) rune {
		if strings.ContainsRune(" -()/.\u00a0", c) {
			return -1
		}
		return c
	}, strings.Map(spelling.HalfWidth, s))
	digits, plus := strings.CutPrefix(s, "+")
	switch {
	case digits == "" || !onlyDigits(digits):
		return ""
	case plus:
		return s
	}
	abroad, trunk := dialling(country)
	if rest, ok := strings.CutPrefix(digits, abroad); ok {
		return "+" + rest
	}
	switch {
	case country == "":
		return ""
	case len(digits) >= len(country)+9 && strings.HasPrefix(digits, country): // 8675588123456
		return "+" + digits
	case trunk != "" && strings.HasPrefix(digits, trunk) && len(digits) > len(trunk)+1:
		return "+" + country + digits[len(trunk):]
	case country == "86" && len(digits) == 11 && digits[0] == '1', country == "1" && len(digits) == 10:
		return "+" + country + digits // a mobile telephone of China; a number with its area in North America
	}
	return ""
}

// dialling is what stands before a number of another country, and before one of
// another area of the same.
func dialling(country string) (abroad, trunk string) {
	switch country {
	case "1":
		return "011", "1"
	case "7":
		return "810", "8"
	case "36":
		return "00", "06"
	case "39", "34", "45", "47", "420", "48", "351", "30": // the whole number is always dialled
		return "00", ""
	}
	return "00", "0"
}

// country is the code of the country from which numbers are dialled.
func (n *Numbers) country() string {
	if n.CountryCode != "" {
		return strings.TrimLeft(n.CountryCode, "+")
	}
	if own, found := commonCountry(n.Colleague, n.Voicemail); found {
		return own
	}
	all, _ := commonCountry(n.Competitor)
	return all
}

// commonCountry of the entries that begin with +; empty when they differ, and not
// found when there is none.
func commonCountry(lists ...[]string) (code string, found bool) {
	for _, list := range lists {
		for _, entry := range list {
			digits, plus := strings.CutPrefix(international(entry, ""), "+")
			if !plus {
				continue
			}
			if is := countryOf(digits); found && is != code {
				return "", true
			} else {
				code, found = is, true
			}
		}
	}
	return code, found
}

// countryOf a number is its first one to three digits: no code begins another.
func countryOf(digits string) string {
	size := 3
	switch {
	case strings.HasPrefix(digits, "1"), strings.HasPrefix(digits, "7"):
		size = 1
	case len(digits) >= 2 && slices.Contains([]string{
		"20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
		"51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66",
		"81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
	}, digits[:2]):
		size = 2
	}
	return digits[:min(size, len(digits))]
}
