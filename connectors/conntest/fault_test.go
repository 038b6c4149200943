package conntest

import (
	"context"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// The faults of bite_test.go, one a function.

type items = iter.Seq2[connectors.Item, error]

func twice(ctx context.Context, d *mem.Desk, r desk.Record) (connectors.Receipt, error) {
	if _, err := d.Create(ctx, r); err != nil {
		return connectors.Receipt{}, err
	}
	return d.Create(ctx, r)
}

func firstPage(ctx context.Context, d *mem.Desk, kind desk.Kind, after connectors.Cursor) items {
	return func(yield func(connectors.Item, error) bool) {
		n := 0
		for it, err := range d.Read(ctx, kind, after) {
			if n++; n > 3 || !yield(it, err) {
				return
			}
		}
	}
}

// exclusive has cursors that are times, and goes on after that time.
func exclusive(ctx context.Context, d *mem.Desk, kind desk.Kind, after connectors.Cursor) items {
	return func(yield func(connectors.Item, error) bool) {
		for it, err := range d.Read(ctx, kind, "") {
			if err == nil {
				it.Cursor = connectors.Cursor(it.Record.About().Created.Format(time.RFC3339))
				if after != "" && it.Cursor <= after {
					continue
				}
			}
			if !yield(it, err) {
				return
			}
		}
	}
}

func fromStart(ctx context.Context, d *mem.Desk, kind desk.Kind, _ connectors.Cursor) items {
	return d.Read(ctx, kind, "")
}

func neverAgain(ctx context.Context, d *mem.Desk, kind desk.Kind, after connectors.Cursor) items {
	if after != "" {
		return func(func(connectors.Item, error) bool) {}
	}
	return d.Read(ctx, kind, after)
}

func panicky(ctx context.Context, d *mem.Desk, kind desk.Kind, after connectors.Cursor) items {
	if after != "" && (after[0] < '0' || after[0] > '9') {
		panic("cursor")
	}
	return d.Read(ctx, kind, after)
}

func swallows(ctx context.Context, d *mem.Desk, kind desk.Kind, after connectors.Cursor) items {
	return d.Read(context.WithoutCancel(ctx), kind, after)
}

func leaks(until <-chan struct{}) func(context.Context, *mem.Desk, desk.Kind, connectors.Cursor) items {
	return func(ctx context.Context, d *mem.Desk, kind desk.Kind, after connectors.Cursor) items {
		go func() { <-until }()
		return d.Read(ctx, kind, after)
	}
}

func reversed(ctx context.Context, d *mem.Desk, kind desk.Kind, after connectors.Cursor) items {
	return each(func(it *connectors.Item) bool {
		if t, ok := it.Record.(*desk.Ticket); ok {
			slices.Reverse(t.Messages)
		}
		return true
	})(ctx, d, kind, after)
}

func public(ctx context.Context, d *mem.Desk, id desk.ID, m *desk.Message) (connectors.Receipt, error) {
	open := *m
	open.Note = false
	return d.Append(ctx, id, &open)
}

func later(ctx context.Context, d *mem.Desk, id desk.ID, m *desk.Message) (connectors.Receipt, error) {
	now := *m
	now.At = m.At.Add(time.Hour)
	return d.Append(ctx, id, &now)
}

func anyMark(ctx context.Context, d *mem.Desk, r desk.Record) (desk.ID, error) {
	for it, err := range d.Read(ctx, r.Kind(), "") {
		if err != nil {
			return "", err
		}
		return it.Record.About().ID, nil
	}
	return d.Find(ctx, r)
}

func marksOnly(ctx context.Context, d *mem.Desk, r desk.Record) (desk.ID, error) {
	bare := desk.New(r.Kind())
	bare.About().Mark = r.About().Mark
	return d.Find(ctx, bare)
}

// wipes writes the whole record whatever was asked.
func wipes(ctx context.Context, d *mem.Desk, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	switch r.(type) {
	case *desk.Ticket:
		fields = append(slices.Clone(fields), "number", "due", "category")
	case *desk.Contact:
		fields = append(slices.Clone(fields), "note")
	}
	return d.Update(ctx, id, r, fields)
}

func emptiesNothing(ctx context.Context, d *mem.Desk, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	var says []string
	for _, p := range desk.PrintsOf(r) {
		if slices.Contains(fields, p.Name) {
			says = append(says, p.Name)
		}
	}
	return d.Update(ctx, id, r, says)
}

func trims(t *desk.Ticket) {
	for i := range t.Messages {
		t.Messages[i].Text = strings.TrimSpace(t.Messages[i].Text)
	}
}

func cleans(t *desk.Ticket) {
	eachFile(t, func(f *desk.File) { f.Name = path.Base(f.Name) })
}

// halves takes what could be read for the whole.
func halves(t *desk.Ticket) {
	eachFile(t, func(f *desk.File) {
		open := f.Open
		f.Open = func(ctx context.Context) (io.ReadCloser, error) {
			rc, err := open(ctx)
			if err != nil {
				return nil, fmt.Errorf("open: %w", err)
			}
			return io.NopCloser(forgiving{rc}), nil
		}
	})
}

type forgiving struct{ io.Reader }

func (f forgiving) Read(b []byte) (int, error) {
	n, err := f.Reader.Read(b)
	if err != nil {
		err = io.EOF
	}
	return n, err
}

func cuts(t *desk.Ticket) {
	eachFile(t, func(f *desk.File) {
		open := f.Open
		f.Open = func(ctx context.Context) (io.ReadCloser, error) {
			rc, err := open(ctx)
			return io.NopCloser(io.LimitReader(rc, 1<<20)), err
		}
	})
}

func eachFile(t *desk.Ticket, change func(*desk.File)) {
	for i := range t.Messages {
		t.Messages[i].Files = slices.Clone(t.Messages[i].Files)
		for j := range t.Messages[i].Files {
			change(&t.Messages[i].Files[j])
		}
	}
}

func addressFirst(ctx context.Context, d *mem.Desk, r desk.Record) (desk.ID, error) {
	bare := desk.Clone(r)
	bare.About().Mark = ""
	if id, err := d.Find(ctx, bare); err == nil {
		return id, nil
	}
	return d.Find(ctx, r)
}

// keepsMarks lists what a message keeps, marks among it.
func keepsMarks(s *connectors.Spec) {
	s.Writes.Fields = map[desk.Kind][]string{desk.KindMessage: {"mark", "text", "at", "author", "note", "files"}}
}

func unmarked(ctx context.Context, d *mem.Desk, id desk.ID, m *desk.Message) (connectors.Receipt, error) {
	bare := *m
	bare.Mark = ""
	return d.Append(ctx, id, &bare)
}

func renamed(ctx context.Context, d *mem.Desk, r desk.Record) (connectors.Receipt, error) {
	got, err := d.Create(ctx, r)
	for was := range got.Messages {
		got.Messages[was] = "m"
	}
	return got, err
}

func misnamed(ctx context.Context, d *mem.Desk, id desk.ID, m *desk.Message) (connectors.Receipt, error) {
	got, err := d.Append(ctx, id, m)
	got.ID = id
	return got, err
}

func cutTimes(t *desk.Ticket) {
	t.Created = t.Created.Truncate(time.Second)
	for i := range t.Messages {
		t.Messages[i].At = t.Messages[i].At.Truncate(time.Second)
	}
}

func mergesTwins(t *desk.Ticket) {
	seen := map[desk.ID]bool{}
	t.Messages = slices.DeleteFunc(t.Messages, func(m desk.Message) bool {
		was := seen[m.ID]
		seen[m.ID] = true
		return was
	})
}

func needsID(ctx context.Context, d *mem.Desk, r desk.Record) (connectors.Receipt, error) {
	got, err := d.Create(ctx, r)
	if r.About().ID == "" {
		got.ID = ""
	}
	return got, err
}

// remembering finds what it found once, whatever became of it.
func remembering() func(context.Context, *mem.Desk, desk.Record) (desk.ID, error) {
	found := map[string]desk.ID{}
	return func(ctx context.Context, d *mem.Desk, r desk.Record) (desk.ID, error) {
		if id, ok := found[r.About().Mark]; ok {
			return id, nil
		}
		id, err := d.Find(ctx, r)
		if err == nil {
			found[r.About().Mark] = id
		}
		return id, err
	}
}
