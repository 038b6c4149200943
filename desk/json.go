package desk

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Marshal writes r as one line of canonical JSON without a line end: the kind
// first, then the names of this package in snake_case, times in RFC 3339 UTC.
// HTML characters are left as they are. It fails if Fields hold what JSON cannot.
func Marshal(r Record) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(kinded(r)); err != nil {
		return nil, fmt.Errorf("%s %s: %w", r.Kind(), r.About().ID, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Unmarshal reads what Marshal wrote. Unknown names are an error, so that a
// misspelt one is not lost without a word. File.Open is left nil.
func Unmarshal(line []byte) (Record, error) {
	var head struct {
		Kind Kind `json:"kind"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return nil, err
	}
	r := New(head.Kind)
	if r == nil {
		return nil, fmt.Errorf("kind %q: want one of %v", head.Kind, Kinds)
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(kinded(r)); err != nil {
		return nil, err
	}
	return r, nil
}

// kinded puts the kind before the fields of r, which stay r's own.
func kinded(r Record) any {
	switch r := r.(type) {
	case *Ticket:
		return &struct {
			K Kind `json:"kind"`
			*Ticket
		}{r.Kind(), r}
	case *Contact:
		return &struct {
			K Kind `json:"kind"`
			*Contact
		}{r.Kind(), r}
	case *Agent:
		return &struct {
			K Kind `json:"kind"`
			*Agent
		}{r.Kind(), r}
	case *Organization:
		return &struct {
			K Kind `json:"kind"`
			*Organization
		}{r.Kind(), r}
	case *Group:
		return &struct {
			K Kind `json:"kind"`
			*Group
		}{r.Kind(), r}
	case *Category:
		return &struct {
			K Kind `json:"kind"`
			*Category
		}{r.Kind(), r}
	}
	panic(fmt.Sprintf("desk: %T is no record", r))
}
