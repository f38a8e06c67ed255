package chart

import (
	"math"
	"strings"
	"testing"
)

// A line ends on the right, begins where its values do, and stands on 0.
func TestLine(t *testing.T) {
	svg := string(Line(`<b> & "x"`, []float64{0, 5, 10}, 13))
	if got := elements(t, svg); got["path.line"] != 1 || got["circle.value"] != 1 || got["text"] != 0 {
		t.Errorf("%v", got)
	}
	for _, part := range []string{`aria-label="&lt;b&gt; &amp; &#34;x&#34;"`, `d="M77 26L84.5 15L92 4"`} {
		if !strings.Contains(svg, part) {
			t.Errorf("no %s in %s", part, svg)
		}
	}
	for _, values := range [][]float64{nil, {0}, {0, 0}, {math.NaN(), math.Inf(1)}} {
		if svg := string(Line("", values, 0)); strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Errorf("%v: %s", values, svg)
		}
	}
}
