package operations

import (
	_ "embed"
	"html/template"
	"net/http"
)

// Frame is how the server writes pages and answers.
type Frame struct {
	Page  func(name, text string) *template.Template // parses a page that uses the common parts
	Write func(w http.ResponseWriter, code int, page *template.Template, sheet any)
	JSON  func(w http.ResponseWriter, code int, v any)
}

//go:embed operations.html
var operationsHTML string

// Route adds the pages and the paths of the API.
func (o *Operations) Route(f *Frame, handle func(pattern, action string, h http.HandlerFunc)) {
	page := f.Page("operations", operationsHTML)
	with := func(serve func(*Frame, http.ResponseWriter, *http.Request)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { serve(f, w, r) }
	}
	handle("GET /operations", "read_operations", func(w http.ResponseWriter, r *http.Request) { o.servePage(f, page, w, r) })
	handle("GET /api/v1/status", "read_operations", with(o.serveStatus))
	handle("GET /api/v1/feeds", "read_operations", with(o.serveFeeds))
	handle("GET /api/v1/partitions", "read_operations", with(o.servePartitions))
}
