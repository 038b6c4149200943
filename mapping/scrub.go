package mapping

import (
	"maps"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
)

// edit puts another text in the place of a stretch.
type edit struct {
	span
	with string
}

// rewrite makes the edits, which are in order and do not overlap.
func rewrite(s string, edits []edit) string {
	out := make([]byte, 0, len(s))
	last := 0
	for _, e := range edits {
		out = append(append(out, s[last:e.start]...), e.with...)
		last = e.end
	}
	return string(append(out, s[last:]...))
}

// moved tells where a place of a text is after the edits. What was inside an
// edited stretch is at its end.
func moved(at int, edits []edit) int {
	shift := 0
	for _, e := range edits {
		if at <= e.start {
			break
		}
		if at < e.end {
			return e.start + shift + len(e.with)
		}
		shift += len(e.with) - (e.end - e.start)
	}
	return at + shift
}

// A scrubber redacts one record and counts what it did by field.
type scrubber struct {
	by    []redactor
	found map[string]int
}

// text redacts one text of the record.
func (s *scrubber) text(name, v string) string {
	if v == "" {
		return v
	}
	for _, r := range s.by {
		if edits := r.find(v); len(edits) > 0 {
			s.count(name, len(edits))
			v = rewrite(v, edits)
		}
	}
	return v
}

func (s *scrubber) count(name string, n int) {
	if s.found == nil {
		s.found = map[string]int{}
	}
	s.found[name] += n
}

// value redacts the texts inside a custom field. Maps and lists are copied before
// they are changed: other copies of the record may share them.
func (s *scrubber) value(name string, v any) any {
	switch v := v.(type) {
	case string:
		return s.text(name, v)
	case []any:
		c := slices.Clone(v)
		for i := range c {
			c[i] = s.value(name, c[i])
		}
		return c
	case map[string]any:
		c := maps.Clone(v)
		for k := range c {
			c[k] = s.value(name, c[k])
		}
		return c
	}
	return v
}

func (s *scrubber) fields(prefix string, fields map[string]any) {
	for k, v := range fields {
		fields[k] = s.value(prefix+"fields."+k, v)
	}
}

// record redacts what people wrote in r, messages excepted: subjects, notes,
// comments and custom fields. Names and addresses stay.
func (s *scrubber) record(r desk.Record) {
	s.fields("", r.About().Fields)
	switch r := r.(type) {
	case *desk.Ticket:
		r.Subject = s.text("subject", r.Subject)
		if r.Rating != nil {
			r.Rating.Comment = s.text("rating", r.Rating.Comment)
		}
	case *desk.Contact:
		r.Note = s.text("note", r.Note)
	case *desk.Organization:
		r.Note = s.text("note", r.Note)
	}
}

// message redacts a message, public or note, and moves its folds along.
func (s *scrubber) message(m *desk.Message) {
	m.Subject = s.text("message.subject", m.Subject)
	m.HTML = s.text("message.html", m.HTML)
	for _, r := range s.by {
		edits := r.find(m.Text)
		if len(edits) == 0 {
			continue
		}
		s.count("message.text", len(edits))
		m.Text = rewrite(m.Text, edits)
		for i, f := range m.Folds {
			m.Folds[i].Start, m.Folds[i].End = moved(f.Start, edits), moved(f.End, edits)
		}
	}
	for i := range m.Files {
		m.Files[i].Name = s.text("file", m.Files[i].Name)
	}
	s.fields("message.", m.Fields)
}
