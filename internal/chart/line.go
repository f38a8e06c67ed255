package chart

import "html/template"

// Line draws values of the last of some weeks as a small line that begins at 0, without
// words. label says it in a sentence.
func Line(label string, values []float64, weeks int) template.HTML {
	s := &scale{x0: 2, dx: (sparkWidth - 6) / float64(max(1, weeks-1)), y0: sparkHeight - 2, y1: 4, top: 1e-9}
	for _, v := range values {
		s.top = max(s.top, v)
	}
	var d drawing
	d.open("spark", sparkWidth, sparkHeight, label)
	d.path("axis", "M0 "+place(s.y0)+"H"+place(sparkWidth), "")
	line, x, y := "", 0.0, 0.0
	for i, v := range values {
		x, y = s.x(float64(weeks-len(values)+i)), s.y(v)
		line += pen(line) + place(x) + " " + place(y)
	}
	if line != "" {
		d.path("line", line, "")
		d.circle("value", x, y, 3, "")
	}
	return d.close()
}
