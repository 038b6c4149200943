package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/deskhaul/deskhaul/connectors/archive/words"
	"github.com/deskhaul/deskhaul/desk"
)

// ticket indexes a ticket's cover, and those of its messages that are new.
func (w *indexWriter) ticket(ctx context.Context, c *changed, t *desk.Ticket) error {
	handed := w.digests.take(c.n, c.change)
	seen, err := w.seen(ctx, c)
	if err != nil {
		return err
	}
	if w.known(c) {
		if err := w.words.Replace(ctx, c.n, seen == 0); err != nil {
			return err
		}
	}
	s, err := w.sum(ctx, c, handed)
	if err != nil {
		return err
	}
	if s.last == nil && !t.Created.IsZero() {
		s.newest(t.Created.UnixMilli())
	}
	w.words.Begin(words.Cover(c.n))
	if err := w.coverWords(ctx, t); err != nil {
		return err
	}
	if err := w.coverKeys(ctx, c, t, &s); err != nil {
		return err
	}
	if err := w.row(ctx, c, t, &s); err != nil {
		return err
	}
	if handed != nil {
		return w.digested(ctx, c, handed)
	}
	return w.newMessages(ctx, c, seen)
}

// coverWords are a ticket's own words and the names of those it refers to.
func (w *indexWriter) coverWords(ctx context.Context, t *desk.Ticket) error {
	err := w.say(ctx, append([]string{t.Subject, t.Number, string(t.ID), t.Type, t.Channel}, t.Tags...)...)
	if err != nil {
		return err
	}
	for _, ref := range append([]desk.Ref{t.Requester, t.Assignee, t.Group, t.Category}, t.Participants...) {
		if ref.ID == "" {
			continue
		}
		v, err := w.namesOf(ctx, ref)
		if err == nil {
			err = w.say(ctx, v.name, v.email)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// coverKeys are what tickets are filtered and counted by.
func (w *indexWriter) coverKeys(ctx context.Context, c *changed, t *desk.Ticket, s *sums) error {
	for _, k := range [...]struct {
		name  byte
		value string
		is    bool
	}{
		{keyKind, kindKey(desk.KindTicket), true},
		{keyStatus, string(t.Status), true},
		{keyPriority, string(t.Priority), true},
		{keyChannel, t.Channel, true},
		{keyCategory, string(t.Category.ID), true},
		{keyGroup, string(t.Group.ID), true},
		{keyAssignee, string(t.Assignee.ID), true},
		{keyRequester, string(t.Requester.ID), true},
		{keySource, strconv.FormatInt(c.source, 10), c.source != 0},
		{keyYear, strconv.Itoa(t.Created.UTC().Year()), !t.Created.IsZero()},
		{keyFiles, yes, s.files > 0},
		{keyGone, yes, c.state == stateGone},
	} {
		if !k.is {
			continue
		}
		if err := w.mark(ctx, k.name, k.value); err != nil {
			return err
		}
	}
	if err := w.mark(ctx, keyTag, t.Tags...); err != nil {
		return err
	}
	return w.involve(ctx, append(t.Participants, t.Requester)...)
}

// involve adds the contacts among refs to the document at hand.
func (w *indexWriter) involve(ctx context.Context, refs ...desk.Ref) error {
	for _, who := range refs {
		if who.Kind != desk.KindContact {
			continue
		}
		if err := w.mark(ctx, keyWho, string(who.ID)); err != nil {
			return err
		}
	}
	return nil
}

// seen is the change of the ticket up to which the index has its messages. It is
// the ticket's own and not the index's: a ticket that changes again before it was
// indexed comes late, with messages older than the batch.
func (w *indexWriter) seen(ctx context.Context, c *changed) (change int64, err error) {
	if !w.known(c) {
		return 0, nil
	}
	stmt, err := w.prepared(ctx, "SELECT change, messages FROM ticket WHERE n = ?")
	if err != nil {
		return 0, err
	}
	var messages int64
	err = stmt.QueryRowContext(ctx, c.n).Scan(&change, &messages)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var kept int64
	err = w.kept.QueryRowContext(ctx, c.first(), c.first()+messages, change).Scan(&kept)
	if kept != messages {
		change = 0 // others may have left out what an edited one said, or the ticket began again
	}
	return change, err
}

// sums are what a ticket's messages add up to.
type sums struct {
	count, files int64
	last         *int64 // of the newest one, milliseconds since 1970; nil if unknown
}

func (s *sums) newest(at int64) {
	if s.last == nil || *s.last < at {
		s.last = &at
	}
}

func (w *indexWriter) sum(ctx context.Context, c *changed, handed *digest) (s sums, err error) {
	if handed != nil {
		return handed.sums, nil
	}
	err = w.sums.QueryRowContext(ctx, c.first(), c.first()+maxMessages).Scan(&s.count, &s.files, &s.last)
	return s, err
}

// row writes what lists show of a ticket.
func (w *indexWriter) row(ctx context.Context, c *changed, t *desk.Ticket, s *sums) error {
	var created any
	if !t.Created.IsZero() {
		created = t.Created.UnixMilli()
	}
	last := int64(0)
	if s.last != nil {
		last = *s.last
	}
	tags, err := json.Marshal(t.Tags)
	if err != nil {
		return err
	}
	return w.exec(ctx, `INSERT OR REPLACE INTO ticket (n, change, id, source, state, number, subject, status, priority, channel,
		requester, assignee, grp, category, created, last, messages, files, tags) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		c.n, c.change, string(t.ID), c.source, c.state, t.Number, t.Subject, string(t.Status), string(t.Priority), t.Channel,
		string(t.Requester.ID), string(t.Assignee.ID), string(t.Group.ID), string(t.Category.ID), created, last, s.count, s.files, string(tags))
}

// digested indexes the messages of a new ticket as they were handed over.
func (w *indexWriter) digested(ctx context.Context, c *changed, d *digest) error {
	from := 0
	for i, m := range d.messages {
		w.words.Begin(c.first() + int64(i) + 1)
		if err := w.words.Words(ctx, d.folded[from:m.end]); err != nil {
			return err
		}
		if err := w.involve(ctx, m.author); err != nil {
			return err
		}
		from = m.end
	}
	return nil
}

// newMessages indexes the messages that changed after seen.
func (w *indexWriter) newMessages(ctx context.Context, c *changed, seen int64) error {
	w.digester.said.next()
	err := eachOf(ctx, w.messages, func(rows *sql.Rows) (bool, error) {
		return true, w.message(ctx, rows)
	}, c.first(), c.first()+maxMessages, seen)
	if err != nil {
		return fmt.Errorf("ticket %s: %w", c.id, err)
	}
	return nil
}

func (w *indexWriter) message(ctx context.Context, rows *sql.Rows) error {
	var n int64
	var rest sql.RawBytes
	var body sql.NullString
	if err := rows.Scan(&n, &rest, &body); err != nil {
		return err
	}
	var m mentions
	if err := json.Unmarshal(rest, &m); err != nil {
		return fmt.Errorf("stored message cannot be read: %w", err)
	}
	w.words.Begin(n)
	w.folded = w.digester.message(w.folded[:0], &m, body.String)
	if err := w.words.Words(ctx, w.folded); err != nil {
		return err
	}
	return w.involve(ctx, m.Author)
}
