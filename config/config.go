// Package config answers: what did the people who run Firstsign decide?
//
// They decide in a directory of files: service.yaml (where Kafka and Redis
// are; needs a restart), signals.yaml (what is judged, and how strictly),
// routing.yaml (who is told), calendar.yaml (when less is expected),
// accounts.csv with contacts.csv, or accounts.yaml (who the accounts are),
// aliases.csv (their former ids),
// words.yaml (whom texts are about), mappings.yaml (which topics of other
// systems are read as interactions), grading.yaml (how money becomes a grade),
// access.yaml (who may see what in the pages), and what calibrate learned in calibration.yaml. Reading is strict: all that is
// wrong with all files is reported at once, each with file and line.
package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/config/calendar"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/signals/mapping"
	"firstsign/signals/mapping/registry"
	"firstsign/signals/text"
	"firstsign/web/access"
)

// Config is a directory of files, checked and complete.
type Config struct {
	Service  Service
	Detector Detector
	Words    text.Config
	Routing  alerting.Routing
	Calendar calendar.Calendar
	// Mappings of other systems' topics. Mapped makes them ready for use.
	Mappings []mapping.Config
	// Registry of schemas, for mappings that need one.
	Registry registry.Config
	// Accounts is nil when there is no file of accounts. Then every account with
	// interactions counts, as an ordinary one without an owner.
	Accounts *accounts.Directory
	// FormerIDs are those of aliases.csv; nil when there are none. Aliases also holds the
	// former ids in the file of accounts.
	FormerIDs *accounts.Aliases
	// Access says who may see what; nil: whoever passes the login sees everything.
	Access *access.Policy
	// Grading says how money becomes a grade. Accounts are graded by it already.
	Grading accounts.Grading
	// Pseudonyms is nil when people are known by their own ids. The ids in Accounts are
	// replaced already.
	Pseudonyms *signals.Pseudonyms
	// Calibration is nil when there is none. Then the shipped one is used.
	Calibration *Calibration
}

// Load reads and checks a directory. The error is a fault.List when the files have
// mistakes, and another when they cannot be read.
func Load(dir string) (*Config, error) {
	files, err := readFiles(dir)
	if err != nil {
		return nil, err
	}
	return files.parse()
}

// CanRun reports why the service cannot start, or nil. Commands that only judge need no
// service.yaml, so Load does not require it.
func (c *Config) CanRun() error {
	if len(c.Service.Kafka.Brokers) == 0 {
		return errors.New(serviceFile + " is missing: it says where Kafka and Redis are")
	}
	return nil
}

// Mapped returns the mappings, ready for use. Mappings that Load accepted always compile.
func (c *Config) Mapped() (*mapping.Set, error) {
	set, faults := mapping.Compile(c.Mappings, c.Calendar.Location)
	if faults != nil {
		return nil, fmt.Errorf("mapping %s: %s: %s", c.Mappings[faults[0].Mapping].Name, faults[0].Field, faults[0].Text)
	}
	if c.Registry.URL != "" {
		set.Use(registry.New(c.Registry))
	}
	return set, nil
}

// Uncalibrated returns the configuration without its calibration, to fit a new one. It
// leaves out the rules beside the statistics, which raise alerts whatever the thresholds
// are, and care, which is no evidence.
func (c *Config) Uncalibrated() *Config {
	plain := *c
	plain.Calibration, plain.Detector.Patterns, plain.Detector.Care = nil, nil, detector.Care{}
	plain.Detector.Grades = detector.DefaultThresholds()
	maps.Copy(plain.Detector.Grades, c.Detector.ByHand)
	return &plain
}

// Rules returns the rules by which the detector judges. Signals are sorted by name, so
// their order in the file does not matter. Every call builds the rules and their hash
// again: keep the result.
func (c *Config) Rules() *detector.Rules {
	r := &detector.Rules{
		Signals:    slices.SortedFunc(slices.Values(c.Detector.Signals), bySignalName),
		Patterns:   slices.SortedFunc(slices.Values(c.Detector.Patterns), byPatternName),
		Care:       c.Detector.Care,
		Thresholds: maps.Clone(c.Detector.Grades),
		Lateness:   c.Detector.Lateness,
		Location:   c.Calendar.Location,
		Calendar: detector.Calendar{
			Holidays: maps.Clone(c.Calendar.Holidays),
			MakeUp:   maps.Clone(c.Calendar.MakeUp),
			Seasons:  maps.Clone(c.Calendar.Seasons),
		},
		Accounts:   c.Accounts,
		Aliases:    c.Aliases(),
		Pseudonyms: c.Pseudonyms,
		Authority:  c.Service.Kafka.Authority,
		ClockSkew:  c.Service.MaxClockSkew,
		Reader:     text.New(c.Words),
	}
	if c.Calibration != nil {
		r.Exceedance = slices.Clone(c.Calibration.Exceedance)
	}
	r.Hash = hash(r)
	return r
}

