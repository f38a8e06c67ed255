package text

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"testing"

	"firstsign/signals"

	"firstsign/internal/racetest"
)

// labelledText is one of the benchmark's.
type labelledText struct {
	ID, Set, Label, Text string
}

// benchTexts reads the labelled texts beside the project; without them the test
// is skipped.
func benchTexts(t testing.TB, name string) (texts []labelledText) {
	t.Helper()
	file, err := os.Open("../../../shared/bench/sentiment/" + name + ".jsonl.gz")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the labelled texts are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(unzipped)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var x labelledText
		if err := json.Unmarshal(lines.Bytes(), &x); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, x)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return texts
}

// Hardly a review of a hotel, a film or a shop is an ultimatum, or praise of a
// competitor of ours.
func TestBenchmarkIsNoUltimatum(t *testing.T) {
	racetest.Arithmetic(t)
	r := listener()
	for _, name := range []string{"zh", "en"} {
		texts := benchTexts(t, name)
		var counts [signsOfTexts]int
		for _, x := range texts {
			_, _, found, _ := r.read([]byte(x.Text))
			for i := range said {
				if found&(1<<i) != 0 {
					counts[i]++
					if said[i] == Sign(os.Getenv("SHOW")) {
						t.Logf("%s: %s", x.ID, x.Text)
					}
				}
			}
		}
		for i, s := range said {
			rate := 1000 * float64(counts[i]) / float64(len(texts))
			t.Logf("%s: %s in %d of %d texts, %.2f in a thousand", name, s, counts[i], len(texts), rate)
			if rate > 1 && s != Complaint {
				t.Errorf("%s: %s in %.2f of a thousand texts, want 1 at most", name, s, rate)
			}
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for _, name := range []string{"zh", "en"} {
		texts := benchTexts(b, name)
		b.Run(name, func(b *testing.B) {
			r := listener()
			b.ReportAllocs()
			var in signals.Interaction
			var list []signals.Sign
			size := 0
			for i := 0; b.Loop(); i++ {
				in.Text = append(in.Text[:0], texts[i%len(texts)].Text...)
				size += len(in.Text)
				list = r.Signs(&in, list[:0])
			}
			b.SetBytes(int64(size / b.N))
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
		})
	}
}

// A record without a text costs next to nothing.
func BenchmarkSignsOfACall(b *testing.B) {
	r := listener()
	in := signals.Interaction{Signal: []byte("call"), Attributes: attributes("direction", "inbound")}
	var list []signals.Sign
	for b.Loop() {
		list = r.Signs(&in, list[:0])
	}
}
