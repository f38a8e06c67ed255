package notation

import (
	"strings"
	"unicode/utf8"

	"firstsign/internal/notation/elsewhere"
	"firstsign/internal/spelling"
)

// kind of a token.
type kind uint8

const (
	tokenEnd    kind = iota
	tokenNumber      // ASCII digits
	tokenWord        // ASCII letters, or letters of another alphabet
	tokenMark        // one of 年月日时分秒, as the rune of that Chinese sign
	tokenHalf        // 上午 and its like; value is the half
	tokenDay         // 星期四 and its like; value is the weekday
	tokenSpace       // white space
	tokenSign        // any other character
)

// token is a piece of a text.
type token struct {
	kind  kind
	text  string
	value int // of a number up to nine digits, a half, a weekday
	sign  rune
}

// maxTokens is more than any time has.
const maxTokens = 32

// lexer cuts a text into tokens.
type lexer struct {
	tokens [maxTokens]token
	n      int
	long   bool // there are more
}

func (l *lexer) reset(text string) {
	l.n, l.long = 0, false
	for text != "" {
		if l.n == maxTokens-1 {
			l.long = true
			break
		}
		t, size := next(text)
		l.tokens[l.n] = t
		l.n++
		text = text[size:]
	}
	l.tokens[l.n] = token{}
}

func next(text string) (token, int) {
	c := text[0]
	switch {
	case isDigit(c):
		n, value := 0, 0
		for n < len(text) && isDigit(text[n]) {
			if n < 9 {
				value = value*10 + int(text[n]-'0')
			}
			n++
		}
		return token{kind: tokenNumber, text: text[:n], value: value}, n
	case isLetter(c):
		n := 1
		for n < len(text) && isLetter(text[n]) {
			n++
		}
		if n < len(text) && text[n] >= 0x80 { // März, août
			for n < len(text) {
				r, size := utf8.DecodeRuneInString(text[n:])
				if r < 0xc0 || r > 0x17f {
					break
				}
				n += size
				for n < len(text) && isLetter(text[n]) {
					n++
				}
			}
		}
		return token{kind: tokenWord, text: text[:n]}, n
	case c == ' ' || c == '\t':
		n := 1
		for n < len(text) && (text[n] == ' ' || text[n] == '\t') {
			n++
		}
		return token{kind: tokenSpace, text: text[:n]}, n
	case c < 0x80:
		return token{kind: tokenSign, text: text[:1], sign: rune(c)}, 1
	}
	for _, w := range eastern {
		if strings.HasPrefix(text, w.text) {
			return token{kind: w.kind, text: w.text, value: w.value, sign: w.sign}, len(w.text)
		}
	}
	r, size := utf8.DecodeRuneInString(text)
	return token{kind: tokenSign, text: text[:size], sign: r}, size
}

func isDigit(c byte) bool  { return c-'0' <= 9 }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// eastern are the words of Chinese, Japanese and Korean dates. Longer ones
// first.
var eastern = []token{
	{tokenHalf, "上午", int(morning), 0}, {tokenHalf, "下午", int(afternoon), 0}, {tokenHalf, "凌晨", int(morning), 0},
	{tokenHalf, "早上", int(morning), 0}, {tokenHalf, "清晨", int(morning), 0}, {tokenHalf, "晚上", int(evening), 0},
	{tokenHalf, "傍晚", int(afternoon), 0}, {tokenHalf, "中午", int(noon), 0},
	{tokenHalf, "午前", int(morning), 0}, {tokenHalf, "午後", int(afternoon), 0}, {tokenHalf, "午后", int(afternoon), 0},
	{tokenHalf, "오전", int(morning), 0}, {tokenHalf, "오후", int(afternoon), 0},
	{tokenDay, "星期一", 1, 0}, {tokenDay, "星期二", 2, 0}, {tokenDay, "星期三", 3, 0}, {tokenDay, "星期四", 4, 0},
	{tokenDay, "星期五", 5, 0}, {tokenDay, "星期六", 6, 0}, {tokenDay, "星期日", 7, 0}, {tokenDay, "星期天", 7, 0},
	{tokenDay, "周一", 1, 0}, {tokenDay, "周二", 2, 0}, {tokenDay, "周三", 3, 0}, {tokenDay, "周四", 4, 0},
	{tokenDay, "周五", 5, 0}, {tokenDay, "周六", 6, 0}, {tokenDay, "周日", 7, 0},
	{tokenDay, "週一", 1, 0}, {tokenDay, "週二", 2, 0}, {tokenDay, "週三", 3, 0}, {tokenDay, "週四", 4, 0},
	{tokenDay, "週五", 5, 0}, {tokenDay, "週六", 6, 0}, {tokenDay, "週日", 7, 0},
	{tokenMark, "年", 0, '年'}, {tokenMark, "月", 0, '月'}, {tokenMark, "日", 0, '日'}, {tokenMark, "号", 0, '日'}, {tokenMark, "號", 0, '日'},
	{tokenMark, "时", 0, '时'}, {tokenMark, "時", 0, '时'}, {tokenMark, "点", 0, '时'}, {tokenMark, "點", 0, '时'},
	{tokenMark, "分", 0, '分'}, {tokenMark, "秒", 0, '秒'},
	{tokenMark, "년", 0, '年'}, {tokenMark, "월", 0, '月'}, {tokenMark, "일", 0, '日'}, {tokenMark, "시", 0, '时'}, {tokenMark, "분", 0, '分'}, {tokenMark, "초", 0, '秒'},
}

