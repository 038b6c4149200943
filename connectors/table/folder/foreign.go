package folder

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/desk"
)

// behind is what stands in a file behind the rows that the journal knows: first rows
// that somebody else has added, which stay; then what a run of ours left that was
// killed before it was safe, which is cut off and written again.
type behind struct {
	end     int64 // the file ends here
	cut     bool  // something of ours stands behind it
	unended bool  // the last row that stays lacks its line end
	foreign []foreignRow
	seen    map[string]spot // of foreign, by their keys
}

// foreignRow is a row that somebody else has written. It carries no mark, for marks
// are ours; by that it is told from one that a killed run left.
type foreignRow struct {
	at         spot
	key        string // of the index
	id         desk.ID
	natural    string
	newVersion bool // of a record that stands already
}

// takeIn looks at what stands behind the journalled length of each file, and then
// changes what is to be changed: who is refused finds all files as they were.
func (t *Target) takeIn(ctx context.Context) error {
	ends := map[desk.Kind]behind{}
	for _, kind := range table.Sheets() {
		f := t.files[kind]
		if f == nil || t.altered[kind] != nil {
			continue
		}
		b, err := t.lookBehind(ctx, kind, f)
		if err != nil {
			return err
		}
		ends[kind] = b
	}
	for kind, b := range ends {
		if err := t.endAt(ctx, kind, b); err != nil {
			return err
		}
	}
	return nil
}

// endAt cuts off what is ours and takes in what is not.
func (t *Target) endAt(ctx context.Context, kind desk.Kind, b behind) error {
	f := t.files[kind]
	if b.cut && !t.env.DryRun {
		if err := errors.Join(f.f.Truncate(b.end), f.f.Sync()); err != nil {
			return t.denied(f.label, err)
		}
	}
	if len(b.foreign) == 0 {
		return nil
	}
	t.env.Log.Warn(fmt.Sprintf("%s: %s: %d rows that somebody else has added stay; the first is %s %s (%s)",
		t.o.Connector, f.label, len(b.foreign), kind, b.foreign[0].id, t.at(kind, b.foreign[0].at.off)))
	f.flat = b.end
	f.rows += int64(len(b.foreign))
	if b.unended && !t.env.DryRun {
		f.buf = append(f.buf, "\r\n"...)
	}
	for _, row := range b.foreign {
		t.pending[row.key] = row.at.encode()
		if row.newVersion {
			f.stale++
		}
		if row.natural == "" {
			continue
		}
		if was, err := t.get(ctx, row.natural); err != nil || was != nil {
			if err != nil {
				return err
			}
			continue // who was there first is found by it
		}
		t.pending[row.natural] = []byte(row.id)
	}
	return nil
}

// lookBehind tells foreign rows from those that a killed run left.
func (t *Target) lookBehind(ctx context.Context, kind desk.Kind, f *outFile) (behind, error) {
	b := behind{end: f.flat, seen: map[string]spot{}}
	info, err := f.f.Stat()
	if err != nil || info.Size() <= f.flat {
		return b, err
	}
	layout, err := table.Resolve(table.Settings{Kind: kind}, table.Columns(kind), nil)
	if err != nil {
		return b, err
	}
	sp := rows.New(f.f, info.Size(), rows.Ours(), info.Size()+1)
	sp.Want = len(layout.Names)
	sp.Resume(f.flat, 1, false)
	for {
		r, err := sp.Next()
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return b, err
		}
		if err := t.place(ctx, kind, layout, r, &b); err != nil {
			var stray *connectors.Trouble
			if !t.env.DryRun || !errors.As(err, &stray) {
				return b, err
			}
			t.env.Log.Warn(err.Error()) // a look at what stands goes on without it
		}
	}
}

// place puts one row to those that stay or to those that are cut off.
func (t *Target) place(ctx context.Context, kind desk.Kind, layout *table.Layout, r rows.Row, b *behind) error {
	if r.Bad != "" {
		if r.Torn && (b.cut || t.beginsLikeOurs(kind, r.Off)) {
			b.cut = true
			return nil
		}
		return t.stray(kind, r.Off, "what somebody has added there is no whole row ("+r.Bad+")", "complete it, or take it out")
	}
	mine, err := t.unsettled(ctx, kind, layout, r.Cells)
	switch {
	case err != nil:
		return err
	case mine, r.Torn && b.cut:
		b.cut = true
		return nil
	case b.cut:
		return t.stray(kind, r.Off, "a row that somebody has added follows rows that an interrupted run did not finish", "move that row, and those after it, elsewhere")
	}
	add, err := t.foreign(ctx, kind, layout, r, b.seen)
	if err == nil {
		b.foreign = append(b.foreign, add)
		b.seen[add.key] = add.at
		b.end, b.unended = r.End, r.Torn
	}
	return err
}

