// Package stylesheet answers: how do pages and reports look? One sheet for both.
//
// The pages of the service link it. A report is a single file and holds it; its policy allows
// this sheet alone, by its hash.
package stylesheet

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
)

// CSS is the sheet.
//
//go:embed style.css
var CSS string

// Source is the sheet in a content security policy: a browser applies a style element with
// exactly this text.
func Source() string {
	sum := sha256.Sum256([]byte(CSS))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