// Aliases returns all former ids of accounts.
func (c *Config) Aliases() *accounts.Aliases { return accounts.AliasesOf(c.Accounts, c.FormerIDs) }

func bySignalName(a, b detector.Signal) int   { return strings.Compare(a.Name, b.Name) }
func byPatternName(a, b detector.Pattern) int { return strings.Compare(a.Name, b.Name) }

// hash names rules by their content, not by how the files are written. It is the first 12
// hex digits of a SHA-256 over one line per decision, in a fixed order. The number in the
// first line grows when a default changes its meaning.
func hash(r *detector.Rules) string {
	h := sha256.New()
	fmt.Fprintf(h, "rules 1\nlateness %d\ntimezone %s\n", r.Lateness, r.Location)
	for _, s := range r.Signals {
		fmt.Fprintf(h, "signal %q %s %s %v %v %v\n", s.Name, s.Kind, s.Side, *s.Weight, s.PerContact, s.Resolution)
		if s.Worse == detector.Up {
			fmt.Fprintf(h, "worse %s\n", s.Worse)
		}
		if d := s.Directions; s.Side == detector.ByDirection { // 2: spellings do not matter, and unknown words do not count
			fmt.Fprintf(h, "directions 2 %q %q %q\n", d.Inbound, d.Outbound, d.Internal)
		}
		if s.Means != "" {
			fmt.Fprintf(h, "means %s\n", s.Means)
		}
	}
	for _, p := range r.Patterns {
		fmt.Fprintf(h, "rule %q %q %s %d %d %s %q\n", p.Name, p.Signal, p.Of, p.Times, p.Days, p.FollowedBy, p.Without)
	}
	for _, p := range r.Patterns {
		if p.Own {
			fmt.Fprintf(h, "own %q\n", p.Name)
		}
	}
	for _, v := range slices.Sorted(slices.Values(r.Care.Visits)) {
		fmt.Fprintf(h, "visit %q\n", v)
	}
	for _, g := range accounts.Grades {
		if o := r.Care.Owed[g]; o != (detector.Owed{}) {
			fmt.Fprintf(h, "owed %s %d %d\n", g, o.Visits, o.Contacts)
		}
	}
	if r.Care.ComplaintDays > 0 {
		fmt.Fprintf(h, "complaint days %d\n", r.Care.ComplaintDays)
	}
	for _, g := range accounts.Grades {
		fmt.Fprintf(h, "grade %s %v %v\n", g, r.Thresholds[g].Raise, r.Thresholds[g].Clear)
	}
	for _, p := range r.Exceedance {
		fmt.Fprintf(h, "exceedance %v %v\n", p.Evidence, p.Years)
	}
	for _, d := range slices.Sorted(maps.Keys(r.Holidays)) {
		fmt.Fprintf(h, "holiday %s %v\n", d, r.Holidays[d])
	}
	for _, d := range slices.Sorted(maps.Keys(r.MakeUp)) {
		fmt.Fprintf(h, "make-up %s\n", d)
	}
	for _, s := range slices.Sorted(maps.Keys(r.Seasons)) {
		fmt.Fprintf(h, "season %q %v\n", s, r.Seasons[s])
	}
	if r.Pseudonyms != nil {
		fmt.Fprintf(h, "pseudonyms %s\n", r.Pseudonyms.Hash())
	}
	if r.Reader != nil {
		fmt.Fprintf(h, "reader %s\n", r.Reader.Hash())
	}
	if r.Aliases.Len() > 0 {
		fmt.Fprintf(h, "aliases %s\n", r.Aliases.Hash())
	}
	io.WriteString(h, "accounts "+r.Accounts.Hash())
	return hex.EncodeToString(h.Sum(nil))[:12]
}
