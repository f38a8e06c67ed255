package backtest

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"firstsign/internal/shown"
	"firstsign/internal/wholefile"
	"firstsign/signals/history"
)

// WriteHistory writes a stream as JSON lines and returns how many there are.
func WriteHistory(w io.Writer, stream history.Stream) (lines int64, err error) {
	out := bufio.NewWriterSize(w, 1<<16)
	for ; ; lines++ {
		line, err := stream.Next()
		if err == io.EOF {
			return lines, out.Flush()
		}
		if err != nil {
			return lines, fmt.Errorf("write history: %w", err)
		}
		_, _ = out.Write(line.Value) // a bufio.Writer keeps its error
		if err := out.WriteByte('\n'); err != nil {
			return lines, fmt.Errorf("write history: %w", err)
		}
	}
}

// The columns of WriteCSV, named as readers of histories take them without being
// told: the fields, and the attributes that simulated interactions have.
var csvColumns = []string{"time", "account", "signal", "value", "contact", "id", "source", "text", "attributes.direction", "attributes.action", "attributes.target"}

// WriteCSV writes a stream as CSV and returns how many rows there are. An
// attribute that is none of the columns is an error: it would be lost.
func WriteCSV(w io.Writer, stream history.Stream) (rows int64, err error) {
	out := shown.NewCSV(w)
	if err := out.Write(csvColumns); err != nil {
		return 0, fmt.Errorf("write history: %w", err)
	}
	row := make([]string, len(csvColumns))
	for ; ; rows++ {
		line, err := stream.Next()
		if err == io.EOF {
			out.Flush()
			return rows, out.Error()
		}
		if err != nil {
			return rows, fmt.Errorf("write history: %w", err)
		}
		in := &line.Interaction
		clear(row)
		row[0] = time.Unix(0, in.Time).UTC().Format(time.RFC3339Nano)
		row[3] = strconv.FormatFloat(in.Value, 'g', -1, 64)
		for i, field := range map[int][]byte{1: in.Account, 2: in.Signal, 4: in.Contact, 5: in.ID, 6: in.Source, 7: in.Text} {
			row[i] = string(field)
		}
		for _, a := range in.Attributes {
			i := slices.Index(csvColumns, "attributes."+string(a.Key))
			if i < 0 {
				return rows, fmt.Errorf("write history: no column for the attribute %q", a.Key)
			}
			row[i] = string(a.Value)
		}
		if err := out.Write(row); err != nil {
			return rows, fmt.Errorf("write history: %w", err)
		}
	}
}

// WriteFile writes a file, compressed when its name says so. A file of that name stays as
// it was until all of the new one is written.
func WriteFile(path string, write func(io.Writer) error) error {
	err := wholefile.Write(path, func(file io.Writer) error {
		if !strings.HasSuffix(path, ".gz") {
			return write(file)
		}
		zipped := gzip.NewWriter(file)
		return cmp.Or(write(zipped), zipped.Close())
	})
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
