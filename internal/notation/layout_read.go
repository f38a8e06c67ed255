package notation

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// read a text as the layout says. The text is narrow.
func (l *layout) read(text string, p *parts) error {
	s := scanner{rest: text, parts: p}
	for i := range l.elements {
		if !s.element(&l.elements[i]) {
			if s.rest == "" {
				if l.elements[i].part == anySpace && i+1 < len(l.elements) {
					i++
				}
				return fmt.Errorf("%s is missing", described(&l.elements[i]))
			}
			return fmt.Errorf("%s is wanted where %.20q stands", described(&l.elements[i]), s.rest)
		}
	}
	if s.rest = strings.TrimSpace(s.rest); s.rest != "" {
		return fmt.Errorf("%.20q follows", s.rest)
	}
	return nil
}

func described(e *element) string {
	switch e.part {
	case literal:
		return fmt.Sprintf("%q", e.text)
	case anySpace:
		return "a space"
	}
	return fmt.Sprintf("%s (%s)", partNames[e.part], e.text)
}

// scanner goes through a text.
type scanner struct {
	rest  string
	parts *parts
}

// element reads one; false when it is not there.
func (s *scanner) element(e *element) bool {
	p := s.parts
	switch e.part {
	case anySpace:
		n := len(s.rest) - len(strings.TrimLeft(s.rest, " \t"))
		s.rest = s.rest[n:]
		return n > 0
	case literal:
		if len(s.rest) < len(e.text) || !strings.EqualFold(s.rest[:len(e.text)], e.text) {
			return false
		}
		s.rest = s.rest[len(e.text):]
		return true
	case year4:
		return s.digits(&p.year, 4, 4)
	case year2:
		ok := s.digits(&p.year, 2, 2)
		p.year = century(p.year)
		return ok
	case month:
		return s.short(&p.month, e)
	case dayOfMonth:
		s.rest = strings.TrimLeft(s.rest, " ") // %e and _2 pad with a space
		return s.short(&p.day, e)
	case hour24, hour12:
		if !s.short(&p.hour, e) {
			return false
		}
		return e.part == hour24 || p.hour <= 12
	case minute:
		return s.short(&p.minute, e)
	case second:
		return s.short(&p.second, e)
	case fractionOf:
		return s.fraction()
	case dotFraction:
		if s.rest == "" || s.rest[0] != '.' && s.rest[0] != ',' {
			return e.text[1] == '9' // Go's .999 may be missing
		}
		s.rest = s.rest[1:]
		return s.fraction()
	}
	return s.word(e)
}

func (s *scanner) short(to *int, e *element) bool {
	if e.exact {
		return s.digits(to, 2, 2)
	}
	return s.digits(to, 1, 2)
}

func (s *scanner) digits(to *int, least, most int) bool {
	n, v := 0, 0
	for n < most && n < len(s.rest) && isDigit(s.rest[n]) {
		v = v*10 + int(s.rest[n]-'0')
		n++
	}
	if n < least {
		return false
	}
	*to, s.rest = v, s.rest[n:]
	return true
}

func (s *scanner) fraction() bool {
	n := 0
	for n < len(s.rest) && isDigit(s.rest[n]) {
		n++
	}
	if n == 0 {
		return false
	}
	s.parts.nano = nanos(s.rest[:n])
	s.rest = s.rest[n:]
	return true
}

// word reads the name of a month or weekday, a half of the day, or a zone.
func (s *scanner) word(e *element) bool {
	p := s.parts
	switch e.part {
	case halfDay:
		return s.half()
	case zoneOffset, zoneLetters:
		return s.zone(e.part == zoneLetters)
	}
	text := s.letters()
	switch e.part {
	case monthWord:
		p.month = monthOf(text)
		s.rest = strings.TrimPrefix(s.rest[len(text):], ".")
		return p.month > 0
	case weekday:
		t, size := token{}, 0
		if s.rest != "" {
			t, size = next(s.rest)
		}
		if t.kind == tokenDay {
			p.weekday, s.rest = t.value, s.rest[size:]
			return true
		}
		p.weekday = dayOf(text)
		s.rest = strings.TrimPrefix(s.rest[len(text):], ".")
		return p.weekday > 0
	}
	return false
}

// letters at the start.
func (s *scanner) letters() string {
	for i, c := range s.rest {
		if c < 0x80 && !isLetter(byte(c)) || c > 0x17f {
			return s.rest[:i]
		}
	}
	return s.rest
}

func (s *scanner) half() bool {
	if s.rest == "" {
		return false
	}
	if t, size := next(s.rest); t.kind == tokenHalf {
		s.parts.half, s.rest = half(t.value), s.rest[size:]
		return true
	}
	for _, w := range []struct {
		text string
		half half
	}{{"a.m.", morning}, {"p.m.", afternoon}, {"am", morning}, {"pm", afternoon}, {"a", morning}, {"p", afternoon}} {
		if len(s.rest) >= len(w.text) && strings.EqualFold(s.rest[:len(w.text)], w.text) {
			s.parts.half, s.rest = w.half, s.rest[len(w.text):]
			return true
		}
	}
	return false
}

// zone reads an offset, Z, UTC or the letters of a zone.
func (s *scanner) zone(letters bool) bool {
	var l lexer
	l.reset(s.rest)
	p := parser{lexer: &l, clocked: true}
	p.zone()
	if p.at == 0 || p.parts.zoneName != "" && !letters {
		return false
	}
	s.parts.zoned, s.parts.offset, s.parts.zoneName = p.parts.zoned, p.parts.offset, p.parts.zoneName
	n := 0
	for i := range p.at {
		n += len(l.tokens[i].text)
	}
	if n > len(s.rest) || !utf8.ValidString(s.rest[n:]) {
		return false
	}
	s.rest = s.rest[n:]
	return true
}
