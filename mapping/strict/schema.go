package strict

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Dialect is the version of JSON Schema that a Schema is written in.
const Dialect = "https://json-schema.org/draft/2020-12/schema"

// Schema describes what may stand in a file, as JSON Schema has it. It serves two: a
// [Reader] takes only keys that it lists, and editors complete and check by it. It is
// our own dozen of words and not a library's, because libraries make schemas of types,
// and half of our file is no type.
type Schema struct {
	Dialect     string   `json:"$schema,omitempty"`
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Ref         string   `json:"$ref,omitempty"`
	Type        []string `json:"type,omitempty"`
	Const       any      `json:"const,omitempty"`
	Enum        []any    `json:"enum,omitempty"`
	// EnumDescriptions are no part of the standard; editors show them beside the words.
	EnumDescriptions []string `json:"enumDescriptions,omitempty"`
	Default          any      `json:"default,omitempty"`
	Examples         []any    `json:"examples,omitempty"`

	Pattern string `json:"pattern,omitempty"`
	// PatternError is no part of the standard either; editors say it instead of the pattern.
	PatternError string `json:"patternErrorMessage,omitempty"`

	MinLength int      `json:"minLength,omitempty"`
	MaxLength int      `json:"maxLength,omitempty"`
	Minimum   *float64 `json:"minimum,omitempty"`

	Items *Schema `json:"items,omitempty"`

	Properties        map[string]*Schema `json:"properties,omitempty"`
	PatternProperties map[string]*Schema `json:"patternProperties,omitempty"`
	Additional        any                `json:"additionalProperties,omitempty"` // false, or a *Schema
	PropertyNames     *Schema            `json:"propertyNames,omitempty"`
	Required          []string           `json:"required,omitempty"`

	AllOf []*Schema `json:"allOf,omitempty"`
	AnyOf []*Schema `json:"anyOf,omitempty"`
	Not   *Schema   `json:"not,omitempty"`
	If    *Schema   `json:"if,omitempty"`
	Then  *Schema   `json:"then,omitempty"`

	Defs map[string]*Schema `json:"$defs,omitempty"`
}

// JSON writes a schema as a file.
func JSON(s *Schema) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return b.Bytes(), nil
}

// AnyText is any single value: what takes a text takes a number too, as it is written.
func AnyText(doc string) *Schema {
	return &Schema{Description: doc, Type: []string{"string", "number", "boolean"}}
}

// OneWord is one of some words; the first is what counts where nothing is said.
func OneWord(doc string, words ...string) *Schema {
	s := &Schema{Description: doc}
	for _, w := range words {
		s.Enum = append(s.Enum, w)
	}
	return s
}

// ListOf is a list.
func ListOf(doc string, item *Schema) *Schema {
	return &Schema{Description: doc, Type: []string{"array"}, Items: item}
}

// MapOf is a map with keys of the person's choice.
func MapOf(doc string, value *Schema) *Schema {
	return &Schema{Description: doc, Type: []string{"object"}, Additional: value}
}

// Keys is a map with these keys and no others; needs are those that must be there. Any
// other that says nothing is one that is left out.
func Keys(doc string, keys map[string]*Schema, needs ...string) *Schema {
	for name, s := range keys {
		if !slices.Contains(needs, name) {
			s.OrNothing()
		}
	}
	return &Schema{Description: doc, Type: []string{"object"}, Properties: keys, Required: needs, Additional: false}
}

// Either is what one of the schemas describes.
func Either(doc string, of ...*Schema) *Schema { return &Schema{Description: doc, AnyOf: of} }

// OrNothing lets s be empty too, and returns it.
func (s *Schema) OrNothing() *Schema {
	switch {
	case s.AnyOf != nil:
		s.AnyOf = append(s.AnyOf, nothing())
	case s.Enum != nil:
		s.AnyOf, s.Enum = []*Schema{{Enum: s.Enum}, nothing()}, nil
	case s.Type != nil && !slices.Contains(s.Type, "null"):
		s.Type = append(slices.Clone(s.Type), "null")
	}
	return s
}

// nothing describes what is empty. It does not call it null, which editors would propose.
func nothing() *Schema {
	return &Schema{Not: &Schema{Type: []string{"string", "number", "boolean", "array", "object"}}}
}

// Words are the texts that s lists.
func (s *Schema) Words() (out []string) {
	for _, w := range s.Enum {
		if text, ok := w.(string); ok {
			out = append(out, text)
		}
	}
	for _, one := range s.AnyOf {
		out = append(out, one.Words()...)
	}
	return out
}

// names lists the keys of s in order.
func (s *Schema) names() []string { return slices.Sorted(maps.Keys(s.Properties)) }
