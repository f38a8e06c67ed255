package web

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"strings"

	"firstsign/internal/stylesheet"
	"firstsign/web/access"
)

//go:embed live.js
var liveJS []byte

//go:embed base.html
var baseHTML string

// asset is a file that is the same for everybody. Its name has a hash in it, so that
// browsers may keep it for ever.
type asset struct {
	name, prefix, suffix, kind string
	content                    []byte
}

func assetOf(prefix, suffix, kind string, content []byte) *asset {
	sum := sha256.Sum256(content)
	return &asset{prefix + hex.EncodeToString(sum[:6]) + suffix, prefix, suffix, kind, content}
}

var (
	style  = assetOf("style-", ".css", "text/css; charset=utf-8", []byte(stylesheet.CSS))
	script = assetOf("live-", ".js", "text/javascript; charset=utf-8", liveJS)
)

// styleName is the name of the style sheet.
var styleName = style.name

// pageOf parses a page. It may use what base.html defines.
func pageOf(name, text string) *template.Template {
	page := template.New(name).Funcs(template.FuncMap{
		"style":  func() string { return access.StaticPath + style.name },
		"script": func() string { return access.StaticPath + script.name },
	})
	return template.Must(template.Must(page.Parse(baseHTML)).Parse(text))
}

// serveStatic answers with a file. During a rolling upgrade another release may ask for its
// own: it gets ours, and does not keep it.
func serveStatic(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	for _, file := range []*asset{style, script} {
		if !strings.HasPrefix(name, file.prefix) || !strings.HasSuffix(name, file.suffix) {
			continue
		}
		h := w.Header()
		h.Set("Content-Type", file.kind)
		h.Set("Cache-Control", "no-store")
		if name == file.name {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		_, _ = w.Write(file.content) // a client that went away is not our error
		return
	}
	http.NotFound(w, r)
}
