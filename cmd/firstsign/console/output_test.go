package console

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Most commands write line by line and look at no error: on a full disk a list would end
// in the middle, and a script would take it for the whole.
func TestFlushTellsWhatIsMissing(t *testing.T) {
	if err := Flush(); err != nil {
		t.Fatal(err)
	}
	closed, err := os.Create(filepath.Join(t.TempDir(), "list"))
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	was := os.Stdout
	os.Stdout = closed
	fmt.Fprintln(Out, "the first alert")
	os.Stdout = was
	defer func() { Out.(*output).err = nil }()
	if err := Flush(); err == nil {
		t.Error("a line is missing, and nobody is told")
	}
}
