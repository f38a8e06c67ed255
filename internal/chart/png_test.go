package chart

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func drawnPNG(t interface{ Fatal(...any) }, c *Chart) image.Image {
	data, err := c.PNG()
	if err != nil {
		t.Fatal(err)
	}
	i, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// shadeAt is the colour at a place of a drawing, in its units.
func shadeAt(i image.Image, x, y float64) color.NRGBA {
	return color.NRGBAModel.Convert(i.At(int(x*pixels), int(y*pixels))).(color.NRGBA)
}

// The picture has the shapes of the SVG in the colours of the style sheet.
func TestPNGShowsTheChart(t *testing.T) {
	c := calls(4, 3, 9, 0)
	c.Change = 3
	c.Shades = []Shade{{0, 0.1, Holiday, "holiday"}, {1, 1.1, Blind, "no data"}}
	i := drawnPNG(t, c)
	if i.Bounds().Dx() != int(width*pixels) || i.Bounds().Dy() != int(height*pixels) {
		t.Fatalf("%v", i.Bounds())
	}
	week := (right - left) / 4
	for _, at := range []struct {
		what string
		x, y float64
		want uint32
	}{
		{"a bar", left + week/2, bottom - 10, valueColour},
		{"one that is above", left + 2.5*week, bottom - 10, warnColour},
		{"the mark of none", left + 3.5*week, bottom - 1, badColour},
		{"the band", left + 0.15*week, bottom - 30, bandColour},
		{"no data", left + 1.05*week, top + 5, blindColour},
		{"the change", left + 3*week, top, badColour},
		{"the ground", left + 0.5*week, top + 2, 0xffffff},
		{"the margin", 2, 60, 0xffffff},
	} {
		if got := shadeAt(i, at.x, at.y); got != ink(at.want, 1) {
			t.Errorf("%s at %.0f, %.0f is %v, want %06x", at.what, at.x, at.y, got, at.want)
		}
	}
	texts := 0
	for x := range int(left * pixels) {
		for y := range i.Bounds().Dy() {
			if color.NRGBAModel.Convert(i.At(x, y)) == ink(softColour, 1) {
				texts++
			}
		}
	}
	if texts == 0 {
		t.Error("the axis has no numbers")
	}
}

func TestPNGIsTheSameEachTime(t *testing.T) {
	c := calls(4, 3, 9, 0)
	one, err := c.PNG()
	if err != nil {
		t.Fatal(err)
	}
	if two, err := c.PNG(); err != nil || !bytes.Equal(one, two) {
		t.Errorf("two pictures of one chart differ: %v", err)
	}
}

// Whatever numbers come, there is a picture of the same size.
func TestPNGOfAnyNumbers(t *testing.T) {
	number := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, -1, 1e300, -1e300, math.NaN(), math.Inf(1), math.Inf(-1), 1e-300}))
	rapid.Check(t, func(t *rapid.T) {
		c := &Chart{Habit: rapid.Bool().Draw(t, "habit"), Mean: rapid.Bool().Draw(t, "mean"), Change: number.Draw(t, "change"), Number: func(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }}
		for range rapid.IntRange(0, 30).Draw(t, "weeks") {
			c.Weeks = append(c.Weeks, Week{Value: number.Draw(t, "value"), Seen: rapid.Bool().Draw(t, "seen"), Expected: number.Draw(t, "expected"), Low: number.Draw(t, "low"), High: number.Draw(t, "high")})
		}
		if i := drawnPNG(t, c); i.Bounds().Dx() != int(width*pixels) {
			t.Fatal(i.Bounds())
		}
	})
}

// The corners of a path are those that a browser sees.
func TestPointsOf(t *testing.T) {
	got := pointsOf("M34 112H316L20.5 -3.1V7v4Z")
	want := []point{{34, 112}, {316, 112}, {20.5, -3.1}, {20.5, 7}, {20.5, 11}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := pointsOf(""); got != nil {
		t.Errorf("of nothing: %v", got)
	}
}

// Each class of a shape has a look, and its colours are those of the style sheet.
func TestPNGHasTheColoursOfTheStyleSheet(t *testing.T) {
	css, err := os.ReadFile("../stylesheet/style.css")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]uint32{
		"value": valueColour, "bad": badColour, "warn": warnColour, "line": lineColour, "soft": softColour,
		"band": bandColour, "expected": expectedColour, "holiday": holidayColour, "blind": blindColour,
	} {
		m := regexp.MustCompile(`--` + name + `: #([0-9a-f]{6});`).FindSubmatch(css) // the first are the light ones
		if m == nil {
			t.Fatalf("the style sheet has no --%s", name)
		}
		if got, _ := strconv.ParseUint(string(m[1]), 16, 32); uint32(got) != want {
			t.Errorf("--%s is %06x in the style sheet, %06x in pictures", name, got, want)
		}
	}
	c := calls(4, 3, 9, 0, 2, 2)
	c.Weeks[4].Past, c.Weeks[5].Partly = true, true
	c.Shades, c.Change = []Shade{{0, 1, Holiday, ""}, {1, 2, Blind, ""}}, 2
	c.Ticks = []Tick{{At: 1, Text: "2026-01"}}
	for _, draw := range []Chart{*c, {Mean: true, Change: -1, Weeks: c.Weeks}, {Bad: true, Change: -1, Weeks: c.Weeks}} {
		svg := string(draw.SVG())
		for _, m := range regexp.MustCompile(`<(?:rect|circle|path) class="([^"]*)"`).FindAllStringSubmatch(svg, -1) {
			if _, ok := looks[m[1]]; !ok {
				t.Errorf("a picture does not know the class %q", m[1])
			}
		}
	}
}
