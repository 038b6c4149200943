package assess

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Labels are what tickets and people are sorted by: the raw material of a mapping.
type Labels struct {
	Statuses   []Value `json:"statuses"`
	Priorities []Value `json:"priorities"`
	Types      []Value `json:"types"`
	Tags       []Value `json:"tags"`
	TagCount   int64   `json:"tag_count"`
	TagsOnce   int64   `json:"tags_once"` // used by one ticket
	Fields     []Field `json:"fields"`    // custom fields and the system's own words
}

// Value is one that is used so often.
type Value struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}

// Field is a custom field.
type Field struct {
	Kind     desk.Kind `json:"kind"`
	Name     string    `json:"name"`
	Filled   int64     `json:"filled"`   // of so many
	Of       int64     `json:"of"`       // records
	Distinct int64     `json:"distinct"` // different values
	Values   []Value   `json:"values"`   // the most frequent
}

// longest is how much is kept of a value.
const longest = 120

func (s *Survey) labels(r desk.Record) {
	kind := string(r.Kind())
	for name, v := range r.About().Fields {
		for _, value := range valuesOf(v) {
			s.tally.add("value of "+kind, name+"\x00"+value, entry{n: 1})
		}
		if v != nil {
			s.tally.add("field of "+kind, name, entry{n: 1})
		}
	}
	t, ok := r.(*desk.Ticket)
	if !ok {
		return
	}
	s.tally.add("status", string(t.Status), entry{n: 1})
	s.tally.add("priority", string(t.Priority), entry{n: 1})
	s.tally.add("type", t.Type, entry{n: 1})
	for _, tag := range t.Tags {
		s.tally.add("tag", tag, entry{n: 1})
	}
}

// Knows takes in that a source has a custom field, which no record may have filled in.
func (s *Survey) Knows(kind desk.Kind, field string) {
	s.tally.add("field of "+string(kind), field, entry{})
}

// valuesOf are the values of a field as text; a list has several.
func valuesOf(v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return []string{cut(v)}
	case []any:
		var all []string
		for _, one := range v {
			all = append(all, valuesOf(one)...)
		}
		return all
	case bool, float64, int, int64:
		return []string{fmt.Sprint(v)}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return []string{cut(string(b))}
}

func cut(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}

// How many of each are told one by one.
const (
	mostTags   = 100
	mostFields = 200
	mostValues = 20
)

func (s *Survey) labelsFound(ctx context.Context, a *Assessment) error {
	l := &a.Labels
	for _, x := range []struct {
		into *[]Value
		kind string
		most int
	}{{&l.Statuses, "status", mostTags}, {&l.Priorities, "priority", mostTags}, {&l.Types, "type", mostTags}, {&l.Tags, "tag", mostTags}} {
		rows, err := s.tally.top(ctx, x.kind, x.most)
		if err != nil {
			return err
		}
		*x.into = values(rows, "")
	}
	var err error
	if l.TagCount, err = s.tally.number(ctx, "SELECT COUNT(*) FROM tally WHERE kind = 'tag'"); err != nil {
		return err
	}
	if l.TagsOnce, err = s.tally.number(ctx, "SELECT COUNT(*) FROM tally WHERE kind = 'tag' AND n = 1"); err != nil {
		return err
	}
	l.Fields = []Field{}
	for _, kind := range slices.Backward(desk.Kinds) {
		if err := s.fieldsOf(ctx, kind, l); err != nil {
			return err
		}
	}
	return nil
}

func values(rows []row, prefix string) []Value {
	out := make([]Value, len(rows))
	for i, r := range rows {
		out[i] = Value{strings.TrimPrefix(r.key, prefix), r.n}
	}
	return out
}

func (s *Survey) fieldsOf(ctx context.Context, kind desk.Kind, l *Labels) error {
	rows, err := s.tally.top(ctx, "field of "+string(kind), mostFields)
	if err != nil {
		return err
	}
	for _, r := range rows {
		f := Field{Kind: kind, Name: r.key, Filled: r.n, Of: s.kinds[kind]}
		of, prefix := "value of "+string(kind), r.key+"\x00"
		f.Distinct, err = s.tally.number(ctx, "SELECT COUNT(*) FROM tally WHERE kind = ? AND key >= ? AND key < ?", of, prefix, r.key+"\x01")
		if err != nil {
			return err
		}
		all, err := s.tally.rows(ctx, "FROM tally t WHERE t.kind = ? AND t.key >= ? AND t.key < ? ORDER BY t.n DESC, t.key LIMIT ?", of, prefix, r.key+"\x01", mostValues)
		if err != nil {
			return err
		}
		f.Values = values(all, prefix)
		l.Fields = append(l.Fields, f)
	}
	return nil
}
