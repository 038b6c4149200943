package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive/words"
	"github.com/deskhaul/deskhaul/desk"
)

// mostOptions bounds how many values of one field Describe lists, the most
// frequent ones.
const mostOptions = 200

// Describe tells what the archive holds: exact counts, and the statuses,
// categories and tags in use as the search index knows them.
func (s *Source) Describe(ctx context.Context) (connectors.Schema, error) {
	db, err := s.reader(ctx)
	if err != nil {
		return connectors.Schema{}, err
	}
	if db == nil {
		return connectors.Schema{Title: "archive " + s.folder + " (not made yet)"}, nil
	}
	schema, err := describe(ctx, db, s.folder)
	return schema, trouble(s.folder, "describe", err)
}

// Describe tells what the archive holds, writes before the next Sync left out.
func (t *Target) Describe(ctx context.Context) (connectors.Schema, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	schema, err := describe(ctx, t.conn, t.folder)
	return schema, trouble(t.folder, "describe", err)
}

func describe(ctx context.Context, q querier, folder string) (connectors.Schema, error) {
	s := connectors.Schema{Title: "archive " + folder, Counts: map[desk.Kind]int64{}}
	if err := counts(ctx, q, &s); err != nil {
		return s, err
	}
	index, err := openIndexReader(ctx, folder, q)
	if errors.Is(err, ErrNoIndex) {
		s.Notes = append(s.Notes, connectors.Note{Level: "info", Text: "There is no search index yet, so the values in use are not listed."})
		return s, nil
	}
	if err != nil {
		return s, err
	}
	err = options(ctx, q, index, &s)
	return s, errors.Join(err, index.Close())
}

// counts fills in how many records there are, and says how many of each source.
func counts(ctx context.Context, q querier, s *connectors.Schema) error {
	return eachTally(ctx, q, func(kind desk.Kind, prefix string, n int64) {
		s.Counts[kind] += n
		if prefix != "" {
			s.Notes = append(s.Notes, connectors.Note{Level: "info", Text: fmt.Sprintf("%d of kind %s come from source %s.", n, kind, prefix)})
		}
	})
}

// eachTally calls do with the count of every kind from every source.
func eachTally(ctx context.Context, q querier, do func(kind desk.Kind, prefix string, n int64)) error {
	return each(ctx, q, func(rows *sql.Rows) (bool, error) {
		var kind int
		var prefix string
		var n int64
		if err := rows.Scan(&kind, &prefix, &n); err != nil {
			return false, err
		}
		do(kindOf(kind), prefix, n)
		return true, nil
	}, `SELECT t.kind, coalesce(s.prefix, ''), sum(t.count) FROM tally t
		LEFT JOIN source s ON s.n = t.source WHERE t.state <> 2 GROUP BY 1, 2 HAVING sum(t.count) > 0 ORDER BY 2, 1`)
}

// options lists the values in use, the most frequent first.
func options(ctx context.Context, q querier, index *sql.DB, s *connectors.Schema) error {
	behind, err := behind(ctx, q, index)
	if err != nil {
		return err
	}
	if behind > 0 {
		s.Notes = append(s.Notes, connectors.Note{Level: "info", Text: fmt.Sprintf("The search index is %d changes behind; the values in use may be incomplete.", behind)})
	}
	tx, err := index.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	snapshot, err := words.NewSnapshot(ctx, tx)
	if err != nil {
		return err
	}
	defer func() { _ = snapshot.Close() }() // as above
	return optionsOf(ctx, snapshot, s)
}

func optionsOf(ctx context.Context, snapshot *words.Snapshot, s *connectors.Schema) error {
	for _, o := range [...]struct {
		key               byte
		name, title, kind string
	}{
		{keyStatus, "status", "Status", "option"},
		{keyPriority, "priority", "Priority", "option"},
		{keyChannel, "channel", "Channel", "option"},
		{keyCategory, "category", "Category", "option"},
		{keyGroup, "group", "Group", "option"},
		{keyAssignee, "assignee", "Assignee", "option"},
		{keyTag, "tags", "Tags", "options"},
	} {
		found, err := mostFrequent(ctx, snapshot, o.key, nil)
		if err != nil {
			return err
		}
		f := connectors.Field{Kind: desk.KindTicket, Name: o.name, Title: o.title, Type: o.kind, Sure: 1}
		for _, c := range found {
			f.Options = append(f.Options, c.Value)
		}
		s.Fields = append(s.Fields, f)
		s.Notes = append(s.Notes, inUse(o.title, found)...)
	}
	return nil
}

// inUse says how often the most frequent values are used.
func inUse(title string, found []Count) []connectors.Note {
	if len(found) == 0 {
		return nil
	}
	var parts []string
	for _, c := range found[:min(len(found), 12)] {
		parts = append(parts, fmt.Sprintf("%s (%d)", c.Value, c.Count))
	}
	return []connectors.Note{{Level: "info", Text: title + " in use: " + strings.Join(parts, ", ") + "."}}
}
