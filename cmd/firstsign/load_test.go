package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"firstsign/signals/history"
)

type ended struct{}

func (ended) Next() (*history.Line, error) { return nil, io.EOF }

// A file to which somebody still writes is not loaded to its end: the end of the load
// would make a part of it count as the whole.
func TestLoadOfAFileThatChanges(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.jsonl")
	if err := os.WriteFile(path, []byte("one\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	unchanged, err := watched(path)
	if err != nil {
		t.Fatal(err)
	}
	stream := whole{ended{}, unchanged}
	if _, err := stream.Next(); err != io.EOF {
		t.Errorf("as it was: %v", err)
	}
	if err := os.WriteFile(path, []byte("one\ntwo\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Next(); !errors.Is(err, errFileChanged) {
		t.Errorf("grown: %v", err)
	}
}
