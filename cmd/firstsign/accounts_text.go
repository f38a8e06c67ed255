package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"firstsign/accounts"
)

// write prints a portfolio for people.
func (p *overview) write(w io.Writer) error {
	out := &page{w: w}
	p.quadrants(out)
	p.moves(out)
	p.topList(out)
	p.concentration(out)
	p.threads(out)
	p.seen(out)
	return out.err
}

// quadrants are drawn as managers draw them.
func (p *overview) quadrants(out *page) {
	from := "the portfolio: see top in grading.yaml"
	if p.money {
		from = "grading.yaml"
	}
	out.line("%s", count(p.Accounts, "account"))
	if p.Large > 0 {
		out.line("large: buys for %s or more a year (by %s); strong: %s of that or more from us", money(p.Large), from, percent(p.Strong))
	}
	cell := func(g accounts.Grade) string { return fmt.Sprintf("%-10s%4d", g, p.Grades[g]) }
	out.line("")
	out.line("            weak share        strong share")
	out.line("  large     %s    %s", cell(accounts.Potential), cell(accounts.Key))
	out.line("  small     %s    %s", cell(accounts.Marginal), cell(accounts.Ordinary))
	out.line("            %s", cell(accounts.Problem))
}

// moves are the accounts whose grade is new, and those that nearly moved.
func (p *overview) moves(out *page) {
	moved, held, unknown := p.pick((*accounts.Assessment).Moved), p.pick(func(a *accounts.Assessment) bool { return a.Why == accounts.Held }), p.pick(func(a *accounts.Assessment) bool { return a.Why == accounts.NoMoney })
	out.head("Who moves (%d)", len(moved))
	for _, a := range moved {
		out.row(a.ID, a.Name, fmt.Sprintf("%s -> %s: %s", a.Was, a.Now, p.why(a)))
	}
	for _, a := range p.pick(func(a *accounts.Assessment) bool { return a.Was == "" && a.Why != accounts.NoMoney }) {
		out.row(a.ID, a.Name, fmt.Sprintf("%s, graded for the first time: %s", a.Now, p.why(a)))
	}
	out.some("Held where they were: their money is inside the band", held, func(a *accounts.Assessment) string { return fmt.Sprintf("%s: %s", a.Now, p.why(a)) })
	out.some("Graded by the file: potential, sales or cost is not known", unknown, func(a *accounts.Assessment) string { return string(a.Now) })
	if len(p.Outgrown) > 0 {
		out.line("")
		out.line("Bigger than thought, they buy more from us than their potential in the file: %s", strings.Join(p.Outgrown, ", "))
	}
}

// why in words, with the figures that decided.
func (p *overview) why(a *accounts.Assessment) string {
	of := p.names.Get(a.ID)
	figures := fmt.Sprintf("buys for %s, %s from us", money(a.Wallet), percent(a.Share))
	switch a.Why {
	case accounts.ByGrowth:
		return fmt.Sprintf("%s; sales grew by %s", figures, percent(a.Growth))
	case accounts.ByCost:
		return fmt.Sprintf("serving it costs %s, its margin is %s", money(of.CostToServe), money(of.Margin))
	case accounts.ByComplaints:
		return fmt.Sprintf("%d complaints in a year", of.Complaints)
	case accounts.NoMoney:
		return "its money is not known"
	}
	return figures
}

func (p *overview) topList(out *page) {
	t := &p.Turnover
	out.head("Key accounts: %d", p.Grades[accounts.Key])
	note := "within"
	if t.TooMuch() {
		note = "ABOVE"
	}
	out.line("  %s of the list changes (%s joined, %s left), %s the %s that may at once", percent(t.Part), number(len(t.Joined)), number(len(t.Left)), note, percent(t.Limit))
}

func (p *overview) concentration(out *page) {
	out.head("How much hangs on how few")
	for _, c := range p.Concentration {
		total := money(c.Total)
		of := strings.ReplaceAll(c.Of, "_", " ")
		out.line("  %-14s %14s   the largest fifth of %d accounts has %s; four fifths come from %s", of, total, c.Accounts, percent(c.Fifth), number(c.Most))
		if c.Loss > 0 {
			out.line("  %-14s %14s   is lost again with the accounts below 0", "", money(c.Loss))
		}
	}
}

