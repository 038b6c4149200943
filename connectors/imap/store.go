package imap

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail"
)

// store is an account's mail.
type store struct {
	config *Config
	pool   *pool
	get    *getter
	bodies *bodies

	mu      sync.Mutex
	skipped []string                // what the last look passed over
	noticed []string                // what it missed
	memory  map[string]memory       // by folder, as of the last look
	there   map[string]*imap.UIDSet // by folder, asked since the last look
}

func newStore(c *Config, env connectors.Env, at pace) *store {
	p := newPool(c.connections(), env.Log, c.dialAt(env, at))
	p.rest = at.rest
	g := &getter{pool: p, temp: env.Temp}
	return &store{config: c, pool: p, get: g, bodies: newBodies(g, c.connections()), memory: map[string]memory{}}
}

// Title says whose mail it is.
func (st *store) Title() string { return "IMAP " + st.config.account() }

// Folders lists the folders that are read.
func (st *store) Folders(ctx context.Context) (names []string, err error) {
	all, err := st.folders(ctx)
	for _, f := range all {
		if f.skip == "" {
			names = append(names, f.shown)
		}
	}
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("no folder is left to read: look at read and skip; there are %s", strings.Join(shownOf(all), ", "))
	}
	return names, err
}

func shownOf(all []folder) (names []string) {
	for _, f := range all {
		names = append(names, f.shown)
	}
	return names
}

// Width is how many messages are worth asking for at once.
func (st *store) Width() int { return 2 * batchCount }

// Made tells that mails of our own writing are to be believed: they carry a keyword
// that nobody can set by sending a mail, and every other is Foreign.
func (st *store) Made(context.Context) (bool, error) { return true, nil }

// WholeConversations tells whether each conversation of Gmail's is one ticket.
func (st *store) WholeConversations() bool { return st.config.GmailThreads == "whole" }

// Warnings tells of a connection that everybody can read.
func (st *store) Warnings() []string {
	if warning := st.config.open(); warning != "" {
		return []string{warning}
	}
	return nil
}

// LeftOut says which folders the last look passed over.
func (st *store) LeftOut() string {
	st.mu.Lock()
	defer st.mu.Unlock()
	if len(st.skipped) == 0 {
		return ""
	}
	return fmt.Sprintf("Folders not read: %s. Name folders in read to have them read.", strings.Join(st.skipped, ", "))
}

// begin notes what a look passes over, and forgets what was known from the one before.
func (st *store) begin(all []folder) {
	st.bodies.begin()
	st.mu.Lock()
	defer st.mu.Unlock()
	st.skipped, st.there = nil, map[string]*imap.UIDSet{}
	for _, f := range all {
		switch f.skip {
		case "", "skip", "not among read", inAllMail, lieElsewhere:
		default:
			st.skipped = append(st.skipped, fmt.Sprintf("%s (%s)", f.shown, f.skip))
		}
	}
}

func (st *store) know(f folder, m memory) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.memory[f.name] = m
}

// forget forgets a folder that is no more.
func (st *store) forget(f folder) {
	st.mu.Lock()
	defer st.mu.Unlock()
	delete(st.memory, f.name)
}

func (st *store) known(name string) (memory, bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	m, ok := st.memory[name]
	return m, ok
}

// Open fetches a message.
func (st *store) Open(ctx context.Context, _ mail.Notes, p mail.Place) (mail.Opened, error) {
	name, uid, err := parsePath(p.Path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, mail.ErrMoved)
	}
	m, ok := st.known(name)
	if !ok || m.Gen != p.Gen {
		return nil, fmt.Errorf("%s: %w", named(p.Path, ""), mail.ErrMoved)
	}
	if m.shut != nil {
		return nil, fmt.Errorf("%s: %w", named(p.Path, ""), m.shut)
	}
	return st.bodies.open(ctx, p, name, uid, m.Validity)
}

// list lists the messages of a folder from a number on up to another, without it; 0
// is no end.
func (st *store) list(ctx context.Context, name string, validity uint32, from, to imap.UID) (uids []imap.UID, err error) {
	stop := imap.UID(0)
	if to > 0 {
		stop = to - 1
	}
	set, err := st.search(ctx, name, validity, imap.UIDSet{{Start: from, Stop: stop}})
	if err != nil {
		return nil, err
	}
	for _, r := range set {
		for uid := r.Start; uid <= r.Stop; uid++ {
			if uid >= from && (to == 0 || uid < to) { // "n:*" gives the last one in any case
				uids = append(uids, uid)
			}
			if uid == r.Stop {
				break
			}
		}
	}
	slices.Sort(uids)
	return slices.Compact(uids), nil
}

// search lists the messages of a folder that are among a set, if its numbers mean what
// they meant.
func (st *store) search(ctx context.Context, name string, validity uint32, among imap.UIDSet) (set imap.UIDSet, err error) {
	err = st.pool.with(ctx, name, func(s *session) (err error) {
		if err := s.means(ctx, name, validity); err != nil {
			return err
		}
		set, err = s.search(ctx, among)
		return err
	})
	return set, err
}

// present are the messages that a folder holds, asked once after each look.
func (st *store) present(ctx context.Context, name string, validity uint32) (*imap.UIDSet, error) {
	st.mu.Lock()
	set := st.there[name]
	st.mu.Unlock()
	if set != nil {
		return set, nil
	}
	all, err := st.search(ctx, name, validity, imap.UIDSet{{Start: 1, Stop: 0}})
	if err != nil {
		return nil, err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.there != nil {
		st.there[name] = &all
	}
	return &all, nil
}

// Close ends all sessions.
func (st *store) Close() error {
	st.bodies.close()
	st.pool.close()
	return nil
}