// Narrow is a text with half-width signs, ordinary spaces and hyphens, and
// nothing around it. Plain ASCII comes back as it is.
func Narrow(text string) string {
	text = strings.TrimSpace(text)
	for i := range len(text) {
		if text[i] >= 0x80 {
			return strings.TrimSpace(strings.Map(narrowRune, text))
		}
	}
	return text
}

func narrowRune(c rune) rune {
	switch c = spelling.HalfWidth(c); {
	case c >= 0x2000 && c <= 0x200a, c == 0xa0, c == 0x202f, c == 0x205f:
		return ' '
	case c == 0x2010, c == 0x2011, c == 0x2012, c == 0x2013, c == 0x2212: // hyphens, the en dash, the minus sign
		return '-'
	case c >= 0x200b && c <= 0x200f, c == 0x2060, c == 0xfeff, c >= 0x202a && c <= 0x202e: // invisible: Excel and browsers add directions
		return -1
	}
	return c
}

// months by their English and German names; three letters are enough. Others are in
// package elsewhere.
var monthNames = [...][]string{
	{"january", "januar", "jänner"}, {"february", "februar"}, {"march", "märz", "mrz", "maerz"}, {"april"}, {"may", "mai"}, {"june", "juni"},
	{"july", "juli"}, {"august"}, {"september", "sept"}, {"october", "oktober", "okt"}, {"november"}, {"december", "dezember", "dez"},
}

// monthOf a word; 0 when it is none.
func monthOf(word string) int {
	if len(word) < 3 || len(word) > 10 {
		return 0
	}
	for i, names := range monthNames {
		for k, name := range names {
			if strings.EqualFold(word, name) || k < 2 && len(word) >= 3 && strings.EqualFold(word, cutLetters(name, 3)) {
				return i + 1
			}
		}
	}
	return elsewhere.Months[strings.ToLower(word)]
}

var dayNames = [...][]string{
	{"monday", "montag"}, {"tuesday", "dienstag"}, {"wednesday", "mittwoch"}, {"thursday", "donnerstag"}, {"friday", "freitag"},
	{"saturday", "samstag"}, {"sunday", "sonntag"},
}

// dayOf a word: 1 is Monday; 0 when it is none.
func dayOf(word string) int {
	for i, names := range dayNames {
		for k, name := range names {
			if strings.EqualFold(word, name) || k == 0 && (strings.EqualFold(word, name[:3]) || len(word) == 4 && strings.EqualFold(word, name[:4])) || k == 1 && strings.EqualFold(word, name[:2]) {
				return i + 1
			}
		}
	}
	if strings.EqualFold(word, "thurs") {
		return 4
	}
	if len(word) < 5 { // shorter than any of them; most words are
		return 0
	}
	return elsewhere.Days[strings.ToLower(word)]
}

// cutLetters is the first n letters.
func cutLetters(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
