package alerting

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"math"
	"slices"
	"time"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/detector"
)

// Value at risk ranks alerts by money:
//
//	worth x risk/(risk + halfSerious) x savable(verdict) x (1 - late/2)
//
// worth is what the account brings in a year; late grows from 0 to 1 over lateDays.
// It is no forecast, and no factor is a probability of leaving. The constants are
// judgement, not measurement.
const (
	// halfSerious is the risk, in account-years, at which the second factor is one
	// half. A key account's alert begins at a risk of 1 and is critical from 20.
	halfSerious = 10
	// ruleSerious is the least second factor of a rule: nobody knows how rare it is.
	ruleSerious = 0.5
	// lateDays into an episode half as much can be saved as on its first day. It does
	// not fall further.
	lateDays = 180
)

// savable is the part that could be saved on an episode's first day. An account
// that buys elsewhere has signed something. One that only cools can be talked to.
// One that buys less of everything does so whatever we do.
var savable = map[detector.Verdict]float64{
	detector.EarlyDefection: 0.7, detector.Defection: 0.5, detector.Downturn: 0.2, "": 0.5,
}

// value returns what the account brings in a year, and what of it is at risk. Both
// are 0 where the files hold no money. A neglect puts nothing at risk yet.
func (a *Alert) value(account *accounts.Account) (worth, atRisk float64) {
	if account == nil {
		return 0, 0
	}
	worth = account.Value()
	return worth, worth * a.partAtRisk(a.Risk, a.Verdict, a.RaisedLast())
}

// partAtRisk is the part of the worth that is at risk after a raise.
func (a *Alert) partAtRisk(risk float64, verdict detector.Verdict, raised time.Time) float64 {
	serious := risk / (risk + halfSerious)
	if message.ByRule(a.Reasons) {
		serious = max(serious, ruleSerious)
	}
	late := min(1, max(0, raised.Sub(a.Raised).Hours()/24/lateDays))
	return serious * savable[verdict] * (1 - late/2)
}

// Stake is which part of an account's worth an alert put at risk from a time on, until the
// next one of the same alert.
type Stake struct {
	From time.Time
	Part float64
	Over bool // the alert ended, and nothing is at risk
}

// Stakes are those of an alert since it was raised, the oldest first. Reasons are kept of the
// newest raise only, so whether a rule raised the alert is taken from them for all.
func (a *Alert) Stakes() (stakes []Stake) {
	for i := range a.History {
		switch e := &a.History[i]; {
		case !e.fromFinding():
		case e.Kind.Raises():
			stakes = append(stakes, Stake{From: e.Time, Part: a.partAtRisk(e.Risk, e.Verdict, e.Time)})
		default:
			stakes = append(stakes, Stake{From: e.Time, Over: true})
		}
	}
	return stakes
}

// MostAtRisk sorts alerts. Those that are not closed come first: by value at risk,
// then by what the account brings, then by risk. Closed ones follow, newest first.
func MostAtRisk(alerts []*Alert) []*Alert {
	type placed struct {
		at    Cursor
		alert *Alert
	}
	order := make([]placed, len(alerts))
	for i, a := range alerts {
		order[i] = placed{a.Cursor(), a}
	}
	slices.SortFunc(order, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	for i := range order {
		alerts[i] = order[i].alert
	}
	return alerts
}

// Cursor is the place of an alert in the order of MostAtRisk. The places of two
// alerts compare as their cursors do, byte for byte, so an index can hold them.
type Cursor string

// A cursor begins with one of these and has a part of fixed length behind it; the
// alert's id follows.
const (
	livingPlace, closedPlace   = '0', '1'
	livingLength, closedLength = 1 + 32, 1 + 11
)

// ascending is a base64 whose digits are in the order of their bytes: what it
// writes compares as the bytes do.
var ascending = base64.NewEncoding("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz").WithPadding(base64.NoPadding)

// Cursor is the alert's place.
func (a *Alert) Cursor() Cursor {
	if a.State == Closed {
		b := binary.BigEndian.AppendUint64(nil, ^(uint64(a.Updated.UnixNano()) ^ 1<<63))
		return Cursor(closedPlace) + Cursor(ascending.EncodeToString(b)+a.ID)
	}
	var b []byte
	for _, v := range []float64{a.AtRisk, a.Worth, a.Risk} { // numbers from 0 on compare as their bits do
		b = binary.BigEndian.AppendUint64(b, ^math.Float64bits(max(0, v)))
	}
	return Cursor(livingPlace) + Cursor(ascending.EncodeToString(b)+a.ID)
}

// ID is the id of the alert at a valid place, empty for the beginning.
func (c Cursor) ID() string {
	switch {
	case c == "":
		return ""
	case c[0] == closedPlace:
		return string(c[closedLength:])
	}
	return string(c[livingLength:])
}

// Validate returns ErrCursor for what cannot be a cursor. The empty one is the
// beginning.
func (c Cursor) Validate() error {
	length := livingLength
	switch {
	case c == "":
		return nil
	case c[0] == closedPlace:
		length = closedLength
	case c[0] != livingPlace:
		return ErrCursor
	}
	if len(c) < length {
		return ErrCursor
	}
	if _, err := ascending.DecodeString(string(c[1:length])); err != nil {
		return ErrCursor
	}
	return nil
}

// byValue orders alerts that are not closed, the most at risk first.
func byValue(a, b *Alert) int {
	return cmp.Or(cmp.Compare(b.AtRisk, a.AtRisk), cmp.Compare(b.Worth, a.Worth), cmp.Compare(b.Risk, a.Risk), cmp.Compare(a.ID, b.ID))
}
