package archive

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors/archive/words"
	"github.com/deskhaul/deskhaul/desk"
)

// batch is how many changes share a transaction of search.db.
const batch = 2000

// patience is how long few changes wait for more, so that the index is not written
// in many small pieces.
const patience = 5 * time.Second

// indexer follows the archive: it reads what was committed and writes search.db,
// beside the main writer and on connections of its own.
type indexer struct {
	log       *slog.Logger
	main      *sql.DB
	db        *sql.DB
	digests   digests
	digesters sync.Pool
	wakes     chan struct{} // there is something new
	hastes    chan struct{} // somebody waits for it
	stop      context.CancelFunc
	ended     chan struct{}

	mu      sync.Mutex
	last    bool // catch up once more and end
	done    int64
	err     error // of the last attempt
	advance chan struct{}
}

// startIndexer opens search.db and begins to catch up.
func startIndexer(ctx context.Context, folder string, log *slog.Logger) (*indexer, error) {
	main, err := openReader(ctx, folder, writerCache)
	if err != nil {
		return nil, err
	}
	db, err := openIndex(ctx, folder)
	if err != nil {
		return nil, errors.Join(err, main.Close())
	}
	if err := adopt(ctx, db, main); err != nil {
		return nil, errors.Join(err, db.Close(), main.Close())
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	x := &indexer{
		log: log, main: main, db: db, stop: stop, digesters: sync.Pool{New: func() any { return newDigester() }},
		wakes: make(chan struct{}, 1), hastes: make(chan struct{}, 1), ended: make(chan struct{}), advance: make(chan struct{}),
	}
	go x.run(run)
	return x, nil
}

func (x *indexer) run(ctx context.Context) {
	defer close(x.ended)
	for {
		x.mu.Lock()
		last := x.last
		x.mu.Unlock()
		err := x.catchUp(ctx)
		if errors.Is(err, words.ErrDamaged) {
			err = x.startOver(ctx, err)
		}
		if err != nil && ctx.Err() == nil && x.log != nil {
			x.log.Warn("The search index could not be written; it catches up at the next run.", "error", err)
		}
		x.report(x.doneSoFar(), err)
		if last || ctx.Err() != nil || !x.rest(ctx) {
			return
		}
	}
}

// rest returns when there is something to do: soon if it is much or somebody waits.
// It says no when the indexer was stopped.
func (x *indexer) rest(ctx context.Context) bool {
	var enough <-chan time.Time // nil while there is nothing
	for {
		select {
		case <-x.hastes:
			return true
		case <-enough:
			return true
		case <-ctx.Done():
			return false
		case <-x.wakes:
		}
		want, err := lastChange(ctx, x.main)
		if err != nil || want-x.doneSoFar() >= batch || x.digests.many() {
			return true
		}
		if enough == nil {
			enough = time.After(patience)
		}
	}
}

// startOver builds a damaged index anew.
func (x *indexer) startOver(ctx context.Context, why error) error {
	if x.log != nil {
		x.log.Warn("The search index is damaged and built anew.", "error", why)
	}
	if err := rebuild(ctx, x.db); err != nil {
		return err
	}
	if err := adopt(ctx, x.db, x.main); err != nil {
		return err
	}
	return x.catchUp(ctx)
}

// catchUp writes batch after batch until nothing is left.
func (x *indexer) catchUp(ctx context.Context) (err error) {
	w, err := newIndexWriter(ctx, x.db, x.main, &x.digests)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	for more := true; more; {
		if more, err = w.step(ctx); err != nil {
			return err
		}
		x.report(w.done, nil)
	}
	return nil
}

func (x *indexer) doneSoFar() int64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.done
}

// report tells all who wait.
func (x *indexer) report(done int64, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.done, x.err = done, err
	close(x.advance)
	x.advance = make(chan struct{})
}

// wake says that there is something new.
func (x *indexer) wake() { signal(x.wakes) }

func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default: // it is awake already and will look again
	}
}

// digest prepares a ticket for the index while it is at hand; nil if the indexer is
// to read it from the archive.
func (x *indexer) digest(t *desk.Ticket, rows []messageRow) *digest {
	if !x.digests.room() {
		return nil
	}
	d := x.digesters.Get().(*digester)
	defer x.digesters.Put(d)
	return d.ticket(t, rows)
}

func (x *indexer) wait(ctx context.Context) error {
	want, err := lastChange(ctx, x.main)
	if err != nil {
		return err
	}
	signal(x.hastes)
	for {
		x.mu.Lock()
		done, err, advance := x.done, x.err, x.advance
		x.mu.Unlock()
		if done >= want || err != nil {
			return err
		}
		select {
		case <-advance:
		case <-x.ended:
			return context.Canceled
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (x *indexer) hurry() {
	x.stop()
	x.digests.drop(true)
}

// close catches up once more, unless hurried, and ends.
func (x *indexer) close() error {
	x.mu.Lock()
	x.last = true
	x.mu.Unlock()
	signal(x.hastes)
	<-x.ended
	x.stop()
	x.mu.Lock()
	err := x.err
	x.mu.Unlock()
	if errors.Is(err, context.Canceled) {
		err = nil // hurried
	}
	return errors.Join(err, x.db.Close(), x.main.Close())
}
