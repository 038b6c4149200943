package jsonl

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// behind is what stands behind the journalled length: first lines that somebody else
// has added, which stay; then what a run of ours left that was killed before it was
// promised, which is cut off and written again.
type behind struct {
	end     int64 // the file ends here
	cut     bool  // something of ours stands behind it
	unended bool  // the last line that stays lacks its line end
	first   string
	foreign int
}

// takeIn looks at what stands behind the journalled length, before anything is
// changed, and moves the end of the file behind the lines that stay.
func (t *target) takeIn(ctx context.Context) error {
	from := t.index.journal.Length
	b, err := t.lookBehind(ctx, from)
	if err != nil {
		return err
	}
	if b.foreign > 0 {
		t.log.Warn(fmt.Sprintf("jsonl: %s: %d lines that somebody else has added stay; the first is %s", t.cfg.Path, b.foreign, b.first))
	}
	if err := t.scan(ctx, from, b.end); err != nil {
		return err
	}
	t.end = b.end
	if b.unended && !t.dry {
		_, err := t.f.WriteAt([]byte("\n"), t.end)
		t.end++
		return connectors.StopIfFull(err)
	}
	return nil
}

// lookBehind tells lines of others from those that a killed run left.
func (t *target) lookBehind(ctx context.Context, from int64) (behind, error) {
	b := behind{end: from}
	info, err := t.f.Stat()
	if err != nil || info.Size() <= from {
		return b, err
	}
	ls := newLines(io.NewSectionReader(t.f, from, info.Size()-from), 0, from)
	for {
		ln, err := ls.next()
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err == nil {
			err = t.place(ctx, ln, &b)
		}
		if err != nil {
			return b, err
		}
	}
}

// place puts one line to those that stay or to those that are cut off.
func (t *target) place(ctx context.Context, ln line, b *behind) error {
	rec, err := decode(ln.text)
	whole := err == nil && !ln.long
	if !whole && ln.torn {
		if b.cut || t.likeOurs(ln.start) {
			b.cut = true
			return nil
		}
		return stray(ln, "its last line is torn", "complete or remove its last line")
	}
	mine := false
	if whole {
		if mine, err = t.unsettled(ctx, rec, ln); err != nil {
			return err
		}
		// Behind one of ours: a tombstone has no mark, and what is written again may repeat what
		// stands.
		mine = mine || b.cut && (ln.torn || rec.About().Mark != "" || spotOf(rec, ln).Gone)
	}
	switch {
	case mine:
		b.cut = true
	case b.cut && len(ln.text) > 0:
		return stray(ln, "a line that somebody has added follows lines that an interrupted run did not finish", "move that line, and those after it, elsewhere")
	case !b.cut:
		b.end, b.unended = ln.end, ln.torn
		if len(ln.text) == 0 {
			return nil
		}
		if b.foreign++; b.foreign == 1 {
			b.first = fmt.Sprintf("at byte %d", ln.start)
			if whole {
				b.first = fmt.Sprintf("%s %s (byte %d)", rec.Kind(), rec.About().ID, ln.start)
			}
		}
	}
	return nil
}

// stray is a line that can neither be kept nor cut off.
func stray(ln line, what, hint string) error {
	return &connectors.Trouble{
		Reason: connectors.ReasonConflict, Hint: hint,
		Err: fmt.Errorf("byte %d: %s: %w", ln.start, what, connectors.ErrDenied),
	}
}

// unsettled tells whether a line is one that we wrote and never promised: it carries a
// mark, as all that a run writes, and does not repeat the line that stands.
func (t *target) unsettled(ctx context.Context, rec desk.Record, ln line) (bool, error) {
	mark := rec.About().Mark
	if mark == "" {
		return false, nil
	}
	at, err := t.index.get(ctx, rec.Kind(), rec.About().ID)
	if err != nil || at.Mark != mark || at.Gone {
		return err == nil, err
	}
	stands := make([]byte, at.Length)
	if _, err := t.f.ReadAt(stands, at.Offset); err != nil {
		return false, err
	}
	return string(stands) != string(ln.text)+"\n", nil
}
