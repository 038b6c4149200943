// Package stricttest holds a schema and the code that reads what it describes together:
// a validator that we did not write, values drawn by the schema, and a comparison.
package stricttest

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// Validator checks the schema itself against the metaschema, and returns what checks
// values against the schema.
func Validator(t testing.TB, s *strict.Schema) func(value any) error {
	t.Helper()
	var doc any
	if err := json.Unmarshal(marshal(t, s), &doc); err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	meta, err := c.Compile(strict.Dialect)
	if err != nil {
		t.Fatal(err)
	}
	if err := meta.Validate(doc); err != nil {
		t.Fatalf("this is no JSON Schema: %v", err)
	}
	if err := c.AddResource("deskhaul.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("deskhaul.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled.Validate
}

// File checks a file of YAML against a schema as an editor would; err is also what makes
// it no YAML that we read.
func File(t rapid.TB, valid func(any) error, src []byte) error {
	t.Helper()
	var bad strict.Mistakes
	n := strict.Parse("file.yaml", src, &bad)
	if err := bad.Err(); err != nil {
		return err
	}
	return valid(Value(n))
}

// Value is what a node is for a validator.
func Value(n *strict.Node) any {
	switch n.Kind {
	case strict.Text:
		return n.Value
	case strict.Int, strict.Float:
		f, err := strconv.ParseFloat(n.Value, 64)
		if err != nil {
			return n.Value // 0x1F and its like: a number in other spelling
		}
		return f
	case strict.Bool:
		return strings.EqualFold(n.Value, "true")
	case strict.List:
		out := make([]any, len(n.Items))
		for i, item := range n.Items {
			out[i] = Value(item)
		}
		return out
	case strict.Map:
		out := map[string]any{}
		for _, p := range n.Pairs {
			out[p.Key.Value] = Value(p.Value)
		}
		return out
	case strict.Null:
	}
	return nil
}

// YAML writes a value as a file: JSON is YAML.
func YAML(t testing.TB, value any) []byte {
	t.Helper()
	return marshal(t, value)
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
