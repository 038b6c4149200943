// Package folder writes what a helpdesk holds into a folder of CSV files, each row once,
// whatever kills the run: rows are appended, and the state knows up to where they are
// safe.
package folder

import (
	"context"
	"errors"
	"os"
	"strconv"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// Options say what a Target writes.
type Options struct {
	Connector string // its name, in errors
	Dir       string // the folder
	Files     string // the folder of the attachments
	Home      string // the folder that the paths of attachments begin in; "" Dir
	Place     string // what it is for people: folder
	// Name is what people call the table of a kind, and At a place in it; nil is the path
	// of its file, and the byte.
	Name func(desk.Kind) string
	At   func(kind desk.Kind, off int64) string
	// Begin is called before a file is made; nil nothing.
	Begin func() error
	// Fit makes cells be what they will be when they are read back; nil they stay as they
	// are.
	Fit func(kind desk.Kind, cells []string)
}

// Target writes a folder of CSV files: one for each kind, one for messages, and
// a folder with the attachments. Rows are only appended; a row is replaced
// by a later one with a greater version, and Close leaves only the last ones.
type Target struct {
	o       Options
	mu      sync.Mutex
	dir     string
	env     connectors.Env
	journal journal
	files   map[desk.Kind]*outFile
	pending map[string][]byte // of the state, put once the rows are safe; nil deletes
	fresh   []string          // attachments not yet safe
	begun   begun
	altered map[desk.Kind]*altered
	changed bool  // rows were added or struck out
	lost    error // a Sync failed: nothing since the one before is sure
}

func (t *Target) dry() error {
	return t.failed("nothing is written in a dry run: %w", connectors.ErrDenied)
}

// mostPending is how much is written before it is made safe unasked.
const mostPending = 4096

// Open opens the folder as the state knows it.
func Open(ctx context.Context, o Options, env connectors.Env) (*Target, error) {
	if o.Home == "" {
		o.Home = o.Dir
	}
	t := &Target{o: o, dir: o.Dir, env: env, files: map[desk.Kind]*outFile{}, altered: map[desk.Kind]*altered{}, pending: map[string][]byte{}}
	if info, err := os.Stat(t.dir); err == nil && !info.IsDir() {
		return nil, t.failed("%s is a file: name a folder to write to: %w", t.dir, connectors.ErrDenied)
	}
	if err := t.recover(ctx); err != nil {
		return nil, errors.Join(err, t.closeFiles())
	}
	return t, nil
}

// Create appends a record, with a ticket its messages and their files.
func (t *Target) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
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
	if err := t.put(c); err != nil {
		return connectors.Receipt{}, err
	}
	return receipt, t.spill(ctx)
}

// free finds the id for a new record: its source's, unless that is taken.
func (t *Target) free(ctx context.Context, r desk.Record) (desk.ID, error) {
	if t.env.DryRun {
		return "", t.dry()
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

// fit makes cells be what will be read back.
func (t *Target) fit(kind desk.Kind, cells []string) {
	if t.o.Fit != nil {
		t.o.Fit(kind, cells)
	}
}

// put appends a record and notes where it stands.
func (t *Target) put(r desk.Record) error {
	cells, err := table.Cells(r, 1)
	if err != nil {
		return connectors.Refuse(connectors.ReasonRefused, "", "%s: %w", t.o.Connector, err)
	}
	t.changed = true
	t.fit(r.Kind(), cells)
	f, err := t.file(r.Kind())
	if err != nil {
		return err
	}
	at, err := f.append(cells)
	if err != nil {
		return t.denied(f.label, err)
	}
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
func (t *Target) Append(ctx context.Context, ticket desk.ID, m *desk.Message) (connectors.Receipt, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.env.DryRun {
		return connectors.Receipt{}, t.dry()
	}
	if err := t.mayAdd(); err != nil {
		return connectors.Receipt{}, err
	}
	if b, err := t.get(ctx, indexKey(desk.KindTicket, ticket)); err != nil || b == nil {
		return connectors.Receipt{}, t.notFound(err, desk.KindTicket, ticket)
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
func (t *Target) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.env.DryRun {
		return connectors.Receipt{}, t.dry()
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
		return connectors.Receipt{}, connectors.Refuse(connectors.ReasonRefused, "", "%s: %s %s: %w", t.o.Connector, r.Kind(), id, err)
	}
	t.changed = true
	t.fit(r.Kind(), cells)
	f, err := t.file(r.Kind())
	if err != nil {
		return connectors.Receipt{}, err
	}
	if at, err = f.append(cells); err != nil {
		return connectors.Receipt{}, t.denied(f.label, err)
	}
	at.version = version
	t.pending[indexKey(r.Kind(), id)] = at.encode()
	if key, err := t.naturalOf(r.Kind(), guarded(cells)); err == nil && key != "" {
		t.pending[key] = []byte(id)
	}
	f.stale++
	return connectors.Receipt{ID: id, Version: strconv.FormatInt(version, 10)}, t.spill(ctx)
}

func (t *Target) notFound(err error, kind desk.Kind, id desk.ID) error {
	if err != nil {
		return err
	}
	return t.failed("%s %s: %w", kind, id, connectors.ErrNotFound)
}

// Fetch reads a record back, a ticket with its messages.
func (t *Target) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
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
func (t *Target) Sync(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sync(ctx)
}

func (t *Target) spill(ctx context.Context) error {
	if len(t.pending)+len(t.fresh) < mostPending {
		return nil
	}
	return t.sync(ctx)
}

// Close makes everything safe and leaves out rows that were replaced.
func (t *Target) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	ctx := context.Background() // a cancelled run is closed all the same
	if t.env.DryRun {
		return t.closeFiles()
	}
	err := t.sync(ctx)
	for _, kind := range table.Sheets() {
		if f := t.files[kind]; f != nil && f.stale > 0 && err == nil && t.altered[kind] == nil {
			err = t.compact(ctx, kind, f)
		}
	}
	return errors.Join(err, t.closeFiles())
}

func (t *Target) closeFiles() error {
	var errs []error
	for _, f := range t.files {
		errs = append(errs, f.f.Close())
	}
	clear(t.files)
	return errors.Join(errs...)
}

// get reads the state, with what is about to be put there.
func (t *Target) get(ctx context.Context, key string) ([]byte, error) {
	if b, ok := t.pending[key]; ok {
		return b, nil
	}
	if a := t.alteredOf(key); a != nil {
		return a.index[key], nil
	}
	return t.env.State.Get(ctx, key)
}
