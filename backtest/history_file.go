package backtest

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

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

// Create creates a file for writing. A file whose name ends in .gz is compressed.
// The data is complete only when Close returns nil.
func Create(path string) (io.WriteCloser, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if !strings.HasSuffix(path, ".gz") {
		return file, nil
	}
	return &zipped{gzip.NewWriter(file), file}, nil
}

// WriteFile creates a file, compressed when its name says so.
func WriteFile(path string, write func(io.Writer) error) error {
	f, err := Create(path)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		_ = f.Close()
		return fmt.Errorf("write %s: %w", path, err)
	}
	return f.Close()
}

type zipped struct {
	*gzip.Writer
	file *os.File
}

func (z *zipped) Close() error { return errors.Join(z.Writer.Close(), z.file.Close()) }
