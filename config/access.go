package config

import (
	"firstsign/config/document"
	"firstsign/web/access"
)

// readAccess reads access.yaml. A file of nothing but comments is none: it returns nil.
func readAccess(d *document.Document, text []byte) *access.Policy {
	p := new(access.Policy)
	if !d.Read(text, p) || len(d.Lines) == 0 {
		return nil
	}
	for _, problem := range p.Validate() {
		d.Note(problem.Field, "%s", problem.Text)
	}
	return p
}
