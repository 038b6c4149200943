package jsonl

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// target writes a file of lines. Every write appends a line; an update is a newer
// version of the whole record. Where each record's last version stands is kept in
// Env.State, so that memory does not grow with the file.
type target struct {
	cfg   *Config
	store store
	dry   bool
	log   *slog.Logger

	mu    sync.Mutex
	f     *os.File // nil in a dry run without a file
	w     *bufio.Writer
	end   int64 // length of the file once w is flushed
	index index
	lost  error // a Sync failed: nothing since the one before is sure
}

// Create writes r as a new line. Its id in the file is the source's; if another
// record has that id already (two sources in one file), a few letters of its mark
// are added. A record whose mark stands there is brought up to date: a run that
// was killed may have left an earlier form of it.
func (t *target) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	rec, got, err := t.store.prepare(ctx, r)
	if err != nil {
		return got, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	id, stands, err := t.index.name(ctx, rec)
	if err != nil {
		return connectors.Receipt{}, err
	}
	got.ID, rec.About().ID = id, id
	if stands {
		return got, t.renew(ctx, rec, &got)
	}
	return got, t.write(ctx, rec)
}

// prepare is r as it will stand in the file, its files kept; and the receipt.
func (s store) prepare(ctx context.Context, r desk.Record) (desk.Record, connectors.Receipt, error) {
	rec := desk.Clone(r)
	link(rec)
	got := connectors.Receipt{ID: rec.About().ID, Returned: desk.PrintsOf(rec)}
	t, ok := rec.(*desk.Ticket)
	if !ok {
		return rec, got, ctx.Err()
	}
	var err error
	got.Files, got.Losses, err = s.keep(ctx, t)
	if err != nil {
		return nil, connectors.Receipt{}, err
	}
	was := make([]desk.ID, len(t.Messages))
	for i := range t.Messages {
		was[i] = t.Messages[i].ID
	}
	tidy(t)
	got.Messages = map[desk.ID]desk.ID{}
	for i := range t.Messages {
		if slices.Contains(was, t.Messages[i].ID) {
			got.Messages[t.Messages[i].ID] = t.Messages[i].ID
		}
	}
	return rec, got, nil
}

// link turns references into those of the file: a connector that writes looks at
// Target only.
func link(r desk.Record) {
	for _, ref := range desk.Refs(r) {
		*ref = desk.To(ref.Kind, ref.Target)
	}
}

// encode is one line with its end.
func encode(rec desk.Record) ([]byte, error) {
	b, err := desk.Marshal(rec)
	if err != nil {
		return nil, connectors.Refuse(connectors.ReasonRefused, "", "%s", err.Error())
	}
	if len(b) > maxLine {
		return nil, connectors.Refuse(connectors.ReasonTooLarge, "leave it out, or move its longest messages into files",
			"%s %s takes %d bytes as a line, %d are allowed", rec.Kind(), rec.About().ID, len(b), maxLine)
	}
	return append(b, '\n'), nil
}

// write appends a version of rec. The caller holds the lock.
func (t *target) write(ctx context.Context, rec desk.Record) error {
	if t.dry {
		return fmt.Errorf("a dry run writes nothing: %w", connectors.ErrDenied)
	}
	b, err := encode(rec)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := t.w.Write(b); err != nil {
		return connectors.StopIfFull(fmt.Errorf("write %s: %w", t.cfg.Path, err))
	}
	err = t.index.set(ctx, rec, spot{Offset: t.end, Length: int64(len(b)), Mark: rec.About().Mark})
	t.end += int64(len(b))
	if err == nil && t.index.crowded() {
		err = t.commit(ctx)
	}
	return err
}

