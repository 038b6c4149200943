package archive

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
)

// batch is how many changes share a transaction of search.db.
const batch = 2000

// indexer follows the archive: it reads what was committed and writes search.db,
// beside the main writer and on connections of its own.
type indexer struct {
	log   *slog.Logger
	main  *sql.DB
	db    *sql.DB
	wakes chan struct{}
	stop  context.CancelFunc
	ended chan struct{}

	mu      sync.Mutex
	last    bool // catch up once more and end
	done    int64
	err     error // of the last attempt
	advance chan struct{}
}

// startIndexer opens search.db and begins to catch up.
func startIndexer(ctx context.Context, folder string, log *slog.Logger) (*indexer, error) {
	main, err := openReader(ctx, folder)
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
		log: log, main: main, db: db, stop: stop,
		wakes: make(chan struct{}, 1), ended: make(chan struct{}), advance: make(chan struct{}),
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
		if err != nil && ctx.Err() == nil && x.log != nil {
			x.log.Warn("The search index could not be written; it catches up at the next run.", "error", err)
		}
		x.report(x.doneSoFar(), err)
		if last || ctx.Err() != nil {
			return
		}
		select {
		case <-x.wakes:
		case <-ctx.Done():
			return
		}
	}
}

// catchUp writes batch after batch until nothing is left.
func (x *indexer) catchUp(ctx context.Context) error {
	w, err := newIndexWriter(ctx, x.db, x.main)
	if err != nil {
		return err
	}
	for {
		more, err := w.step(ctx)
		if err != nil {
			return err
		}
		x.report(w.done, nil)
		if !more {
			return w.close()
		}
	}
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
func (x *indexer) wake() {
	select {
	case x.wakes <- struct{}{}:
	default: // it is awake already and will look again
	}
}

func (x *indexer) wait(ctx context.Context) error {
	want, err := lastChange(ctx, x.main)
	if err != nil {
		return err
	}
	x.wake()
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

func (x *indexer) hurry() { x.stop() }

// close catches up once more, unless hurried, and ends.
func (x *indexer) close() error {
	x.mu.Lock()
	x.last = true
	x.mu.Unlock()
	x.wake()
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