// stray is a row that can neither be kept nor cut off.
func (t *Target) stray(kind desk.Kind, off int64, what, hint string) error {
	return &connectors.Trouble{
		Reason: connectors.ReasonConflict, Hint: hint,
		Err: t.failed("%s: %s: %s: %w", t.name(kind), t.at(kind, off), what, connectors.ErrDenied),
	}
}

// beginsLikeOurs tells whether a torn row begins as ours do, with a version.
func (t *Target) beginsLikeOurs(kind desk.Kind, off int64) bool {
	b := make([]byte, 20)
	n, _ := t.files[kind].f.ReadAt(b, off) // the end of the file is near
	for i, c := range b[:n] {
		if c < '0' || c > '9' {
			return i > 0 && c == ','
		}
	}
	return n > 0
}

// unsettled tells whether a row is one that we wrote and never promised: it carries a
// mark, as all that a run writes, and no row that is safe is as new.
func (t *Target) unsettled(ctx context.Context, kind desk.Kind, layout *table.Layout, cells []string) (bool, error) {
	mark := table.Unguard(cells[len(cells)-1])
	if mark == "" {
		return false, nil
	}
	id, version := layout.Version(cells)
	if kind == desk.KindMessage {
		ticket, _ := layout.Place(cells)
		known, err := t.marked(ctx, ticket, mark)
		return !known, err
	}
	owner, err := t.get(ctx, markKey(kind, mark))
	if err != nil || owner == nil {
		return err == nil, err
	}
	b, err := t.get(ctx, indexKey(kind, desk.ID(id)))
	if err != nil || string(owner) != id || b == nil {
		return false, err
	}
	at, err := decodeSpot(b)
	return version > at.version, err
}

// marked tells whether a ticket has a message with the mark.
func (t *Target) marked(ctx context.Context, ticket desk.ID, mark string) (bool, error) {
	spots, err := t.spots(ctx, ticketPrefix(ticket))
	if err != nil {
		return false, err
	}
	for _, at := range spots {
		cells, err := t.cells(desk.KindMessage, at)
		if err != nil {
			return false, err
		}
		if table.Unguard(cells[len(cells)-1]) == mark {
			return true, nil
		}
	}
	return false, nil
}

// foreign is a row as it is taken in. It is refused where it would hide another one.
func (t *Target) foreign(ctx context.Context, kind desk.Kind, layout *table.Layout, r rows.Row, seen map[string]spot) (foreignRow, error) {
	id, version := layout.Version(r.Cells)
	f := foreignRow{at: spot{off: r.Off, size: r.End - r.Off, version: version}, key: indexKey(kind, desk.ID(id)), id: desk.ID(id)}
	if kind == desk.KindMessage {
		ticket, _ := layout.Place(r.Cells)
		f.key = messageKey(ticket, f.id)
	}
	switch {
	case id == "":
		return f, t.stray(kind, r.Off, "a row that somebody has added has no id", "give it one of its own, or take it out")
	case r.Cells[len(r.Cells)-1] != "":
		return f, t.stray(kind, r.Off, fmt.Sprintf("a row that somebody has added (%s %s) carries the mark of another", kind, id), "empty its column mark and give it an id of its own, or take it out")
	}
	at, err := t.stands(ctx, f.key, seen)
	if err != nil {
		return f, err
	}
	if f.newVersion = at.size > 0; f.newVersion {
		if kind == desk.KindMessage || version <= at.version {
			return f, t.stray(kind, r.Off, fmt.Sprintf("a row that somebody has added has the id of a %s that stands there already, %s", kind, id), "give it an id of its own, or take it out")
		}
	}
	if f.natural, err = t.naturalOf(kind, r.Cells); err != nil {
		return f, t.stray(kind, r.Off, fmt.Sprintf("a row that somebody has added (%s %s) cannot be read: %v", kind, id, err), "correct it, or take it out")
	}
	return f, nil
}

// stands is where the row of a key stands; its size is 0 if none does.
func (t *Target) stands(ctx context.Context, key string, seen map[string]spot) (spot, error) {
	if at, ok := seen[key]; ok {
		return at, nil
	}
	b, err := t.get(ctx, key)
	if err != nil || b == nil {
		return spot{}, err
	}
	return decodeSpot(b)
}
