package tuning

import (
	"fmt"
	"html/template"
	"math"
	"strconv"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/detector/stats"
	"firstsign/internal/chart"
	"firstsign/signals"
	"firstsign/web/words"
)

// sheet is what the page shows.
type sheet struct {
	*words.Inbox // of the header
	words.Header
	W            *words.Tuning
	Title        string
	Trouble      bool // nothing could be read
	Load, Window string
	Partly       string

	Months        []string
	ManagerRows   []managerRow
	OtherManagers string

	Groups []groupRow

	Watched string
	Plot    template.HTML // empty: not enough for a single point
	Levels  []levelRow

	BlindHead string
	Spots     []spotRow
	CureRows  []spotRow
	Fields    []string

	Thresholds []thresholdRow
	Facts      []string
}

type managerRow struct {
	Name         string
	Months       []int
	Total, False int
}

type groupRow struct {
	Kind, Severity, Share string
	verdicts
}

type levelRow struct{ Once, Promised, Seen, Found string }

type spotRow struct {
	Text     string
	Accounts string
}

type thresholdRow struct{ Grade, Raise, Clear, Where string }

// managersShown is how many managers have a row.
const managersShown = 40

// sheet puts what was read into words.
func (r *reading) sheet(failed error) *sheet {
	l := r.snapshot.Routing.Language
	w := words.TuningOf(l)
	s := &sheet{Header: words.Header{Oversees: true}, Inbox: words.InboxOf(l), W: w, Title: w.NotNow, Trouble: failed != nil}
	if s.Trouble {
		return s
	}
	each, all := groups(r.alerts)
	s.Title = w.NoLabels
	if all.Labelled > 0 {
		s.Title = w.Headline(all.Labelled, all.Right)
	}
	s.Load = w.LoadEarly(r.days)
	if perMonth, ok := r.perMonth(); ok {
		s.Load = w.Load(message.NumberText(perMonth), message.NumberText(r.rules.Budget))
	}
	s.Window = w.Window(message.DateText(l, r.snapshot.Day(r.since)), r.days)
	if !r.all {
		s.Partly = w.Partly(mostAlerts)
	}
	r.managerRows(s)
	for _, g := range each {
		s.Groups = append(s.Groups, groupRow{w.Kinds[string(g.Basis)], s.Severities[g.Severity], shareText(w, &g.verdicts), g.verdicts})
	}
	r.rarity(s)
	r.blind(s)
	r.thresholds(s)
	return s
}

func (r *reading) managerRows(s *sheet) {
	months := monthsUntil(r.now)
	for _, m := range months {
		s.Months = append(s.Months, m.Format("2006-01"))
	}
	list := managers(r.alerts, months)
	other := managerRow{Months: make([]int, len(months))}
	for i := range list {
		m := &list[i]
		if i < managersShown {
			name := m.Name
			if name == "" {
				name = s.W.Unowned
			}
			s.ManagerRows = append(s.ManagerRows, managerRow{name, m.Months, m.Total, m.False})
			continue
		}
		for j, n := range m.Months {
			other.Months[j] += n
		}
		other.Total += m.Total
		other.False += m.False
	}
	if n := len(list) - managersShown; n > 0 {
		other.Name = s.W.OtherManagers(n)
		s.ManagerRows = append(s.ManagerRows, other)
	}
}

// enoughLabels make a share worth showing: of 10 its 90 % interval is about half a whole wide.
const enoughLabels = 10

func shareText(w *words.Tuning, v *verdicts) string {
	if v.Labelled < enoughLabels {
		return w.NotEnough
	}
	share := stats.ShareInterval(v.Right, v.Labelled)
	return w.ShareOf(percent(share.Value), percent(share.Low), percent(share.High))
}

func percent(x float64) int { return int(math.Round(100 * x)) }

