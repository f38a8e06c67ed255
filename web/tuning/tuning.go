package tuning

import (
	"context"
	_ "embed"
	"html/template"
	"net/http"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/detector/survey"
	"firstsign/web/operations"
)

// Source is where the page gets what it says, beside the alerts. Its methods may be called
// concurrently.
type Source interface {
	// Survey counts over all stored accounts. It blocks until ctx ends.
	Survey(ctx context.Context) (*survey.Survey, error)
	// Rules are the decisions in force. It may read files.
	Rules() Rules
}

// Rules are the decisions that the page is about.
type Rules struct {
	Hash       string
	Budget     float64 // false alerts a manager and month
	BudgetAt   string  // the file and line that say so; empty: the default
	Thresholds map[accounts.Grade]detector.Threshold
	At         map[accounts.Grade]string // the file and line of a threshold; none: it is shipped
	// Calibrated is nil where rarity is that of the shipped curve.
	Calibrated *Calibrated
}

// Calibrated says what the curve of rarity was fitted to.
type Calibrated struct {
	From, To string
	Accounts int
}

// Tuning serves the page.
type Tuning struct {
	Source   Source
	Snapshot func() *alerting.RoutingSnapshot // the routing in force; nil: not ready yet
	Alerts   alerting.AlertStore
	Now      func() time.Time
}

// patience is how long reading may take.
const patience = 25 * time.Second

// window are the days that the page looks back on at most.
const window = 182

// early is how many days are too few to compare with a monthly budget.
const early = 30

//go:embed tuning.html
var tuningHTML string

// Route adds the page.
func (t *Tuning) Route(f *operations.Frame, handle func(pattern, action string, h http.HandlerFunc)) {
	page := f.Page("tuning", tuningHTML)
	handle("GET /tuning", "read_operations", func(w http.ResponseWriter, r *http.Request) { t.serve(f, page, w, r) })
}

func (t *Tuning) serve(f *operations.Frame, page *template.Template, w http.ResponseWriter, r *http.Request) {
	snapshot := t.Snapshot()
	if snapshot == nil {
		f.JSON(w, http.StatusServiceUnavailable, map[string]string{"error": "the service is starting"})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	now, err := t.read(ctx, snapshot)
	if r.Context().Err() != nil {
		return // the client has gone
	}
	code := http.StatusOK
	if err != nil {
		code = http.StatusServiceUnavailable
	}
	f.Write(w, code, page, now.sheet(err))
}

// reading is what one page is made from.
type reading struct {
	snapshot *alerting.RoutingSnapshot
	now      time.Time // in the zone of the deployment
	rules    Rules
	since    time.Time // of the alerts
	days     int       // since then
	alerts   []told
	all      bool // every alert was read
	counted  *survey.Survey
}

func (t *Tuning) read(ctx context.Context, snapshot *alerting.RoutingSnapshot) (*reading, error) {
	r := &reading{snapshot: snapshot, now: t.Now(), rules: t.Source.Rules(), all: true}
	if l := snapshot.Location; l != nil {
		r.now = r.now.In(l)
	}
	var err error
	if r.counted, err = t.Source.Survey(ctx); err != nil {
		return r, err
	}
	known := 0
	for i := range r.counted.Accounts {
		known = max(known, r.counted.Accounts[i].Known)
	}
	r.days = min(window, known, int(snapshot.Routing.Retention()/(24*time.Hour)))
	r.since = r.now.AddDate(0, 0, -r.days)
	r.alerts, r.all, err = readAlerts(ctx, t.Alerts, r.since)
	return r, err
}

// managersOf is how many managers there are: accounts without an owner count as one for each
// thirty.
func (r *reading) managersOf() float64 {
	owners, without := map[string]bool{}, 0
	for a := range r.snapshot.Accounts.All() {
		if a.Owner == "" {
			without++
		} else {
			owners[a.Owner] = true
		}
	}
	if r.snapshot.Accounts == nil {
		without = len(r.counted.Accounts)
	}
	return float64(len(owners)) + float64(without)/survey.AccountsPerManager
}

// perMonth is how many alerts of statistics a manager got in a month; false while it is too
// early to say.
func (r *reading) perMonth() (alerts float64, ok bool) {
	managers := r.managersOf()
	if r.days < early || managers == 0 {
		return 0, false
	}
	n := 0
	for i := range r.alerts {
		if r.alerts[i].basis == byStatistics {
			n++
		}
	}
	const month = 365.25 / 12
	return float64(n) / managers / (float64(r.days) / month), true
}
