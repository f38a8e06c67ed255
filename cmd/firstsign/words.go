package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	"firstsign/signals"
	"firstsign/signals/text"
)

// wordsCommand shows what is read from texts, and below each what its signs were found
// by. It helps to tune words.yaml.
type wordsCommand struct {
	Config string `placeholder:"DIR" help:"Configuration directory. Its words.yaml is used." type:"existingdir"`
	JSON   bool   `help:"Write one JSON object a line: id, sentiment and words, without the text."`
	File   string `arg:"" optional:"" type:"existingfile" help:"One text a line, or JSON lines with the fields text and id (default: standard input)."`
}

// Run reads texts.
func (c *wordsCommand) Run() error {
	cfg := config.Default()
	if c.Config != "" {
		var err error
		if cfg, err = config.Load(c.Config); err != nil {
			return err
		}
	}
	in := io.Reader(os.Stdin)
	if c.File != "" {
		file, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer file.Close()
		in = file
	}
	to := console.Out
	if c.JSON {
		to = console.JSON
	}
	out := bufio.NewWriter(to)
	if err := c.read(text.New(cfg.Words), in, out); err != nil {
		return err
	}
	return out.Flush()
}

func (c *wordsCommand) read(reader *text.Reader, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, signals.MaxRecord)
	for number := 1; lines.Scan(); number++ {
		text, err := textOf(lines.Bytes())
		if err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
		said := reader.Read([]byte(text.Text))
		if c.JSON {
			line, err := json.Marshal(saidLine{ID: text.ID, Said: said})
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "%s\n", line)
			continue
		}
		fmt.Fprintf(out, "%s\t%s\n", said, text.Text)
		for _, f := range reader.Explain([]byte(text.Text)) {
			fmt.Fprintf(out, "\t%s by %s: %s\n", f.Sign, f.By, strings.Join(f.Words, ", "))
		}
	}
	return lines.Err()
}

type saidLine struct {
	ID string `json:"id,omitempty"`
	text.Said
}

// textLine is a line that holds a text.
type textLine struct{ ID, Text string }

func textOf(line []byte) (t textLine, err error) {
	if trimmed := bytes.TrimSpace(line); len(trimmed) > 0 && trimmed[0] == '{' {
		return t, json.Unmarshal(trimmed, &t)
	}
	return textLine{Text: string(line)}, nil
}