// rarity compares what alerts promise with what was seen.
func (r *reading) rarity(s *sheet) {
	w := s.W
	years := accountYears(r.counted, r.days)
	if years < 0.05 {
		return // the page says that nothing was watched
	}
	s.Watched = w.Watched(message.NumberText(years))
	plot := chart.Agreement{Promised: w.PlotX, Found: w.PlotY, Number: short}
	for _, l := range levels(r.alerts, years, r.rules.Thresholds) {
		row := levelRow{Once: w.Once(short(l.Years)), Promised: message.NumberText(l.Promised), Seen: w.OfRight(l.Seen, l.Right), Found: w.NotEnough}
		if l.Enough {
			row.Found = w.OnceBetween(short(l.Low), short(l.High))
			if l.Seen == 0 {
				row.Found = w.Never(short(l.Low))
			}
			plot.Points = append(plot.Points, chart.Agreed{Promised: l.Years, Found: l.Once, Low: l.Low, High: l.High, Text: row.Once + ": " + row.Found})
		}
		s.Levels = append(s.Levels, row)
	}
	if len(plot.Points) > 0 {
		plot.Label = w.Plot(len(plot.Points))
		s.Plot = plot.SVG()
	}
}

// short writes a number with two figures.
func short(x float64) string {
	if math.IsInf(x, 1) {
		return "∞"
	}
	if x >= 100 {
		return message.NumberText(math.Round(x/10) * 10)
	}
	return strconv.FormatFloat(x, 'g', 2, 64)
}

// curesShown is how many cures have a row.
const curesShown = 20

func (r *reading) blind(s *sheet) {
	w, b := s.W, findBlind(r.counted, r.snapshot.Accounts)
	number := func(n int) string { return message.NumberText(float64(n)) }
	switch {
	case b.Accounts == 0:
		s.BlindHead = w.NoAccounts
		return
	case b.Judged == b.Accounts:
		s.BlindHead = w.AllJudged
	default:
		s.BlindHead = w.BlindHead(b.Accounts-b.Judged, b.Accounts)
	}
	for _, row := range []struct {
		text string
		n    int
	}{{w.Judged, b.Judged}, {w.Rare, b.Rare}, {w.BlindNow, b.Blind}, {w.Young, b.Young}, {w.Quiet, b.Quiet}, {w.Unseen, b.Unseen}} {
		if row.n > 0 {
			s.Spots = append(s.Spots, spotRow{row.text, number(row.n)})
		}
	}
	for i := range b.Cures[:min(len(b.Cures), curesShown)] {
		c := &b.Cures[i]
		name := c.Name
		if name == "" {
			name = w.Nameless
		}
		text := map[cureKind]string{
			repair: w.Repair(name), connect: w.Connect, rhythm: w.Rhythm, wait: w.Wait,
			record: w.Record(name, strconv.Itoa(min(99, percent(c.Share))), // these lack it
				fmt.Sprintf("%.1f", c.PerWeek)),
		}[c.Kind]
		s.CureRows = append(s.CureRows, spotRow{text, number(c.Accounts)})
	}
	if b.NoOwner > 0 {
		s.Fields = append(s.Fields, w.NoOwner(b.NoOwner, r.snapshot.Accounts.Len()))
	}
	if b.NoKeyPerson > 0 {
		s.Fields = append(s.Fields, w.NoKeyPerson(b.NoKeyPerson, b.KeyAccounts))
	}
}

func (r *reading) thresholds(s *sheet) {
	w, rules := s.W, &r.rules
	for _, g := range accounts.Grades {
		t, ok := rules.Thresholds[g]
		if !ok {
			continue
		}
		where := rules.At[g]
		if where == "" {
			where = w.Shipped
		}
		s.Thresholds = append(s.Thresholds, thresholdRow{s.Grades[g], w.Years(strconv.FormatFloat(t.Raise, 'g', 4, 64)), w.Years(strconv.FormatFloat(t.Clear, 'g', 4, 64)), where})
	}
	at := rules.BudgetAt
	if at == "" {
		at = w.Shipped
	}
	s.Facts = []string{w.Budget(message.NumberText(rules.Budget), at), w.CurveShipped, w.RulesHash(rules.Hash)}
	if c := rules.Calibrated; c != nil {
		s.Facts[1] = w.Curve(dayText(r, c.From), dayText(r, c.To), c.Accounts)
	}
}

// dayText is a day of a file as pages write it.
func dayText(r *reading, text string) string {
	if day, err := signals.ParseDay(text); err == nil {
		return message.DateText(r.snapshot.Routing.Language, day)
	}
	return text
}
