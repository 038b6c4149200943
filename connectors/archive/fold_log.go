package archive

import (
	"context"
	"database/sql"
	"path/filepath"
)

// foldEvery is after how many written bytes the log is folded in.
const foldEvery = 8 << 20

// logLimit is from how many pages on a commit folds the log in by itself, and so
// lets it begin anew. Before, it only grows: somebody always writes to it.
const logLimit = "wal_autocheckpoint(16000)"

// logFolder copies what was committed from the write-ahead log into archive.db,
// beside the writer. SQLite alone does it inside a commit, and all who write wait
// for it. A copy that fails is made again by the next, or by whoever closes the
// database last; nothing depends on it.
type logFolder struct {
	db    *sql.DB
	since int // bytes committed since it was woken
	wakes chan struct{}
	ended chan struct{}
}

// startLogFolder opens a connection of its own.
func startLogFolder(folder string) (*logFolder, error) {
	db, err := sql.Open("sqlite", dsn(filepath.Join(folder, mainFile), "rw", "synchronous(FULL)", writerCache))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	f := &logFolder{db: db, wakes: make(chan struct{}, 1), ended: make(chan struct{})}
	go f.run()
	return f, nil
}

func (f *logFolder) run() {
	defer close(f.ended)
	for range f.wakes {
		_, _ = f.db.ExecContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)")
	}
}

// committed tells how much a commit has written. The caller holds the writer's lock.
func (f *logFolder) committed(bytes int) {
	if f.since += bytes; f.since >= foldEvery {
		f.since = 0
		signal(f.wakes)
	}
}

// end folds in what is there, once nobody writes any more, and lets close wait for
// it.
func (f *logFolder) end() {
	signal(f.wakes)
	close(f.wakes)
}

func (f *logFolder) close() error {
	<-f.ended
	return f.db.Close()
}
