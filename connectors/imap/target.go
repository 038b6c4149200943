package imap

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
	"github.com/deskhaul/deskhaul/desk"
)

// writes is what a mailbox promises as a target.
var writes = connectors.Caps{
	Kinds:      compose.WrittenKinds(),
	Backdate:   true,
	Silent:     true,
	Tombstones: true,
	Parallel:   2 * mostTogether, // far away half of them wait for an answer
	MaxText:    compose.MaxWrittenText,
}

// Target writes tickets into a mailbox, each message as a mail. What was written and
// not answered for is found in the mailbox.
type Target struct {
	scribe *compose.Scribe
	finder *finder
	now    func() time.Time

	looking *semaphore.Weighted
	looked  time.Time // when the mailbox was last looked through

	mu    sync.Mutex
	doubt time.Time // when something was last begun of which the book may not know
}

func openTarget(_ context.Context, config any, env connectors.Env) (connectors.Target, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("imap: the configuration is a %T", config)
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	p := newPool(c.connections(), env.Log, c.dialer(env))
	sh := newShelf(c, p, env)
	scribe := compose.NewScribe(sh, env, 0, c.Folders != "none")
	return &Target{scribe: scribe, finder: &finder{sh, scribe, env.State}, now: env.Now, looking: semaphore.NewWeighted(1), doubt: env.Now()}, nil
}

// Create implements connectors.Target.
func (t *Target) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	got, err := t.scribe.Create(ctx, r)
	return got, t.note(err)
}

// Update implements connectors.Target.
func (t *Target) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	got, err := t.scribe.Update(ctx, id, r, fields)
	if t.elsewhere(ctx, err) {
		got, err = t.scribe.Update(ctx, id, r, fields)
	}
	return got, t.note(err)
}

// Append implements connectors.Target.
func (t *Target) Append(ctx context.Context, ticket desk.ID, m *desk.Message) (connectors.Receipt, error) {
	got, err := t.scribe.Append(ctx, ticket, m)
	if t.elsewhere(ctx, err) {
		got, err = t.scribe.Append(ctx, ticket, m)
	}
	return got, t.note(err)
}

// elsewhere tells, where a record is not at its place, that it was looked for: its
// mails were moved, and the answer that said where to was lost.
func (t *Target) elsewhere(ctx context.Context, err error) bool {
	if !errors.Is(err, connectors.ErrNotFound) {
		return false
	}
	_ = t.note(err)
	return t.look(ctx) == nil
}

// note notes that a write may have happened and the book does not know it.
func (t *Target) note(err error) error {
	if err != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.doubt = t.now()
	}
	return err
}

// Lag is how long the server may still be at work on a mail whose line broke.
func (t *Target) Lag() time.Duration { return settling }

// Find finds what was written for a record, also what another process has written.
func (t *Target) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	id, err := t.scribe.Find(ctx, r)
	if !errors.Is(err, connectors.ErrNotFound) {
		return id, err
	}
	if err := t.look(ctx); err != nil {
		return "", err
	}
	return t.scribe.Find(ctx, r) // another may have looked meanwhile
}

// Fetch reads a record back.
func (t *Target) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if err := t.look(ctx); err != nil {
		return nil, err
	}
	return t.scribe.Fetch(ctx, kind, id)
}

// Delete takes a record out of the mailbox with all its mails.
func (t *Target) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	if err := t.look(ctx); err != nil {
		return err
	}
	return t.scribe.Delete(takeBack(ctx), kind, id)
}

// DeleteMessage takes one mail out of a ticket.
func (t *Target) DeleteMessage(ctx context.Context, ticket, message desk.ID) error {
	if err := t.look(ctx); err != nil {
		return err
	}
	return t.scribe.DeleteMessage(takeBack(ctx), ticket, message)
}

// Overlooks implements connectors.Overlooker.
func (t *Target) Overlooks() string { return t.scribe.Overlooks() }

// Close ends all sessions.
func (t *Target) Close() error { return t.scribe.Close() }

// lookEach is how often the mailbox is looked through at most.
const lookEach = 2 * time.Second

// look looks for mails of ours that the book does not know, unless that was just done.
// There can be some only after a process was stopped or a line broke; once all of that
// has settled and was looked for, there are none. A look that began before the newest
// doubt says nothing of it.
func (t *Target) look(ctx context.Context) error {
	if err := t.looking.Acquire(ctx, 1); err != nil {
		return err
	}
	defer t.looking.Release(1)
	t.mu.Lock()
	doubt := t.doubt
	t.mu.Unlock()
	now := t.now()
	since := now.Sub(t.looked)
	if !t.looked.IsZero() && (t.looked.Sub(doubt) > settling+lookEach || t.looked.After(doubt) && since >= 0 && since < lookEach) {
		return nil
	}
	if err := t.finder.look(ctx, now.Sub(doubt) > settling); err != nil {
		return err
	}
	t.looked = now
	return nil
}

// Foresee implements connectors.Foreseer.
func (t *Target) Foresee(ctx context.Context, w connectors.Write) ([]connectors.Loss, error) {
	return t.scribe.Foresee(ctx, w)
}
