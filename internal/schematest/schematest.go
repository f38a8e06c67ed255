// Package schematest answers, in tests: is a record valid by a JSON Schema that we serve?
package schematest

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is a JSON Schema that is ready to validate records.
type Schema struct{ compiled *jsonschema.Schema }

// Compile reads a schema. Formats are checked.
func Compile(t testing.TB, schema []byte) Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return Schema{compiled}
}

// ErrNoJSON means that a record is no JSON.
var ErrNoJSON = errors.New("no JSON")

// Validate returns why a record is not valid.
func (s Schema) Validate(record []byte) error {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(record))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoJSON, err)
	}
	return s.compiled.Validate(parsed)
}
