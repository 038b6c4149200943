package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/gofrs/flock"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Target writes an archive. Writes join one open transaction that Sync commits;
// a call that returned is claimed only after the next Sync that returned nil.
// Its methods may be called from several goroutines.
type Target struct {
	folder string
	log    *slog.Logger
	origin origin
	lock   *flock.Flock
	db     *sql.DB
	fold   *logFolder
	index  *indexer
	packs  packs

	mu   sync.Mutex
	conn *sql.Conn
	stmt statements
	tx   transaction
	lost error // writes since the last Sync were rolled back for this reason; this opening is over
}

// OpenTarget makes the folder's writer, and the folder if it is not there. Only
// one may be open at a time; a second one gets an error that wraps ErrBusy.
func OpenTarget(ctx context.Context, config Config, env connectors.Env) (*Target, error) {
	if err := config.Check(); err != nil {
		return nil, err
	}
	t := &Target{folder: absolute(config.Path), log: env.Log}
	if err := t.open(ctx, config); err != nil {
		return nil, errors.Join(err, t.release())
	}
	return t, nil
}

func (t *Target) open(ctx context.Context, config Config) (err error) {
	if t.lock, err = lock(t.folder); err != nil {
		return err
	}
	if t.db, err = openMain(ctx, t.folder); err != nil {
		return err
	}
	if t.origin, err = register(ctx, t.db, config.SourceID, config.SourceName); err != nil {
		return trouble(t.folder, "register source", err)
	}
	if t.conn, err = t.db.Conn(ctx); err != nil {
		return trouble(t.folder, "open database", err)
	}
	if err = t.stmt.prepare(ctx, t.conn); err != nil {
		return trouble(t.folder, "prepare statements", err)
	}
	if err = t.tx.load(ctx, t.conn); err != nil {
		return trouble(t.folder, "read counters", err)
	}
	if t.fold, err = startLogFolder(t.folder); err != nil {
		return trouble(t.folder, "open database", err)
	}
	t.packs = packs{folder: t.folder, limit: packSize}
	if err = t.packs.load(ctx, t.conn, t.log); err != nil {
		return trouble(t.folder, "open attachments", err)
	}
	t.index, err = startIndexer(ctx, t.folder, t.log)
	return trouble(t.folder, "open search index", err)
}

// Create writes r, or merges it into the record that carries its mark already:
// the cover becomes what r says, messages are added or replaced by their marks,
// none is removed. What is there already word for word is not counted as a change.
func (t *Target) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return connectors.Receipt{}, err
	}
	cover, err := packCover(r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	w := write{cover: cover, source: r.About().ID}
	defer t.drop(&w.haul)
	if ticket, ok := r.(*desk.Ticket); ok {
		w.messages = make([]messageRow, 0, len(ticket.Messages))
		taken := map[desk.ID]bool{}
		for i := range ticket.Messages {
			if err := t.prepareMessage(ctx, &w, apart(taken, &ticket.Messages[i])); err != nil {
				return connectors.Receipt{}, fmt.Errorf("ticket %s: %w", ticket.ID, err)
			}
		}
		w.digest = t.index.digest(ticket, w.messages)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.guarded(ctx, "write "+string(r.Kind())+" "+string(r.About().ID), func(ctx context.Context) (connectors.Receipt, error) {
		return t.whole(ctx, &w, func() (connectors.Receipt, error) { return t.put(ctx, &w) })
	})
}

// prepareMessage stores the message's files and packs it.
func (t *Target) prepareMessage(ctx context.Context, w *write, m *desk.Message) error {
	files, err := t.storeFiles(ctx, &w.haul, m)
	if err != nil {
		return fmt.Errorf("message %s: %w", m.ID, err)
	}
	row, err := packMessage(m, files)
	if err != nil {
		return connectors.Refuse(connectors.ReasonRefused, "", "message %s cannot be written down: %w", m.ID, err)
	}
	w.messages = append(w.messages, row)
	for _, f := range files {
		w.files = append(w.files, connectors.FileReceipt{Message: m.ID, Name: f.Name, Size: f.Size, SHA256: f.SHA256})
	}
	return nil
}

// Append adds a message to a ticket, or replaces the one that carries its mark.
func (t *Target) Append(ctx context.Context, ticket desk.ID, m *desk.Message) (connectors.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return connectors.Receipt{}, err
	}
	var w write
	defer t.drop(&w.haul)
	if err := t.prepareMessage(ctx, &w, m); err != nil {
		return connectors.Receipt{}, fmt.Errorf("ticket %s: %w", ticket, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.guarded(ctx, "append to ticket "+string(ticket), func(ctx context.Context) (connectors.Receipt, error) {
		return t.whole(ctx, &w, func() (connectors.Receipt, error) { return t.add(ctx, ticket, &w) })
	})
}

// Update makes the named fields say what r says and leaves the others.
func (t *Target) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return connectors.Receipt{}, err
	}
	news, err := packCover(r)
	if err != nil {
		return connectors.Receipt{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.guarded(ctx, "update "+string(r.Kind())+" "+string(id), func(ctx context.Context) (connectors.Receipt, error) {
		return t.patch(ctx, id, news, fields)
	})
}

// Delete takes a record back: its words and messages go, its id stays as a
// tombstone for those who read the archive. To take back what is not there wraps
// ErrNotFound.
func (t *Target) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	_, err := t.guarded(ctx, "delete "+string(kind)+" "+string(id), func(ctx context.Context) (connectors.Receipt, error) {
		return connectors.Receipt{}, t.remove(ctx, kind, id)
	})
	return err
}

// Find looks by mark. A plain target looks by natural key too; a pull does not,
// because each source's records are kept unjoined.
func (t *Target) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return find(ctx, t.conn, r, t.origin.number == 0)
}

// Fetch reads one record as it is now, writes before the next Sync included.
func (t *Target) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return fetch(ctx, t.conn, kind, id, t.openFile)
}

var _ interface {
	connectors.Target
	connectors.Finder
	connectors.Fetcher
	connectors.Syncer
	connectors.Closer
	connectors.Deleter
	connectors.Describer
} = (*Target)(nil)
