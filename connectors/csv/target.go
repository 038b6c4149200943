package csv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// target writes a folder of CSV files: one for each kind, one for messages, and
// a folder files/ with the attachments. Rows are only appended; a row is replaced
// by a later one with a greater version, and Close leaves only the last ones.
type target struct {
	mu      sync.Mutex
	dir     string
	env     connectors.Env
	journal journal
	files   map[desk.Kind]*outFile
	pending map[string][]byte // of the state, put once the rows are safe; nil deletes
	fresh   []string          // attachments not yet safe
	begun   begun
	altered map[desk.Kind]*altered
	lost    error // a Sync failed: nothing since the one before is sure
}

var errDry = fmt.Errorf("csv: nothing is written in a dry run: %w", connectors.ErrDenied)

// mostPending is how much is written before it is made safe unasked.
const mostPending = 4096

func newTarget(ctx context.Context, cfg *Config, env connectors.Env) (*target, error) {
	if cfg.Path == "" {
		return nil, errors.New("csv: path: say which folder to write to")
	}
	t := &target{dir: cfg.Path, env: env, files: map[desk.Kind]*outFile{}, altered: map[desk.Kind]*altered{}, pending: map[string][]byte{}}
	if info, err := os.Stat(t.dir); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("csv: %s is a file: name a folder to write to: %w", t.dir, connectors.ErrDenied)
	}
	if err := t.recover(ctx); err != nil {
		return nil, errors.Join(err, t.closeFiles())
	}
	return t, nil
}

// Create appends a record, with a ticket its messages and their files.
func (t *target) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	id, err := t.free(ctx, r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	c := desk.Clone(r)
	c.About().ID = id
	receipt := connectors.Receipt{ID: id, Version: "1"}
	if ticket, ok := c.(*desk.Ticket); ok {
		receipt.Messages = map[desk.ID]desk.ID{}
		turns, err := t.prepare(ctx, id, ticket.Messages, &receipt)
		if err == nil {
			err = t.say(id, turns)
		}
		if err != nil {
			return connectors.Receipt{}, err
		}
	}
	if err := t.put(c, 1); err != nil {
		return connectors.Receipt{}, err
	}
	return receipt, t.spill(ctx)
}

// free finds the id for a new record: its source's, unless that is taken.
func (t *target) free(ctx context.Context, r desk.Record) (desk.ID, error) {
	if t.env.DryRun {
		return "", errDry
	}
	if err := t.mayAdd(); err != nil {
		return "", err
	}
	want := r.About().ID
	if want == "" {
		want = desk.ID(r.About().Mark)
	}
	if want == "" {
		return "", connectors.Refuse(connectors.ReasonInternal, "", "a %s has neither id nor mark", r.Kind())
	}
	id := want
	for n := 2; ; n++ {
		b, err := t.get(ctx, indexKey(r.Kind(), id))
		if err != nil || b == nil {
			return id, err
		}
		id = want + desk.ID("-"+strconv.Itoa(n))
	}
}

// put appends one version of a record and notes where it stands.
func (t *target) put(r desk.Record, version int64) error {
	cells, err := table.Cells(r, version)
	if err != nil {
		return connectors.Refuse(connectors.ReasonRefused, "", "csv: %w", err)
	}
	f, err := t.file(r.Kind())
	if err != nil {
		return err
	}
	at, err := f.append(cells)
	if err != nil {
		return denied(f.path, err)
	}
	at.version = version
	t.pending[indexKey(r.Kind(), r.About().ID)] = at.encode()
	if mark := r.About().Mark; mark != "" {
		t.pending[markKey(r.Kind(), mark)] = []byte(r.About().ID)
	}
	if key := naturalKey(r); key != "" {
		t.pending[key] = []byte(r.About().ID)
	}
	return nil
}

