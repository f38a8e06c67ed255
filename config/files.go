package config

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"firstsign/config/calendar"
	"firstsign/config/document"
	"firstsign/internal/fault"
)

// The files of a directory, in the order of the documentation.
const (
	serviceFile      = "service.yaml"
	signalsFile      = "signals.yaml"
	mappingsFile     = "mappings.yaml"
	wordsFile        = "words.yaml"
	routingFile      = "routing.yaml"
	calendarFile     = "calendar.yaml"
	accountsCSVFile  = "accounts.csv"
	contactsCSVFile  = "contacts.csv"
	accountsYAMLFile = "accounts.yaml"
	aliasesFile      = "aliases.csv"
	gradingFile      = "grading.yaml"
	calibrationFile  = "calibration.yaml"
	accessFile       = "access.yaml"
)

var fileNames = []string{serviceFile, signalsFile, wordsFile, routingFile, calendarFile, accountsCSVFile, contactsCSVFile, accountsYAMLFile, aliasesFile, gradingFile, calibrationFile, mappingsFile, accessFile}

// files is the content of a directory at one moment.
type files struct {
	dir    string
	texts  map[string][]byte // of the known files that are there, and of iCalendar files
	faults fault.List        // about other files
}

// readFiles reads the known files of a directory. It adds a fault for a name that looks
// mistyped, because that file would be ignored silently.
func readFiles(dir string) (*files, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read config: %w", err)
	}
	f := &files{dir: dir, texts: make(map[string][]byte)}
	for _, e := range entries {
		name := e.Name()
		switch {
		case slices.Contains(fileNames, name), filepath.Ext(name) == ".ics" && !strings.HasPrefix(name, "."):
			if f.texts[name], err = os.ReadFile(filepath.Join(dir, name)); errors.Is(err, fs.ErrNotExist) {
				delete(f.texts, name) // removed since it was listed
			} else if err != nil {
				return nil, fmt.Errorf("read config: %w", err)
			}
		case looksLikeConfig(name):
			text := fmt.Sprintf("not a file of the configuration%s", fault.DidYouMean(name, fileNames))
			f.faults = append(f.faults, fault.Fault{File: f.path(name), Text: text})
		}
	}
	return f, nil
}

// looksLikeConfig leaves out the cases of `firstsign test`, and the hidden files of
// Kubernetes and editors.
func looksLikeConfig(name string) bool {
	switch filepath.Ext(name) {
	case ".yaml", ".yml", ".csv":
		return !strings.HasPrefix(name, ".") && !strings.HasSuffix(name, "_test.yaml")
	}
	return false
}

func (f *files) path(name string) string { return filepath.Join(f.dir, name) }

// fingerprint differs when any file differs.
func (f *files) fingerprint() [sha256.Size]byte {
	var all bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(f.texts)) {
		fmt.Fprintf(&all, "%s %x\n", name, sha256.Sum256(f.texts[name]))
	}
	for _, fault := range f.faults {
		fmt.Fprintln(&all, fault)
	}
	return sha256.Sum256(all.Bytes())
}

// Zone is the time zone of a directory's calendar. It is read by itself, because a
// history is read before the configuration. It is nil when there is none; Load says why.
func Zone(dir string) *time.Location {
	text, err := os.ReadFile(filepath.Join(dir, calendarFile))
	if err != nil {
		return nil
	}
	return calendar.Zone(&document.Document{Name: calendarFile}, text)
}

// parse turns the files into a Config, or returns all their faults. service.yaml may be
// missing (see Config.CanRun), and so may routing.yaml: messages then go to the log only.
// signals.yaml and calendar.yaml are required.
func (f *files) parse() (*Config, error) {
	c, faults := Default(), slices.Clone(f.faults)
	section := func(name, need string, read func(d *document.Document, text []byte)) {
		d := &document.Document{Name: f.path(name)}
		if text, ok := f.texts[name]; ok {
			read(d, text)
		} else if need != "" {
			d.Faults = fault.List{{File: d.Name, Text: "the file is missing: it says " + need}}
		}
		faults = append(faults, d.Faults...)
	}
	section(serviceFile, "", func(d *document.Document, text []byte) {
		c.Service.read(d, text)
		c.Pseudonyms = c.Service.Privacy.pseudonyms(d, f.dir)
		c.Service.Kafka.Authority = c.Service.Control.authority(d, f.dir)
	})
	if login := c.Service.HTTP.WebConfigFile; login != "" { // it may lie in the directory
		faults = slices.DeleteFunc(faults, func(x fault.Fault) bool { return x.File == login })
	}
	section(calibrationFile, "", c.readCalibration) // before signals.yaml, which takes precedence
	section(signalsFile, "what is judged", c.Detector.read)
	section(wordsFile, "", func(d *document.Document, text []byte) { c.Words = readWords(d, text, &c.Detector) })
	section(routingFile, "", func(d *document.Document, text []byte) { c.Routing = readRouting(d, text) })
	section(calendarFile, "in which time zone a day begins", func(d *document.Document, text []byte) {
		c.Calendar.Read(d, text, f.texts)
		c.Calendar.CheckSeasons(d, c.Detector.Signals)
	})
	section(mappingsFile, "", func(d *document.Document, text []byte) { c.Mappings = readMappings(d, text, c) })
	section(gradingFile, "", func(d *document.Document, text []byte) { c.Grading = readGrading(d, text) })
	section(accessFile, "", func(d *document.Document, text []byte) { c.Access = readAccess(d, text) })
	directory, aliases, wrong := f.accounts()
	c.FormerIDs = aliases
	c.UseAccounts(directory)
	faults = append(faults, wrong...)
	if c.Service.Kafka.Accounts != "" && directory != nil {
		text := "kafka.accounts names a topic, and there is a file of accounts as well: keep one of them"
		faults = append(faults, fault.Fault{File: f.path(serviceFile), Line: 1, Text: text})
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return c, nil
}