func (p *overview) threads(out *page) {
	out.head("Hang on one person, by the files (%d)", len(p.Threads))
	for _, t := range p.Threads {
		text := fmt.Sprintf("%s: %s of %d people listed has a say", t.Grade, number(t.Power), t.People)
		switch {
		case t.People == 1:
			text = fmt.Sprintf("%s: only %s is listed", t.Grade, t.Person)
		case t.Power == 1:
			text += ", " + t.Person
		}
		out.row(t.ID, t.Name, text)
	}
}

// seen prints what a history adds.
func (p *overview) seen(out *page) {
	if p.Seen == nil {
		out.line("")
		out.line("Whom we neglect, and whom nobody meets, only a history tells: --events FILE.")
		return
	}
	out.head("Neglected on %s (%d)", p.Seen.Until, len(p.Seen.Neglected))
	for _, n := range p.Seen.Neglected {
		a := p.names.Get(n.ID)
		out.row(n.ID, a.Name, fmt.Sprintf("%s, owner %s, since %s", a.Grade, cmp.Or(a.Owner, "nobody"), n.Since))
		for _, f := range n.Facts {
			out.line("      %s", f)
		}
	}
	out.head("In touch with one person only (%d)", len(p.Seen.Threads))
	for _, t := range p.Seen.Threads {
		a := p.names.Get(t.ID)
		out.row(t.ID, a.Name, fmt.Sprintf("%s: %s", a.Grade, personName(a, t.Contact)))
	}
	out.head("Have a say, and nobody meets them (%d)", len(p.Seen.Unmet))
	for _, u := range p.Seen.Unmet {
		a := p.names.Get(u.ID)
		var who []string
		for _, id := range u.Contacts {
			who = append(who, personName(a, id))
		}
		out.row(u.ID, a.Name, fmt.Sprintf("%s: %s", a.Grade, strings.Join(who, ", ")))
	}
}

func personName(a *accounts.Account, id string) string {
	for i := range a.Contacts {
		if c := &a.Contacts[i]; c.ID == id {
			if c.Role != "" {
				return fmt.Sprintf("%s (%s)", c.Name, strings.ReplaceAll(string(c.Role), "_", " "))
			}
			return c.Name
		}
	}
	return id
}

// pick accounts, the most valuable first.
func (p *overview) pick(which func(*accounts.Assessment) bool) (some []*accounts.Assessment) {
	for i := range p.Graded {
		if a := &p.Graded[i]; which(a) {
			some = append(some, a)
		}
	}
	slices.SortStableFunc(some, func(x, y *accounts.Assessment) int { return cmp.Compare(y.Value, x.Value) })
	return some
}

// page writes lines and keeps the first error.
type page struct {
	w   io.Writer
	err error
}

func (p *page) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, strings.TrimRight(fmt.Sprintf(format, args...), " "))
	}
}

func (p *page) head(format string, args ...any) {
	p.line("")
	p.line(format, args...)
}

// row of a table whose first columns are an account.
func (p *page) row(id, name, text string) {
	if name == id {
		name = ""
	}
	p.line("  %s %s %s", pad(id, 20), pad(name, 24), text)
}

// some accounts under a headline, which is left out with them.
func (p *page) some(headline string, list []*accounts.Assessment, text func(*accounts.Assessment) string) {
	if len(list) == 0 {
		return
	}
	p.head("%s (%d)", headline, len(list))
	for _, a := range list {
		p.row(a.ID, a.Name, text(a))
	}
}

// pad to a width on the screen, where a Chinese character takes two places.
func pad(s string, width int) string {
	for _, c := range s {
		if width--; unicode.Is(unicode.Han, c) || c >= '！' && c <= '～' {
			width--
		}
	}
	return s + strings.Repeat(" ", max(0, width))
}

// money with commas between thousands.
func money(v float64) string {
	digits := strconv.FormatFloat(math.Round(v), 'f', 0, 64)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return sign + digits
}

// percent with one decimal where it has one: 26.5 % is not 30 % less a tenth.
func percent(part float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(100*part, 'f', 1, 64), ".0") + " %"
}

// number is a small number in words.
func number(n int) string {
	if n < 4 {
		return [...]string{"none", "one", "two", "three"}[n]
	}
	return strconv.Itoa(n)
}