// Append adds a message to a ticket.
func (t *target) Append(ctx context.Context, ticket desk.ID, m *desk.Message) (connectors.Receipt, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.env.DryRun {
		return connectors.Receipt{}, errDry
	}
	if err := t.mayAdd(); err != nil {
		return connectors.Receipt{}, err
	}
	if b, err := t.get(ctx, indexKey(desk.KindTicket, ticket)); err != nil || b == nil {
		return connectors.Receipt{}, notFound(err, desk.KindTicket, ticket)
	}
	receipt := connectors.Receipt{Messages: map[desk.ID]desk.ID{}}
	turns, err := t.prepare(ctx, ticket, []desk.Message{*m}, &receipt)
	if err == nil {
		err = t.say(ticket, turns)
	}
	if err != nil {
		return connectors.Receipt{}, err
	}
	receipt.ID = turns[0].id
	return receipt, t.spill(ctx)
}

// Update appends a newer version of a record, in which the named fields say what
// r says and all others what they said.
func (t *target) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.env.DryRun {
		return connectors.Receipt{}, errDry
	}
	if err := t.mayAdd(); err != nil {
		return connectors.Receipt{}, err
	}
	old, at, err := t.row(ctx, r.Kind(), id)
	if err != nil {
		return connectors.Receipt{}, err
	}
	version := at.version + 1
	cells, err := table.Change(old, r, fields, version)
	if err != nil {
		return connectors.Receipt{}, connectors.Refuse(connectors.ReasonRefused, "", "csv: %s %s: %w", r.Kind(), id, err)
	}
	f, err := t.file(r.Kind())
	if err != nil {
		return connectors.Receipt{}, err
	}
	if at, err = f.append(cells); err != nil {
		return connectors.Receipt{}, denied(f.path, err)
	}
	at.version = version
	t.pending[indexKey(r.Kind(), id)] = at.encode()
	if key, err := t.naturalOf(r.Kind(), guarded(cells)); err == nil && key != "" {
		t.pending[key] = []byte(id)
	}
	f.stale++
	return connectors.Receipt{ID: id, Version: strconv.FormatInt(version, 10)}, t.spill(ctx)
}

func notFound(err error, kind desk.Kind, id desk.ID) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("csv: %s %s: %w", kind, id, connectors.ErrNotFound)
}

// Fetch reads a record back, a ticket with its messages.
func (t *target) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	cells, _, err := t.row(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	rec, err := parsed(kind, cells)
	if err != nil {
		return nil, err
	}
	if ticket, ok := rec.(*desk.Ticket); ok {
		if ticket.Messages, err = t.messages(ctx, id); err != nil {
			return nil, err
		}
	}
	return rec, nil
}

// Sync makes everything written so far safe.
func (t *target) Sync(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sync(ctx)
}

func (t *target) spill(ctx context.Context) error {
	if len(t.pending)+len(t.fresh) < mostPending {
		return nil
	}
	return t.sync(ctx)
}

// Close makes everything safe and leaves out rows that were replaced.
func (t *target) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	ctx := context.Background() // a cancelled run is closed all the same
	if t.env.DryRun {
		return t.closeFiles()
	}
	err := t.sync(ctx)
	for _, kind := range kindsOfFiles() {
		if f := t.files[kind]; f != nil && f.stale > 0 && err == nil && t.altered[kind] == nil {
			err = t.compact(ctx, kind, f)
		}
	}
	return errors.Join(err, t.closeFiles())
}

func (t *target) closeFiles() error {
	var errs []error
	for _, f := range t.files {
		errs = append(errs, f.f.Close())
	}
	clear(t.files)
	return errors.Join(errs...)
}

// get reads the state, with what is about to be put there.
func (t *target) get(ctx context.Context, key string) ([]byte, error) {
	if b, ok := t.pending[key]; ok {
		return b, nil
	}
	if a := t.alteredOf(key); a != nil {
		return a.index[key], nil
	}
	return t.env.State.Get(ctx, key)
}
