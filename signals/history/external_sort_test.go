package history

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever memory there is, what comes out is what went in, in order.
func TestSorter(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		s := sorter{dir: dir, memory: rapid.IntRange(1, 400).Draw(t, "memory")}
		defer s.close()
		var want []string
		var marks []mark
		for i := range rapid.IntRange(0, 300).Draw(t, "records") {
			m := mark{time: rapid.Int64Range(-20, 20).Draw(t, "time"), partition: rapid.IntRange(0, 2).Draw(t, "partition"), offset: int64(i)}
			marks = append(marks, m)
			if err := s.add(m.time, m.partition, m.offset, valueOf(m)); err != nil {
				t.Fatal(err)
			}
		}
		slices.SortFunc(marks, func(a, b mark) int {
			return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.partition, b.partition), cmp.Compare(a.offset, b.offset))
		})
		for _, m := range marks {
			want = append(want, string(valueOf(m)))
		}
		sorted, err := s.sorted()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for {
			r, err := sorted.next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if string(valueOf(r.at)) != string(r.value) {
				t.Fatalf("%q at %+v", r.value, r.at)
			}
			got = append(got, string(r.value))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%d records %q, want %q", len(got), got, want)
		}
	})
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

func valueOf(m mark) []byte { return fmt.Appendf(nil, "%d/%d/%d", m.time, m.partition, m.offset) }

// However many runs there are, few are open, and a run that is cut is an error.
func TestSorterRuns(t *testing.T) {
	s := sorter{dir: t.TempDir(), memory: 1}
	defer s.close()
	const records = 5 * mostRuns
	for i := range records {
		if err := s.add(int64(records-i), 0, int64(i), []byte("x")); err != nil {
			t.Fatal(err)
		}
		if len(s.runs) > mostRuns {
			t.Fatalf("%d runs", len(s.runs))
		}
	}
	files, err := os.ReadDir(s.dir)
	if err != nil || len(files) != len(s.runs) {
		t.Errorf("%d files for %d runs, %v", len(files), len(s.runs), err)
	}
	info, err := s.runs[0].file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.runs[0].file.Truncate(info.Size() - 1); err != nil {
		t.Fatal(err)
	}
	sorted, err := s.sorted()
	for err == nil {
		_, err = sorted.next()
	}
	if err == io.EOF {
		t.Error("the cut was not seen")
	}
}