// load reads the last version of a record. The caller holds the lock.
func (t *target) load(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	at, err := t.index.get(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	if at.Length == 0 || at.Gone {
		return nil, fmt.Errorf("%s %q in %s: %w", kind, id, t.cfg.Path, connectors.ErrNotFound)
	}
	if t.w != nil {
		if err := t.w.Flush(); err != nil {
			return nil, connectors.StopIfFull(err)
		}
	}
	b := make([]byte, at.Length)
	if _, err := t.f.ReadAt(b, at.Offset); err != nil {
		return nil, fmt.Errorf("%s at byte %d: %w", t.cfg.Path, at.Offset, err)
	}
	rec, err := decode(b)
	if err != nil {
		return nil, fmt.Errorf("%s at byte %d: %w", t.cfg.Path, at.Offset, err)
	}
	return rec, nil
}

// Update writes a newer version in which the named fields say what r says.
func (t *target) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	src := desk.Clone(r)
	link(src)
	t.mu.Lock()
	defer t.mu.Unlock()
	rec, err := t.load(ctx, r.Kind(), id)
	if err != nil {
		return connectors.Receipt{}, err
	}
	before := desk.PrintsOf(rec)
	if err := desk.Assign(rec, src, fields...); err != nil {
		return connectors.Receipt{}, connectors.Refuse(connectors.ReasonRefused, "", "%s %s: %w", r.Kind(), id, err)
	}
	after := desk.PrintsOf(rec)
	got := connectors.Receipt{ID: id, Returned: after}
	if len(after.Changed(before)) == 0 {
		return got, nil
	}
	rec.About().Updated, rec.About().Version = r.About().Updated, r.About().Version
	return got, t.write(ctx, rec)
}

// Append writes a newer version of the ticket, with one message more.
func (t *target) Append(ctx context.Context, ticket desk.ID, m *desk.Message) (connectors.Receipt, error) {
	one, got, err := t.store.prepare(ctx, &desk.Ticket{Messages: []desk.Message{*m}})
	if err != nil {
		return connectors.Receipt{}, err
	}
	add := one.(*desk.Ticket).Messages[0]
	t.mu.Lock()
	defer t.mu.Unlock()
	rec, err := t.load(ctx, desk.KindTicket, ticket)
	if err != nil {
		return connectors.Receipt{}, err
	}
	to := rec.(*desk.Ticket)
	got = connectors.Receipt{ID: add.ID, Files: got.Files, Losses: got.Losses}
	for i := range to.Messages {
		if m.Mark != "" && to.Messages[i].Mark == m.Mark {
			got.ID = to.Messages[i].ID
			return got, nil
		}
		if to.Messages[i].ID == got.ID {
			got.ID, add.ID = other(add.ID, m.Mark), other(add.ID, m.Mark)
		}
	}
	to.Messages = append(to.Messages, add)
	tidy(to)
	return got, t.write(ctx, to)
}

// other is the id of a thing whose own id is taken.
func other(id desk.ID, mark string) desk.ID {
	sum := sha256.Sum256([]byte(mark))
	return id + "~" + desk.ID(hex.EncodeToString(sum[:4]))
}

// Fetch reads the last version of one record.
func (t *target) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	rec, err := t.load(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	if _, err := t.store.open(rec); err != nil {
		return nil, fmt.Errorf("%s %s: %w", kind, id, err)
	}
	return rec, nil
}

// Sync makes what was written durable.
func (t *target) Sync(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.commit(ctx)
}

// commit makes what was written durable; once it failed it goes on failing. The
// caller holds the lock.
func (t *target) commit(ctx context.Context) error {
	if t.dry {
		return nil
	}
	if t.lost == nil {
		t.lost = t.settle(ctx)
	}
	return t.lost
}

// settle makes the file durable, then notes its length, then where the records
// stand, then that this is noted too: whatever of it a kill leaves is enough to
// go on from.
func (t *target) settle(ctx context.Context) error {
	if err := errors.Join(t.w.Flush(), t.f.Sync()); err != nil {
		return connectors.StopIfFull(fmt.Errorf("write %s: %w", t.cfg.Path, err))
	}
	return t.index.commit(ctx, t.f, t.end)
}

// Close makes everything durable and leaves one line for each record.
func (t *target) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.f == nil {
		return nil
	}
	ctx := context.Background()
	err := t.commit(ctx)
	if err == nil && !t.dry && t.index.journal.Stale > 0 {
		err = t.compact(ctx)
	}
	err = errors.Join(err, t.f.Close())
	t.f = nil
	return err
}

// seekEnd puts the writer at the end of what is kept.
func (t *target) seekEnd() error {
	if _, err := t.f.Seek(t.end, io.SeekStart); err != nil {
		return err
	}
	t.w = bufio.NewWriterSize(t.f, 256<<10)
	return nil
}
