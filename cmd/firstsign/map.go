package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"firstsign/backtest/survey"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	"firstsign/internal/fault"
	"firstsign/internal/plural"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/history"
	"firstsign/signals/mapping"
)

// mapCommand shows what mappings make of the lines of a file, as a history.
type mapCommand struct {
	app.ConfigFlag
	Mapping string `placeholder:"NAME" help:"Use only this mapping of mappings.yaml. Required when the mappings read several topics."`
	File    string `arg:"" type:"existingfile" help:"Records of the topic, plain or gzip: one JSON value a line, CSV, or for Avro and Protobuf one value in base64 a line."`
}

// Run maps.
func (c *mapCommand) Run(ctx context.Context) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	of, err := c.choose(cfg)
	if err != nil {
		return err
	}
	m, err := app.MappedBy(cfg)
	if err != nil {
		return err
	}
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	text, err := history.Unzipped(file)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	out := bufio.NewWriter(console.JSON)
	done := &mapCount{file: c.File, mapper: m.Mapper(), origin: mapping.Origin{Topic: of.Topic, Mapping: c.Mapping}, out: out, summary: history.NewSummary(), base64: of.Format.HasSchema()}
	read := done.lines
	if of.Format == mapping.CSV {
		read = func(ctx context.Context, r *bufio.Reader) error { return done.rows(ctx, r, of.Comma()) }
	}
	if err := read(ctx, text); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(console.Err, done)
	if err := done.whatWasMapped(cfg); err != nil {
		return err
	}
	if done.mapped == 0 {
		return fmt.Errorf("%s: no interaction", c.File)
	}
	return nil
}

// choose returns the mapping whose records the file holds: the one of --mapping, or the
// first of the only topic.
func (c *mapCommand) choose(cfg *config.Config) (*mapping.Config, error) {
	if len(cfg.Mappings) == 0 {
		return nil, errors.New("mappings.yaml has no mapping")
	}
	var names, topics []string
	for i := range cfg.Mappings {
		m := &cfg.Mappings[i]
		if m.Name == c.Mapping {
			return m, nil
		}
		names, topics = append(names, m.Name), append(topics, m.Topic)
	}
	slices.Sort(topics)
	one := &cfg.Mappings[0]
	switch {
	case c.Mapping != "":
		return nil, fmt.Errorf("--mapping: %q is none of %s%s", c.Mapping, strings.Join(names, ", "), fault.DidYouMean(c.Mapping, names))
	case len(slices.Compact(topics)) > 1:
		return nil, fmt.Errorf("the mappings read several topics: say whose records these are, with --mapping and one of %s", strings.Join(names, ", "))
	case slices.ContainsFunc(cfg.Mappings, func(m mapping.Config) bool { return m.Format != one.Format || m.Delimiter != one.Delimiter }):
		return nil, fmt.Errorf("the mappings read the topic in different ways: choose with --mapping one of %s", strings.Join(names, ", "))
	}
	return one, nil
}

// mapCount maps line by line and counts.
type mapCount struct {
	file   string
	mapper *mapping.Mapper
	origin mapping.Origin
	out    io.Writer
	base64 bool // values are in base64

	mapped, passed, empty, unmappable int

	summary *history.Summary // of the interactions
	decoder decode.Decoder
}

// String tells what was done.
func (c *mapCount) String() string {
	text := fmt.Sprintf("%s: %s mapped, %d passed over, %d unmappable", c.file, plural.Count(c.mapped, "record"), c.passed, c.unmappable)
	if c.empty > 0 {
		text += fmt.Sprintf(", %d with an empty list", c.empty)
	}
	return text
}

// sum adds a mapped interaction to the summary.
func (c *mapCount) sum(line int, value []byte) {
	l := history.Line{File: c.file, Number: line, Value: value}
	if reject := c.decoder.DecodeValue(value, &l.Interaction); reject == nil { // what mapping made can be decoded
		c.summary.Add(&l)
	}
}

// whatWasMapped writes a summary of the interactions to standard error.
func (c *mapCount) whatWasMapped(cfg *config.Config) error {
	c.summary.End()
	report := survey.New(c.file, c.summary, cfg.Detector.Signals)
	report.Zone = survey.Zone{Name: cfg.Calendar.Location.String(), Why: survey.ZoneCalendar}
	return report.WriteText(console.Err, cfg.Routing.Language)
}

// record maps the value on a line.
func (c *mapCount) record(ctx context.Context, line int, value []byte) error {
	record := &signals.Record{Offset: -1, Value: value}
	if err := c.mapper.Prepare(ctx, c.origin, record); err != nil {
		return fmt.Errorf("%s:%d: %w", c.file, line, err)
	}
	for _, r := range c.mapper.Map(c.origin, record) {
		switch {
		case r.Reject != nil:
			c.bad(line, r.Reject.Detail)
		case r.Empty:
			c.empty++
		case r.Value == nil:
			c.passed++
		default:
			c.mapped++
			c.sum(line, r.Value)
			if _, err := fmt.Fprintf(c.out, "%s\n", r.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

// manyBadLines is how many bad lines are shown; the others are counted.
const manyBadLines = 100

func (c *mapCount) bad(line int, detail string) {
	if c.unmappable++; c.unmappable <= manyBadLines {
		fmt.Fprintf(console.Err, "%s:%d: %s\n", c.file, line, detail)
	}
}

// value maps a line that holds one value. Values with a schema are bytes, so the line
// holds base64.
func (c *mapCount) value(ctx context.Context, line int, text []byte) error {
	if !c.base64 {
		return c.record(ctx, line, text)
	}
	value, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		c.bad(line, "a line is the value of a record in base64, where a schema registry reads it: "+err.Error())
		return nil //nolint:nilerr // it is counted and told
	}
	return c.record(ctx, line, value)
}

// lines maps JSON values or values in base64, one a line.
func (c *mapCount) lines(ctx context.Context, r *bufio.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 2*signals.MaxRecord)
	number := 1
	for ; lines.Scan() && ctx.Err() == nil; number++ {
		if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 {
			if err := c.value(ctx, number, line); err != nil {
				return err
			}
		}
	}
	if err := errors.Join(lines.Err(), ctx.Err()); err != nil {
		return fmt.Errorf("%s:%d: %w", c.file, number, err)
	}
	return nil
}

// rows maps rows of CSV, which may take several lines each.
func (c *mapCount) rows(ctx context.Context, r *bufio.Reader, comma rune) error {
	in := csv.NewReader(r)
	in.Comma, in.FieldsPerRecord, in.ReuseRecord = comma, -1, true
	var value bytes.Buffer
	out := csv.NewWriter(&value)
	out.Comma = comma
	for ctx.Err() == nil {
		row, err := in.Read()
		if err == io.EOF {
			return nil
		}
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
			c.bad(wrong.StartLine, wrong.Err.Error())
			continue
		} else if err != nil {
			return fmt.Errorf("%s: %w", c.file, err)
		}
		line, _ := in.FieldPos(0)
		value.Reset()
		if err := out.Write(row); err != nil {
			return err
		}
		out.Flush()
		if err := c.record(ctx, line, value.Bytes()); err != nil {
			return err
		}
	}
	return ctx.Err()
}
