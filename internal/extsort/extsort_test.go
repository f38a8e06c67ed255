package extsort

import (
	"cmp"
	"errors"
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
		s := New(dir, rapid.IntRange(1, 400).Draw(t, "memory"))
		defer s.Close()
		var want []string
		var keys []Key
		for i := range rapid.IntRange(0, 300).Draw(t, "records") {
			k := Key{rapid.Int64Range(-20, 20).Draw(t, "first"), rapid.Int64Range(-1, 1).Draw(t, "second"), int64(i)}
			keys = append(keys, k)
			if err := s.Add(k, valueOf(k)); err != nil {
				t.Fatal(err)
			}
		}
		slices.SortFunc(keys, func(a, b Key) int {
			return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(a[2], b[2]))
		})
		for _, k := range keys {
			want = append(want, string(valueOf(k)))
		}
		read := func(sorted *Records) (got []string) {
			for {
				r, err := sorted.Next()
				if err == io.EOF {
					return got
				}
				if err != nil {
					t.Fatal(err)
				}
				if string(valueOf(r.Key)) != string(r.Value) {
					t.Fatalf("%q at %+v", r.Value, r.Key)
				}
				got = append(got, string(r.Value))
			}
		}
		if rapid.Bool().Draw(t, "kept") {
			kept, err := s.Keep()
			if err != nil {
				t.Fatal(err)
			}
			if kept.path != "" {
				defer os.Remove(kept.path)
			}
			for range 2 {
				records, err := kept.Open()
				if err != nil {
					t.Fatal(err)
				}
				if got := read(records); !slices.Equal(got, want) {
					t.Fatalf("kept: %d records %q, want %q", len(got), got, want)
				}
				if err := records.Close(); err != nil {
					t.Fatal(err)
				}
				if records.file != nil && !errors.Is(records.file.Close(), os.ErrClosed) {
					t.Fatal("the file is open after Close")
				}
			}
			return
		}
		sorted, err := s.Sorted()
		if err != nil {
			t.Fatal(err)
		}
		if got := read(sorted); !slices.Equal(got, want) {
			t.Fatalf("%d records %q, want %q", len(got), got, want)
		}
	})
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

func valueOf(k Key) []byte { return fmt.Appendf(nil, "%d/%d/%d", k[0], k[1], k[2]) }

// However many runs there are, few are open, and a run that is cut is an error.
func TestSorterRuns(t *testing.T) {
	s := New(t.TempDir(), 1)
	defer s.Close()
	const records = 5 * mostRuns
	for i := range records {
		if err := s.Add(Key{int64(records - i), 0, int64(i)}, []byte("x")); err != nil {
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
	sorted, err := s.Sorted()
	for err == nil {
		_, err = sorted.Next()
	}
	if err == io.EOF {
		t.Error("the cut was not seen")
	}
}
