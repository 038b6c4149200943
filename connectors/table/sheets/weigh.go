package sheets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/desk"
)

// What a row is, seen beside what the state knows.
const (
	isFresh = iota // new, changed, or changed in a generation that was not settled
	isKnown        // as it was
	isTwin         // a second row with one id, the same
	isRival        // a second row with one id, another
)

// weigh compares what was read with the state and writes it down there.
func (p *pass) weigh(ctx context.Context, key string, h place, hash [16]byte, parent desk.ID) (int, error) {
	e, known, err := p.s.entry(ctx, key)
	if err != nil {
		return 0, err
	}
	mine := e.file == uint64(h.input) && e.off == uint64(h.row.Off)
	if known && !mine && p.standing(e) {
		if e.hash == hash {
			return isTwin, nil
		}
		return isRival, nil
	}
	was := e
	if !known || e.hash != hash || e.gone {
		e.changed = p.rec.Gen
	}
	e.seen, e.file, e.off, e.hash, e.gone, e.parent = p.rec.Gen, uint64(h.input), uint64(h.row.Off), hash, false, parent
	if e != was {
		if err := p.s.env.State.Put(ctx, key, e.encode()); err != nil {
			return 0, err
		}
	}
	if e.changed > p.rec.Base {
		return isFresh, nil
	}
	return isKnown, nil
}

// mostAlike is how many equal rows without ids are told apart by number.
const mostAlike = 1000

// anonymous gives a row without an id one: the hash of its cells, and a number
// where the same cells stand more than once.
func (p *pass) anonymous(ctx context.Context, h place, kind desk.Kind, cells []string) (desk.ID, error) {
	sum := rows.Sum([]byte(strings.Join(cells, "\x1f")))
	id := desk.ID(sum)
	for n := 2; n <= mostAlike; n++ {
		e, known, err := p.s.entry(ctx, recordKey(kind, id))
		if err != nil {
			return "", err
		}
		if !known || e.file == uint64(h.input) && e.off == uint64(h.row.Off) || !p.standing(e) {
			return id, nil
		}
		id = desk.ID(sum + "-" + strconv.Itoa(n))
	}
	return id, nil
}

// aside yields a row that could not be read, once: not again while it stays.
func (p *pass) aside(ctx context.Context, h place, kind desk.Kind, parent desk.ID, yield yielder) bool {
	raw, err := h.sheet.readAt(h.row.Off, int(min(h.row.End-h.row.Off, 4<<10)))
	if err != nil {
		return fail(yield, err)
	}
	sum := h.sheet.Base + ":" + rows.Sum(fmt.Appendf(raw, " %d", h.row.End-h.row.Off))
	id := sum
	verdict := isTwin
	for n := 2; verdict == isTwin && n <= mostAlike; n++ {
		if verdict, err = p.weigh(ctx, "a/"+string(kind)+"/"+id, h, hashOf(nil), parent); err != nil {
			return fail(yield, err)
		}
		if verdict == isTwin {
			id = sum + "-" + strconv.Itoa(n)
		}
	}
	if verdict == isKnown {
		return true
	}
	lost := ""
	if h.row.Last > h.row.Line {
		lost = "; these lines were left out"
	}
	return yield(connectors.Item{Cursor: h.next.String(), Aside: &connectors.Aside{
		Kind: kind, ID: desk.ID(id), Parent: parent, Reason: h.row.Reason,
		Detail: fmt.Sprintf("%s: %s%s: correct the file and run again", h, h.row.Bad, lost),
	}}, nil)
}

// second yields a second row with an id that was there already. The first row is
// the record: an equal one is skipped, another one is put to the admin, because
// which of the two is right cannot be told from the file.
func (p *pass) second(ctx context.Context, h place, rec desk.Record, verdict int, yield yielder) bool {
	id := rec.About().ID
	h.row.Reason = connectors.ReasonDuplicate
	h.row.Bad = fmt.Sprintf("a second row for %s %s, equal to the first", rec.Kind(), id)
	if verdict == isRival {
		h.row.Reason = connectors.ReasonAmbiguous
		h.row.Bad = fmt.Sprintf("a second row for %s %s says other things than the first, which was taken", rec.Kind(), id)
	}
	return p.aside(ctx, h, rec.Kind(), "", yield)
}

// vanished yields tombstones for records whose rows are gone.
func (p *pass) vanished(ctx context.Context, yield yielder) bool {
	prefix := recordKey(p.kind, "")
	for item, err := range p.s.env.State.Scan(ctx, prefix, "") {
		if err != nil {
			return fail(yield, err)
		}
		e, ok := decodeEntry(item.Value)
		if !ok || !e.gone && p.standing(e) {
			continue
		}
		if !e.gone {
			e.gone, e.changed = true, p.rec.Gen
			if err := p.s.env.State.Put(ctx, item.Key, e.encode()); err != nil {
				return fail(yield, err)
			}
		}
		if e.changed <= p.rec.Base {
			continue
		}
		rec := desk.New(p.kind)
		rec.About().ID, rec.About().Deleted = desk.ID(strings.TrimPrefix(item.Key, prefix)), true
		c := cursor{Gen: p.rec.Gen, Base: p.rec.Base, File: len(p.inputs)}
		if !yield(connectors.Item{Record: rec, Cursor: c.String()}, nil) {
			return false
		}
	}
	return true
}

// versions notes which rows of a file of our own writing were replaced by later
// ones: normally none, because a finished run leaves only the last.
func (p *pass) versions(ctx context.Context, sh *Sheet) error {
	if !sh.Exact || sh.Kind == desk.KindMessage {
		return nil
	}
	sp := sh.Rows(sh.Off, sh.Line)
	for {
		r, err := sp.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if r.Bad != "" {
			continue
		}
		if id, v := sh.Version(r.Cells); v > 1 {
			if err := p.s.env.State.Put(ctx, versionKey(sh, id), []byte(strconv.FormatInt(v, 10))); err != nil {
				return err
			}
		}
	}
}

func versionKey(sh *Sheet, id string) string { return "v/" + string(sh.Kind) + "/" + id }

func (p *pass) stale(ctx context.Context, sh *Sheet, cells []string) (bool, error) {
	id, v := sh.Version(cells)
	b, err := p.s.env.State.Get(ctx, versionKey(sh, id))
	if err != nil || b == nil {
		return false, err
	}
	last, err := strconv.ParseInt(string(b), 10, 64)
	return v < last, err
}
