package notify

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"firstsign/alerting"
)

// line is a line of a message, and what it is to the lines around it.
type line struct {
	Text string
	Item bool // of a list
	Head bool // of the list below it
}

const bullet = "- "

// linesOf are the lines of a message below its headline.
func linesOf(m *alerting.Message) (lines []line) {
	_, text, more := strings.Cut(m.Text, "\n")
	if !more {
		return nil
	}
	for text := range strings.SplitSeq(text, "\n") {
		var one line
		if one.Text, one.Item = strings.CutPrefix(text, bullet); one.Item && len(lines) > 0 {
			above := &lines[len(lines)-1]
			above.Head = !above.Item && above.Text != ""
		}
		lines = append(lines, one)
	}
	return lines
}

// dialect is the markdown of a service.
type dialect struct {
	literal func(c rune) string // writes a character so that it is no syntax
	syntax  *strings.Replacer   // writes all characters so that are syntax anywhere in a line
	newline string
}

// newDialect returns a dialect. more are other characters that are syntax in it. In all of
// them are those of markdown, of HTML and of mentions. Whatever reads like an address would
// become a link, so its slashes are written so as well.
func newDialect(literal func(c rune) string, more, newline string) *dialect {
	pairs := []string{"://", ":" + literal('/') + literal('/')}
	if strings.Contains(more, ":") {
		pairs[1] = literal(':') + literal('/') + literal('/')
	}
	for _, c := range "&<>*`[]()#!~\\|$" + more {
		pairs = append(pairs, string(c), literal(c))
	}
	return &dialect{literal, strings.NewReplacer(pairs...), newline}
}

// entity is a character by its number in HTML.
func entity(c rune) string { return fmt.Sprintf("&#%d;", c) }

// wide is a character of ASCII in its full width, which is syntax nowhere.
func wide(c rune) string { return string(c - '!' + '！') }

// listed is what makes a line an item of a list.
var listed = regexp.MustCompile(`^(?:[-+=]|\d+[.)](?:\s|$))`)

// plain takes its meaning from everything in a text that is syntax.
func (d *dialect) plain(text string) string {
	mark := listed.FindString(text)
	if mark == "" {
		return d.syntax.Replace(text)
	}
	digits := strings.TrimRight(mark, "-+=.) \t")
	sign := rune(mark[len(digits)])
	return digits + d.literal(sign) + d.syntax.Replace(text[len(digits)+1:])
}

// markdown is a line with its syntax.
func (d *dialect) markdown(l line) string {
	switch text := d.plain(l.Text); {
	case l.Item:
		return bullet + text
	case l.Head:
		return "**" + text + "**"
	default:
		return text
	}
}

// text is a message below its headline in at most so many bytes. It is cut at the end of a
// line, so that all syntax is whole.
func (d *dialect) text(m *alerting.Message, most int) string {
	end := d.plain(cutMark(m))
	var text string
	for _, l := range linesOf(m) {
		next := text
		if l.Text == "" {
			next += "\n"
		} else {
			next += d.markdown(l) + d.newline
		}
		if len(next)+len(end) > most {
			return text + end
		}
		text = next
	}
	return strings.TrimSuffix(text, d.newline)
}

// cutMark stands where a message was cut.
func cutMark(m *alerting.Message) string { return cmp.Or(m.Cut, "…") }
