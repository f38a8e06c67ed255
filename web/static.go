package web

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"firstsign/web/access"
	"html/template"
	"net/http"
	"strings"
)

//go:embed style.css
var styleCSS []byte

//go:embed base.html
var baseHTML string

// styleName has the hash of the sheet in it, so that browsers may keep it for ever.
var styleName = func() string {
	sum := sha256.Sum256(styleCSS)
	return "style-" + hex.EncodeToString(sum[:6]) + ".css"
}()

// pageOf parses a page. It may use what base.html defines.
func pageOf(name, text string) *template.Template {
	page := template.New(name).Funcs(template.FuncMap{"style": func() string { return access.StaticPath + styleName }})
	return template.Must(template.Must(page.Parse(baseHTML)).Parse(text))
}

// serveStatic answers with the style sheet. During a rolling upgrade another release may
// ask for its own: it gets ours, and does not keep it.
func serveStatic(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if !strings.HasPrefix(name, "style-") || !strings.HasSuffix(name, ".css") {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	if name == styleName {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	_, _ = w.Write(styleCSS) // a client that went away is not our error
}
