// Package compare tells in what a record that stands at a target differs from what
// it should say there. It asks nobody: the pipeline's verification hands it both, and so
// does the suite that holds connectors to what they promise to keep.
package compare

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Difference is one field that does not say what it should.
type Difference struct {
	Field     string // as in desk.PrintsOf; of messages as in desk.FieldsOf(desk.KindMessage)
	Want, Got string // as people read it, shortened; "" says nothing
	// Kept says that the target promises to keep the field; else it came back wrong where
	// it was to come back empty.
	Kept bool
}

// Fields compares two records, messages aside; want is one of There. What caps promise
// to keep is the same, and what was to be left empty is empty.
func Fields(want, got desk.Record, caps connectors.Caps) []Difference {
	return kept(AllFields(want, got, caps))
}

// AllFields compares what caps do not promise to keep as well: that is the same, or
// empty. Values that a system sets by itself are nobody's.
func AllFields(want, got desk.Record, caps connectors.Caps) []Difference {
	want, got = named(want), named(got)
	w, g := desk.PrintsOf(want), desk.PrintsOf(got)
	var out []Difference
	for _, name := range w.Changed(g) {
		kind := want.Kind()
		keeps := caps.Keeps(kind, name) && (name != "created" || caps.Dated(kind)) && (name != "deleted" || caps.Tombstones)
		switch said := w.Has(name); {
		case said && keeps:
		case said && (OfItsOwn(name) || !g.Has(name)):
			continue
		case !said && (OfItsOwn(name) || slices.Contains(caps.Always[kind], name)):
			continue
		}
		out = append(out, Difference{name, shown(want, name), shown(got, name), keeps})
	}
	return out
}

func kept(all []Difference) []Difference {
	return slices.DeleteFunc(all, func(d Difference) bool { return !d.Kept })
}

// named is the record without a name that is its address: that is what systems put there
// which know nobody without a name.
func named(r desk.Record) desk.Record {
	switch r := r.(type) {
	case *desk.Contact:
		if slices.ContainsFunc(r.Emails, func(a string) bool { return strings.EqualFold(a, r.Name) }) {
			c := *r
			c.Name = ""
			return &c
		}
	case *desk.Agent:
		if strings.EqualFold(r.Email, r.Name) {
			a := *r
			a.Name = ""
			return &a
		}
	}
	return r
}

// There is the record as it should come back: its references are the target's, and its
// times no finer than the target keeps them.
func There(r desk.Record, caps connectors.Caps) desk.Record {
	r = desk.Clone(r)
	for _, ref := range desk.Refs(r) {
		*ref = desk.To(ref.Kind, ref.Target)
	}
	return Cut(r, caps.Step)
}

// Cut cuts the times of a record, in place, to what the target keeps of them.
func Cut(r desk.Record, step time.Duration) desk.Record {
	if step <= 0 {
		return r
	}
	r.About().Created = r.About().Created.Truncate(step)
	if t, ok := r.(*desk.Ticket); ok {
		cutTicket(t, step)
	}
	return r
}

func cutTicket(t *desk.Ticket, step time.Duration) {
	for _, at := range []*time.Time{&t.Due, &t.Solved, &t.Closed} {
		*at = at.Truncate(step)
	}
	t.History = slices.Clone(t.History)
	for i := range t.History {
		t.History[i].At = t.History[i].At.Truncate(step)
	}
	if t.Rating != nil {
		r := *t.Rating
		r.At = r.At.Truncate(step)
		t.Rating = &r
	}
	for i := range t.Messages {
		t.Messages[i].At = t.Messages[i].At.Truncate(step)
	}
}

// OfItsOwn tells what a system may put there by itself.
func OfItsOwn(name string) bool {
	return name == "url" || name == "number" || name == "created" || strings.HasPrefix(name, "fields.")
}

// most is how many letters of a value are shown.
const most = 120

// shown is a field of a record for people.
func shown(r desk.Record, name string) string {
	b, err := desk.Marshal(r)
	if err != nil {
		return ""
	}
	return fieldOf(b, name)
}

func fieldOf(b []byte, name string) string {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		return ""
	}
	if custom, ok := strings.CutPrefix(name, "fields."); ok {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(all["fields"], &fields); err != nil {
			return ""
		}
		return plain(fields[custom])
	}
	return plain(all[name])
}

// plain is a value without the quotes of JSON, shortened.
func plain(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) != nil {
		s = string(v)
	}
	if names := refs(v); len(names) > 0 {
		s = strings.Join(names, ", ")
	}
	return Short(s)
}

// refs are the references in a value, as people say them; none if it is something else.
func refs(v json.RawMessage) (names []string) {
	if bytes.HasPrefix(v, []byte("{")) {
		v = slices.Concat(json.RawMessage("["), v, json.RawMessage("]"))
	}
	d := json.NewDecoder(bytes.NewReader(v))
	d.DisallowUnknownFields()
	var all []struct{ Kind, ID string }
	if d.Decode(&all) != nil {
		return nil
	}
	for _, ref := range all {
		if ref.Kind == "" || ref.ID == "" {
			return nil
		}
		names = append(names, ref.Kind+" "+ref.ID)
	}
	return names
}

// Short is the beginning of a text, on one line.
func Short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
