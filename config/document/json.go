package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// JSON turns JSON into YAML nodes, so that both are read in the same way. A field with
// null is left out.
func JSON(text []byte) (*yaml.Node, error) {
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	n, err := nextNode(in, 0)
	if errors.Is(err, io.EOF) {
		err = errors.New("it ends too early")
	}
	if err != nil {
		return nil, err
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, errors.New("there is more behind the value")
	}
	return n, nil
}

// deepest bounds the nesting. No record of ours needs more.
const deepest = 8

func nextNode(in *json.Decoder, depth int) (*yaml.Node, error) {
	if depth > deepest {
		return nil, errors.New("it is nested too deeply")
	}
	token, err := in.Token()
	if err != nil {
		return nil, err
	}
	n := &yaml.Node{Kind: yaml.ScalarNode}
	switch t := token.(type) {
	case string:
		n.Tag, n.Value = "!!str", t
	case json.Number:
		n.Tag, n.Value = "!!float", t.String()
	case bool:
		n.Tag, n.Value = "!!bool", strconv.FormatBool(t)
	case nil:
		n.Tag = "!!null"
	case json.Delim:
		n.Kind = yaml.MappingNode
		if t == '[' {
			n.Kind = yaml.SequenceNode
		}
		for in.More() {
			part, err := nextNode(in, depth+1)
			if err != nil {
				return nil, err
			}
			if last := len(n.Content) - 1; t == '{' && len(n.Content)%2 == 1 && part.Tag == "!!null" {
				n.Content = n.Content[:last] // a field with null is left out
				continue
			}
			n.Content = append(n.Content, part)
		}
		_, err = in.Token() // the end of it
		return n, err
	}
	return n, nil
}
