package desk

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
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
	var w printer
	for name, v := range values(r) {
		w.add(name, v)
	}
	for name, v := range r.About().Fields {
		w.add("fields."+name, v)
	}
	slices.SortFunc(w.out, func(a, b Print) int { return strings.Compare(a.Name, b.Name) })
	return w.out
}

// Print fingerprints a message with the names and types of its files, as 32
// hexadecimal digits. Sizes and hashes are left out: a source may learn them
// only when it hands out the bytes.
func (m *Message) Print() string {
	var w printer
	w.reset()
	for i, v := range []any{
		m.Author, m.From, m.To, m.CC, m.BCC, m.At, m.Note, m.Channel, m.Subject,
		m.MessageID, m.InReplyTo, m.References, m.Text, m.HTML, m.Fields,
	} {
		w.buf = append(w.buf, byte(i))
		w.value(v)
	}
	for _, f := range m.Files {
		w.list('f', f.Name, f.Type, f.CID)
	}
	sum := sha256.Sum256(w.buf)
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

// values yields the writable fields of r by their canonical names.
func values(r Record) map[string]any {
	m := r.About()
	v := map[string]any{"created": m.Created, "deleted": m.Deleted, "url": m.URL}
	switch r := r.(type) {
	case *Ticket:
		maps.Copy(v, map[string]any{
			"number": r.Number, "subject": r.Subject, "status": string(r.Status), "priority": string(r.Priority),
			"type": r.Type, "channel": r.Channel, "requester": r.Requester, "participants": sorted(r.Participants),
			"assignee": r.Assignee, "group": r.Group, "category": r.Category, "tags": slices.Sorted(slices.Values(r.Tags)),
			"rating": r.Rating, "history": r.History, "due": r.Due, "solved": r.Solved, "closed": r.Closed,
			"merged_into": r.MergedInto,
		})
	case *Contact:
		maps.Copy(v, map[string]any{
			"name": r.Name, "emails": r.Emails, "phones": r.Phones, "org": r.Org,
			"language": r.Language, "zone": r.Zone, "note": r.Note,
		})
	case *Agent:
		maps.Copy(v, map[string]any{"name": r.Name, "email": r.Email, "groups": sorted(r.Groups), "disabled": r.Disabled})
	case *Organization:
		maps.Copy(v, map[string]any{"name": r.Name, "domains": slices.Sorted(slices.Values(r.Domains)), "note": r.Note})
	case *Group:
		v["name"] = r.Name
	case *Category:
		v["name"], v["parent"] = r.Name, r.Parent
	}
	return v
}

func sorted(refs []Ref) []Ref {
	return slices.SortedFunc(slices.Values(refs), func(a, b Ref) int {
		return strings.Compare(string(a.Kind)+string(a.ID)+string(a.Target), string(b.Kind)+string(b.ID)+string(b.Target))
	})
}

// A printer turns values into bytes in one way only: each is tagged with its
// sort and preceded by its length.
type printer struct {
	buf []byte
	out Prints
}

func (w *printer) reset() { w.buf = w.buf[:0] }

func (w *printer) add(name string, v any) {
	w.reset()
	w.value(v)
	if len(w.buf) == 0 {
		return
	}
	sum := sha256.Sum256(w.buf)
	f := Print{Name: name}
	copy(f.Sum[:], sum[:])
	w.out = append(w.out, f)
}

// value appends nothing for a value that says nothing at the top of a field.
func (w *printer) value(v any) {
	switch v := v.(type) {
	case nil:
	case string:
		w.text('s', v)
	case bool:
		if v {
			w.buf = append(w.buf, 'b')
		}
	case time.Time:
		if !v.IsZero() {
			w.text('t', v.UTC().Format(time.RFC3339Nano))
		}
	case Ref:
		w.ref(v)
	case []Ref:
		for _, r := range v {
			w.ref(r)
		}
	case []string:
		for _, s := range v {
			w.buf = append(w.buf, 'e')
			w.text('s', s)
		}
	case Address:
		w.list('a', v.Name, v.Email)
	case []Address:
		for _, a := range v {
			w.list('A', a.Name, a.Email)
		}
	case *Rating:
		if v != nil {
			w.list('r', v.Score, v.Comment)
			w.value(v.At)
		}
	case []Change:
		for _, c := range v {
			w.list('h', string(c.From), string(c.To))
			w.value(c.At)
			w.ref(c.By)
		}
	default:
		w.json(v)
	}
}

func (w *printer) ref(r Ref) {
	if id := r.Target; id != "" {
		w.list('R', string(r.Kind), string(id))
	} else if r.ID != "" {
		w.list('S', string(r.Kind), string(r.ID))
	}
}

func (w *printer) text(tag byte, s string) {
	if s == "" {
		return
	}
	w.buf = binary.AppendUvarint(append(w.buf, tag), uint64(len(s)))
	w.buf = append(w.buf, s...)
}

func (w *printer) list(tag byte, parts ...string) {
	w.buf = append(w.buf, tag)
	for _, s := range parts {
		w.buf = binary.AppendUvarint(w.buf, uint64(len(s)))
		w.buf = append(w.buf, s...)
	}
}

// json covers custom fields; encoding/json sorts the keys of maps.
func (w *printer) json(v any) {
	if m, ok := v.(map[string]any); ok && len(m) == 0 {
		return
	}
	b, err := json.Marshal(v)
	if err != nil {
		b = fmt.Appendf(nil, "%#v", v) // what JSON cannot hold is still compared
	}
	if !bytes.Equal(b, []byte("null")) {
		w.text('j', string(b))
	}
}
