package mem

import (
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// messageFields are the fields of a message by their canonical names, its id
// excepted.
var messageFields = []string{
	"mark", "author", "from", "to", "cc", "bcc", "at", "note", "channel", "subject", "message_id",
	"in_reply_to", "references", "text", "html", "folds", "files", "fields.",
}

// drop empties what caps leave no room for.
func drop(caps connectors.Caps, r desk.Record) {
	empty := desk.New(r.Kind())
	for _, p := range desk.PrintsOf(r) {
		if !caps.Keeps(r.Kind(), p.Name) {
			mustAssign(desk.Assign(r, empty, p.Name))
		}
	}
	t, ok := r.(*desk.Ticket)
	if !ok {
		return
	}
	for i := range t.Messages {
		for _, name := range messageFields {
			if !caps.Keeps(desk.KindMessage, name) {
				mustAssign(desk.AssignMessage(&t.Messages[i], new(desk.Message), strings.TrimSuffix(name, ".")))
			}
		}
	}
}

// mustAssign stops on what only a mistake in this package can bring about.
func mustAssign(err error) {
	if err != nil {
		panic(err)
	}
}

// Dump is the whole desk as sorted lines of canonical JSON, so that two desks
// that hold the same compare equal however their records came in: ids and
// references are given as marks where there are marks, times of change are left
// out, files count by hash.
func (d *Desk) Dump() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var lines []string
	for _, w := range d.rows {
		rec := d.out(w)
		m := rec.About()
		m.ID, m.Updated, m.Version = d.name(key{rec.Kind(), m.ID}), time.Time{}, ""
		for _, ref := range desk.Refs(rec) {
			ref.ID = d.name(key{ref.Kind, ref.ID})
		}
		if t, ok := rec.(*desk.Ticket); ok {
			for i := range t.Messages {
				if t.Messages[i].Mark != "" {
					t.Messages[i].ID = ""
				}
			}
		}
		line, err := desk.Marshal(rec)
		if err != nil {
			line = []byte(err.Error())
		}
		lines = append(lines, string(line)+"\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// name is the mark of the record at k, or its id if it has none.
func (d *Desk) name(k key) desk.ID {
	if w := d.rows[k]; w != nil && w.rec.About().Mark != "" {
		return desk.ID(w.rec.About().Mark)
	}
	return k.id
}

// Count tells how many records and how many messages the desk holds, tombstones
// excepted.
func (d *Desk) Count() (records, messages int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range d.rows {
		if w.gone {
			continue
		}
		records++
		if t, ok := w.rec.(*desk.Ticket); ok {
			messages += len(t.Messages)
		}
	}
	return records, messages
}

// CountOf tells how many records of one kind the desk holds.
func (d *Desk) CountOf(kind desk.Kind) (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for k, w := range d.rows {
		if k.kind == kind && !w.gone {
			n++
		}
	}
	return n
}
