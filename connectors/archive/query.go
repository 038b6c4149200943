package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Library answers questions about an archive, for people who look through it. It
// only reads, takes no lock, and works while a run writes: it shows what is
// committed, and in lists and searches what the search index has taken in so far.
// Its methods may be called from several goroutines.
type Library struct {
	source *Source
	index  *sql.DB
}

// ErrNoIndex says that an archive has no search index, or one that this program
// cannot read. Reindex makes it.
var ErrNoIndex = errors.New("no search index")

// OpenLibrary opens the archive in the folder path. Where its search index has to
// be made first, the error wraps ErrNoIndex.
func OpenLibrary(ctx context.Context, path string) (*Library, error) {
	source := &Source{folder: absolute(path)}
	db, err := source.reader(ctx)
	if err != nil {
		return nil, err
	}
	index, err := openIndexReader(ctx, source.folder, db)
	if err != nil {
		return nil, errors.Join(trouble(source.folder, "open search index", err), source.Close())
	}
	return &Library{source: source, index: index}, nil
}

// Reindex brings the search index of the archive in the folder path up to date, making it
// if it is not there. It is a writer: while a run writes the archive it returns
// an error that wraps ErrBusy, and is not needed, because the run does the same.
func Reindex(ctx context.Context, path string) error {
	t, err := OpenTarget(ctx, Config{Path: path}, connectors.Env{})
	if err != nil {
		return err
	}
	err = t.Wait(ctx)
	if err != nil {
		t.Hurry()
	}
	return errors.Join(err, t.Close())
}

// Close gives the files back.
func (l *Library) Close() error { return errors.Join(l.source.Close(), l.index.Close()) }

// Ticket returns a ticket with all its messages, or an error that wraps ErrNotFound.
func (l *Library) Ticket(ctx context.Context, id desk.ID) (*desk.Ticket, error) {
	r, err := l.source.Fetch(ctx, desk.KindTicket, id)
	if err != nil {
		return nil, err
	}
	return r.(*desk.Ticket), nil
}

// Record returns a record of any kind, or an error that wraps ErrNotFound.
func (l *Library) Record(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	return l.source.Fetch(ctx, kind, id)
}

// File opens the bytes with that SHA-256 (hexadecimal) and tells how many there
// are. It wraps ErrNotFound if the archive has none such.
func (l *Library) File(ctx context.Context, sha256 string) (io.ReadSeekCloser, int64, error) {
	db, err := l.source.reader(ctx)
	if err != nil {
		return nil, 0, err
	}
	return openContent(ctx, db, l.source.folder, sha256)
}

// Label is what a person or shelf is called.
type Label struct {
	Kind  desk.Kind
	ID    desk.ID
	Name  string // "" if it has none
	Email string // of people: their main address
}

// Summary is one line of a list of tickets.
type Summary struct {
	ID        desk.ID
	Source    string // the prefix of its source, "" if it was written here
	Number    string
	Subject   string
	Status    desk.Status
	Priority  desk.Priority
	Channel   string
	Requester Label // without an ID if there is none, like the three below
	Assignee  Label
	Group     Label
	Category  Label
	Tags      []string
	Created   time.Time // UTC, zero if unknown
	Last      time.Time // of the newest message, UTC
	Messages  int64
	Files     int64
	Deleted   bool
	Snippet   []Span // where the search hit; nil without a search
}

// Version is the number of the last change that lists, searches and counts know
// of: while it stays, their answers do.
func (l *Library) Version(ctx context.Context) (int64, error) {
	var done int64
	err := l.index.QueryRowContext(ctx, "SELECT done FROM state").Scan(&done)
	return done, err
}

// label names what a ticket refers to.
func (v *view) label(ctx context.Context, kind desk.Kind, id string) (Label, error) {
	label := Label{Kind: kind, ID: desk.ID(id)}
	if id == "" {
		return label, nil
	}
	err := v.tx.QueryRowContext(ctx, "SELECT name, email FROM label WHERE kind = ? AND id = ?", kindNumber(kind), id).
		Scan(&label.Name, &label.Email)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return label, err
}

// prefixes are the sources by their numbers.
func (l *Library) prefixes(ctx context.Context) (map[int]string, error) {
	db, err := l.source.reader(ctx)
	if err != nil {
		return nil, err
	}
	found := map[int]string{}
	err = each(ctx, db, func(rows *sql.Rows) (bool, error) {
		var n int
		var prefix string
		err := rows.Scan(&n, &prefix)
		found[n] = prefix
		return true, err
	}, "SELECT n, prefix FROM source")
	return found, err
}

// Stats are the figures of an archive.
type Stats struct {
	Counts  map[desk.Kind]int64            // live and deleted ones; messages and files too
	Sources map[string]map[desk.Kind]int64 // by prefix; "" for what was written here
	Bytes   int64                          // of all attachments, each content once
	First   time.Time                      // creation of the oldest ticket, zero if unknown
	Last    time.Time                      // newest message
	Behind  int64                          // changes that the search index lacks
}

// Stats counts.
func (l *Library) Stats(ctx context.Context) (Stats, error) {
	s := Stats{Counts: map[desk.Kind]int64{}, Sources: map[string]map[desk.Kind]int64{}}
	db, err := l.source.reader(ctx)
	if err != nil {
		return s, err
	}
	err = eachTally(ctx, db, func(kind desk.Kind, prefix string, n int64) {
		s.Counts[kind] += n
		if s.Sources[prefix] == nil {
			s.Sources[prefix] = map[desk.Kind]int64{}
		}
		s.Sources[prefix][kind] += n
	})
	if err != nil {
		return s, err
	}
	var first, last sql.NullInt64
	err = errors.Join(
		db.QueryRowContext(ctx, "SELECT coalesce(sum(size), 0) FROM file").Scan(&s.Bytes),
		l.index.QueryRowContext(ctx, "SELECT (SELECT min(coalesce(created, last)) FROM ticket), (SELECT max(last) FROM ticket)").Scan(&first, &last))
	s.First, s.Last = clock(first), clock(last)
	if err == nil {
		s.Behind, err = behind(ctx, db, l.index)
	}
	return s, err
}

func clock(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

// listed reads a list of strings.
func listed(encoded string) (list []string, err error) {
	err = json.Unmarshal([]byte(encoded), &list)
	return list, err
}
