package desk

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Prints are the fingerprints of a record's fields as they would be written, in
// the order of their names. A field that says nothing (an empty string, a zero
// time) is not among them, so that a new field of this package changes no print
// that was stored before it.
//
// Names are those of the canonical JSON; custom fields are "fields.NAME".
type Prints []Print

// Print is the fingerprint of one field.
type Print struct {
	Name string
	Sum  [8]byte
}

// PrintsOf fingerprints what would be written for r: neither its id, its mark,
// its messages nor when the source updated it. References count by their target
// id where they are linked, else by the source's.
func PrintsOf(r Record) Prints {
	w := newPrinter()
	out := make(Prints, 0, 16)
	each(r, func(name string, v any) {
		w.value(v)
		if sum, said := w.sum(); said {
			out = append(out, Print{Name: name, Sum: [8]byte(sum[:])})
		}
	})
	slices.SortFunc(out, func(a, b Print) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// SameValue tells whether two values of a custom field say the same; nothing, an empty
// text and false all say nothing.
func SameValue(a, b any) bool {
	w := newPrinter()
	w.value(a)
	one, _ := w.sum()
	w.value(b)
	other, _ := w.sum()
	return one == other
}

// Print fingerprints a message with the names and types of its files, as 32
// hexadecimal digits. Sizes and hashes are left out: a source may learn them
// only when it hands out the bytes.
func (m *Message) Print() string {
	w := newPrinter()
	for i, v := range [...]any{
		m.Author, m.From, m.To, m.CC, m.BCC, m.At, m.Note, m.Channel, m.Subject,
		m.MessageID, m.InReplyTo, m.References, m.Text, m.HTML, m.Fields,
	} {
		w.tag(byte(i))
		w.value(v)
	}
	for _, f := range m.Files {
		w.list('f', f.Name, f.Type, f.CID)
	}
	sum, _ := w.sum()
	return hex.EncodeToString(sum[:16])
}

// Changed lists the names of the fields whose fingerprints differ between p and
// was, in order; a field that only one of them has is among them.
func (p Prints) Changed(was Prints) []string {
	var names []string
	for len(p) > 0 || len(was) > 0 {
		switch {
		case len(was) == 0 || len(p) > 0 && p[0].Name < was[0].Name:
			names, p = append(names, p[0].Name), p[1:]
		case len(p) == 0 || was[0].Name < p[0].Name:
			names, was = append(names, was[0].Name), was[1:]
		default:
			if p[0].Sum != was[0].Sum {
				names = append(names, p[0].Name)
			}
			p, was = p[1:], was[1:]
		}
	}
	return names
}

// Has tells whether the named field says something.
func (p Prints) Has(name string) bool {
	return slices.ContainsFunc(p, func(f Print) bool { return f.Name == name })
}

// Only returns the prints of the named fields.
func (p Prints) Only(names ...string) Prints {
	return slices.DeleteFunc(slices.Clone(p), func(f Print) bool { return !slices.Contains(names, f.Name) })
}

// printScheme is the first byte of encoded prints; a new scheme must not make
// old prints lie.
const printScheme = 1

// Encode packs the prints for storage.
func (p Prints) Encode() []byte {
	if len(p) == 0 {
		return nil
	}
	b := []byte{printScheme}
	for _, f := range p {
		b = binary.AppendUvarint(b, uint64(len(f.Name)))
		b = append(append(b, f.Name...), f.Sum[:]...)
	}
	return b
}

// DecodePrints unpacks what Encode packed; no bytes are no prints.
func DecodePrints(b []byte) (Prints, error) {
	if len(b) == 0 {
		return nil, nil
	}
	if b[0] != printScheme {
		return nil, fmt.Errorf("fingerprints of scheme %d are unknown here", b[0])
	}
	var p Prints
	for b = b[1:]; len(b) > 0; {
		n, k := binary.Uvarint(b)
		if k <= 0 || uint64(len(b)-k) < n+8 {
			return nil, errors.New("fingerprints are cut short")
		}
		f := Print{Name: string(b[k : k+int(n)])}
		copy(f.Sum[:], b[k+int(n):])
		p, b = append(p, f), b[k+int(n)+8:]
	}
	return p, nil
}

// each calls f with the writable fields of r by their canonical names.
func each(r Record, f func(name string, v any)) {
	m := r.About()
	f("created", m.Created)
	f("deleted", m.Deleted)
	f("url", m.URL)
	for name, v := range m.Fields {
		f("fields."+name, v)
	}
	switch r := r.(type) {
	case *Ticket:
		r.each(f)
	case *Contact:
		f("name", r.Name)
		f("emails", r.Emails)
		f("phones", r.Phones)
		f("org", r.Org)
		f("language", r.Language)
		f("zone", r.Zone)
		f("note", r.Note)
	case *Agent:
		f("name", r.Name)
		f("email", r.Email)
		f("groups", sorted(r.Groups))
		f("disabled", r.Disabled)
	case *Organization:
		f("name", r.Name)
		f("domains", slices.Sorted(slices.Values(r.Domains)))
		f("note", r.Note)
	case *Group:
		f("name", r.Name)
	case *Category:
		f("name", r.Name)
		f("parent", r.Parent)
	}
}

func (t *Ticket) each(f func(name string, v any)) {
	f("number", t.Number)
	f("subject", t.Subject)
	f("status", string(t.Status))
	f("priority", string(t.Priority))
	f("type", t.Type)
	f("channel", t.Channel)
	f("requester", t.Requester)
	f("participants", sorted(t.Participants))
	f("assignee", t.Assignee)
	f("group", t.Group)
	f("category", t.Category)
	f("tags", slices.Sorted(slices.Values(t.Tags)))
	f("rating", t.Rating)
	f("history", t.History)
	f("due", t.Due)
	f("solved", t.Solved)
	f("closed", t.Closed)
	f("merged_into", t.MergedInto)
}

// sorted brings references into the order of what they are printed as: those of a record
// that was written, which know the source's ids too, and those of its copy, as it is read
// back, make one print.
func sorted(refs []Ref) []Ref {
	as := func(r Ref) string {
		if r.Target != "" {
			return string(r.Kind) + "\x00" + string(r.Target)
		}
		return string(r.Kind) + "\x00" + string(r.ID)
	}
	return slices.SortedFunc(slices.Values(refs), func(a, b Ref) int { return strings.Compare(as(a), as(b)) })
}
