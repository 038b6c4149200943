package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/deskhaul/deskhaul/connectors/archive/words"
	"github.com/deskhaul/deskhaul/desk"
)

// view is the index as it is at one instant, while its writer goes on.
type view struct {
	library *Library
	tx      *sql.Tx
	words   *words.Snapshot
}

// look begins to read. The caller closes the view.
func (l *Library) look(ctx context.Context) (*view, error) {
	tx, err := l.index.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	s, err := words.NewSnapshot(ctx, tx)
	if err != nil {
		return nil, errors.Join(l.judge(ctx, err), tx.Rollback())
	}
	return &view{l, tx, s}, nil
}

// close ends the view. err is what came of reading, and comes back judged.
func (v *view) close(ctx context.Context, err error) error {
	_ = v.words.Close() // nothing was written
	_ = v.tx.Rollback()
	return v.library.judge(ctx, err)
}

// judge sees to it that a damaged index is built anew, by the next run or look.
func (l *Library) judge(ctx context.Context, err error) error {
	if !errors.Is(err, words.ErrDamaged) {
		return err
	}
	if failed := condemn(context.WithoutCancel(ctx), l.source.folder); failed != nil {
		return fmt.Errorf("%w; delete %s and begin again, it will be built anew: %w", err, searchFile, failed)
	}
	return fmt.Errorf("%w; begin again, it will be built anew: %w", err, ErrNoIndex)
}

// passing finds the tickets that pass a filter. all says that it leaves none out.
func (v *view) passing(ctx context.Context, f Filter) (set *words.Set, all bool, err error) {
	set, err = v.words.Key(ctx, keyKind, kindKey(desk.KindTicket))
	if err != nil || f == (Filter{}) {
		return set, true, err
	}
	source, err := v.sourceKey(ctx, f.Source)
	if err != nil {
		return nil, false, err
	}
	for _, k := range [...]struct {
		name  byte
		value string
	}{
		{keyStatus, string(f.Status)},
		{keyCategory, string(f.Category)},
		{keyGroup, string(f.Group)},
		{keyAssignee, string(f.Assignee)},
		{keyRequester, string(f.Requester)},
		{keyTag, f.Tag},
		{keyChannel, f.Channel},
		{keySource, source},
		{keyFiles, when(f.HasFiles)},
		{keyGone, when(f.Deleted)},
	} {
		if k.value == "" {
			continue
		}
		having, err := v.words.Key(ctx, k.name, k.value)
		if err != nil {
			return nil, false, err
		}
		if set.Keep(having); set.Empty() {
			return set, false, nil
		}
	}
	return set, false, v.narrow(ctx, f, set)
}

func when(is bool) string {
	if is {
		return yes
	}
	return ""
}

// narrow drops the tickets that do not pass by what has no key of its own.
func (v *view) narrow(ctx context.Context, f Filter, set *words.Set) error {
	if f.Org != "" {
		having, err := v.ofOrg(ctx, f.Org)
		if err != nil {
			return err
		}
		set.Keep(having)
	}
	if !f.From.IsZero() || !f.To.IsZero() {
		having, err := v.created(ctx, f)
		if err != nil {
			return err
		}
		set.Keep(having)
	}
	return v.search(ctx, f.Text, set)
}

// search drops the records that lack a term in all their documents.
func (v *view) search(ctx context.Context, text string, set *words.Set) error {
	for _, t := range parseSearch(text) {
		if set.Empty() {
			return nil
		}
		having, err := v.words.Phrase(ctx, t.words, t.prefix)
		if err != nil {
			return err
		}
		if t.not {
			set.Drop(having)
		} else {
			set.Keep(having)
		}
	}
	return nil
}

// sourceKey is the key of a source by its prefix.
func (v *view) sourceKey(ctx context.Context, prefix string) (string, error) {
	if prefix == "" {
		return "", nil
	}
	prefixes, err := v.library.prefixes(ctx)
	if err != nil {
		return "", err
	}
	for n, p := range prefixes {
		if p == prefix {
			return strconv.Itoa(n), nil
		}
	}
	return "none", nil
}

// ofOrg finds what the contacts of an organisation have to do with.
func (v *view) ofOrg(ctx context.Context, org desk.ID) (*words.Set, error) {
	var ids []string
	err := each(ctx, v.tx, func(rows *sql.Rows) (bool, error) {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return true, err
	}, "SELECT id FROM label WHERE org = ? AND org <> ''", string(org))
	if err != nil {
		return nil, err
	}
	return v.words.Keys(ctx, keyWho, ids)
}

// created finds the tickets that were created in the filter's time.
func (v *view) created(ctx context.Context, f Filter) (*words.Set, error) {
	c := new(condition)
	c.add("created IS NOT NULL")
	if !f.From.IsZero() {
		c.add("coalesce(created, last) >= ?", f.From.UnixMilli())
	}
	if !f.To.IsZero() {
		c.add("coalesce(created, last) < ?", f.To.UnixMilli())
	}
	set := words.NewSet()
	return set, each(ctx, v.tx, func(rows *sql.Rows) (bool, error) {
		var n int64
		err := rows.Scan(&n)
		set.Add(n)
		return true, err
	}, "SELECT n FROM ticket INDEXED BY ticket_created"+c.sql(), c.args...)
}

// manyRecords is above what sorting the records of a list is slower than walking
// through all of them in order.
const manyRecords = 2000

// only adds to c that the record is in set. Of a large one it keeps the first limit
// that inOrder, a query of all n, yields after the first skip.
func (v *view) only(ctx context.Context, c *condition, set *words.Set, inOrder string, args []any, skip, limit int) (skipped int, err error) {
	var list []int64
	if set.Count() <= manyRecords {
		list = slices.AppendSeq(list, set.All)
	} else {
		skipped = skip
		err = each(ctx, v.tx, func(rows *sql.Rows) (bool, error) {
			var n int64
			err := rows.Scan(&n)
			if !set.Has(n) {
				return true, err
			}
			if skip > 0 {
				skip--
				return true, err
			}
			list = append(list, n)
			return len(list) < limit, err
		}, inOrder, args...)
	}
	if err != nil {
		return 0, err
	}
	chosen, err := json.Marshal(list)
	c.add("n IN (SELECT value FROM json_each(?))", string(chosen))
	return skipped, err
}
