package notation

import (
	"fmt"
	"strings"
)

// isGoLayout says that a layout is an example of Go's: it has the year 2006,
// or 06 and no letter for a year.
func isGoLayout(text string) bool {
	if strings.ContainsAny(unquoted(text), "yY") && !strings.Contains(text, "2006") {
		return false
	}
	return strings.Contains(text, "2006") || strings.Contains(text, "06") && (strings.Contains(text, "2") || strings.Contains(text, "Jan"))
}

// goParts are the pieces of Go's layouts; longer ones first.
var goParts = []struct {
	text string
	part part
}{
	{"2006", year4}, {"January", monthWord}, {"Jan", monthWord}, {"Monday", weekday}, {"Mon", weekday}, {"MST", zoneLetters},
	{"-07:00:00", zoneOffset}, {"-07:00", zoneOffset}, {"-0700", zoneOffset}, {"-07", zoneOffset},
	{"Z07:00:00", zoneOffset}, {"Z07:00", zoneOffset}, {"Z0700", zoneOffset}, {"Z07", zoneOffset},
	{"PM", halfDay}, {"pm", halfDay}, {"上午", halfDay}, {"下午", halfDay},
	{"01", month}, {"02", dayOfMonth}, {"03", hour12}, {"04", minute}, {"05", second}, {"06", year2}, {"15", hour24},
	{"_2", dayOfMonth}, {"1", month}, {"2", dayOfMonth}, {"3", hour12}, {"4", minute}, {"5", second},
}

// golang reads an example of the time that Go's layouts show.
func (l *layout) golang(text string) {
next:
	for text != "" {
		if n := goFraction(text); n > 0 {
			l.add(dotFraction, text[:n])
			text = text[n:]
			continue
		}
		for _, p := range goParts {
			if strings.HasPrefix(text, p.text) {
				l.add(p.part, p.text)
				text = text[len(p.text):]
				continue next
			}
		}
		n := 1
		for n < len(text) && text[n] >= 0x80 && !strings.HasPrefix(text[n:], "上午") && !strings.HasPrefix(text[n:], "下午") {
			n++
		}
		if text[:n] == "Z" {
			l.zulu("Z")
		} else {
			l.word(text[:n])
		}
		text = text[n:]
	}
}

// goFraction is the length of .000 or ,999 at the start; 0 when there is none.
func goFraction(text string) int {
	if len(text) < 2 || text[0] != '.' && text[0] != ',' || text[1] != '0' && text[1] != '9' {
		return 0
	}
	n := 1
	for n < len(text) && text[n] == text[1] {
		n++
	}
	if n < len(text) && isDigit(text[n]) {
		return 0
	}
	return n
}

// strftime reads the notation of C, Python and MySQL.
func (l *layout) strftime(text string) error {
	for text != "" {
		at := strings.IndexByte(text, '%')
		if at < 0 {
			l.word(text)
			return nil
		}
		if at > 0 {
			if text[:at] == "Z" {
				l.zulu("Z")
			} else {
				l.word(text[:at])
			}
			text = text[at:]
		}
		n := 1
		for n < len(text) && (strings.IndexByte("-_0^#:", text[n]) >= 0 || isDigit(text[n])) {
			n++
		}
		if n == len(text) {
			return fmt.Errorf("a letter is missing behind %%")
		}
		if err := l.directive(text[n], text[:n+1]); err != nil {
			return err
		}
		text = text[n+1:]
	}
	if n := len(l.elements); n > 0 && l.elements[n-1].part == literal && l.elements[n-1].text == "Z" {
		l.elements = l.elements[:n-1]
		l.zulu("Z")
	}
	return nil
}

var directives = map[byte]part{
	'Y': year4, 'y': year2, 'm': month, 'b': monthWord, 'B': monthWord, 'h': monthWord, 'd': dayOfMonth, 'e': dayOfMonth,
	'H': hour24, 'k': hour24, 'I': hour12, 'l': hour12, 'M': minute, 'S': second, 'f': fractionOf, 'N': fractionOf, 'L': fractionOf,
	'p': halfDay, 'P': halfDay, 'z': zoneOffset, 'Z': zoneLetters, 'a': weekday, 'A': weekday,
}

// shorthands of strftime for several parts.
var shorthands = map[byte]string{'F': "%Y-%m-%d", 'T': "%H:%M:%S", 'R': "%H:%M", 'D': "%m/%d/%y", 'r': "%I:%M:%S %p"}

func (l *layout) directive(c byte, text string) error {
	if p, ok := directives[c]; ok {
		l.add(p, text)
		return nil
	}
	if whole, ok := shorthands[c]; ok {
		return l.strftime(whole)
	}
	switch c {
	case '%':
		l.literal("%")
		return nil
	case 'n', 't':
		l.word(" ")
		return nil
	case 's':
		return fmt.Errorf("%s is seconds since 1970; write unix", text)
	}
	return fmt.Errorf("%s is not known; there are %%Y %%y %%m %%b %%d %%H %%I %%p %%M %%S %%f %%z, %%F and %%T", text)
}
