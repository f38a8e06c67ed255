package main

import (
	"bytes"
	"errors"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"firstsign/internal/chromium"
)

var picturesFolder = flag.String("pictures", "", "docs/images as a full path, in which TestPicturesOfTheDocs makes the pictures of pages anew")

// picturesOfPages are those of docs/images, of the demo as it stands when its past is told.
var picturesOfPages = []struct {
	name, path    string
	width, height int
	last          string // the last element to be seen; empty: the height is given
}{
	{"demo", "/", 1000, 740, ""},
	{"account", "/accounts/chengdu-jincheng", 1000, 740, "section:has(+ #series)"},
	{"portfolio", "/portfolio", 1100, 740, "figure.mapped"},
}

// The pictures in the documentation are made by this, in both languages.
func TestPicturesOfTheDocs(t *testing.T) {
	if *picturesFolder == "" {
		t.Skip("no -pictures=FOLDER")
	}
	w := chromium.Start(t).Open(1000, 740)
	for suffix, said := range map[string]string{"": thePast, ".zh": thePastChinese} {
		language := "en"
		if suffix != "" {
			language = suffix[1:]
		}
		s, screen := demoOnFreePort(t, shipped(t), "--pace", "1h", "--language", language)
		loaded(t, screen, said)
		surveyed(t, s)
		for _, p := range picturesOfPages {
			w.Resize(p.width, p.height)
			w.Go("http://" + s.addr + p.path)
			if p.last != "" {
				bottom, _ := w.Run(`document.querySelector("` + p.last + `").getBoundingClientRect().bottom`).(float64)
				w.Resize(p.width, int(bottom)+16)
			}
			file := filepath.Join(*picturesFolder, p.name+suffix+".png")
			w.Shot(file, false)
			reduce(t, file)
		}
		s.interrupt()
	}
}

// surveyed waits until a service has read the portfolio.
func surveyed(t *testing.T, s *service) {
	t.Helper()
	eventually(t, "the portfolio is read", func() error {
		_, body, err := s.get("/api/v1/portfolio")
		if err == nil && !strings.Contains(body, `"surveyed": true`) {
			err = errors.New("not yet")
		}
		return err
	})
}

// reduce a picture to 256 colours, the most frequent ones that differ: the file gets a third of
// its size.
func reduce(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	from, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[color.Color]int{}
	for y := range from.Bounds().Dy() {
		for x := range from.Bounds().Dx() {
			seen[from.At(x, y)]++
		}
	}
	var colours color.Palette
	for _, c := range slices.SortedFunc(maps.Keys(seen), func(a, b color.Color) int { return seen[b] - seen[a] }) {
		if len(colours) < 256 && (len(colours) == 0 || !alike(c, colours.Convert(c))) {
			colours = append(colours, c)
		}
	}
	to := image.NewPaletted(from.Bounds(), colours)
	draw.Draw(to, to.Bounds(), from, image.Point{}, draw.Src)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, to); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// alike are colours that nobody tells apart.
func alike(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	far := func(x, y uint32) bool { return max(x, y)-min(x, y) > 5<<8 }
	return !far(ar, br) && !far(ag, bg) && !far(ab, bb)
}
