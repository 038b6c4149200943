package compose

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Scribe is the target that every mailbox connector writes with: it turns
// records into mails and puts them on a Shelf. A record's id at the target is the
// id that it has in the source, so that reading the mailbox gives the same ids;
// if another record holds that id, a piece of the mark is added.
type Scribe struct {
	shelf   Shelf
	book    book
	folders bool
	dry     bool
}

// NewScribe makes a target that keeps its mails on the shelf and its index in
// the generation of env.State. folders says that tickets go to a folder named
// after their category.
func NewScribe(shelf Shelf, env connectors.Env, generation int64, folders bool) *Scribe {
	return &Scribe{shelf: shelf, book: book{env.State, generation, new(noting)}, folders: folders, dry: env.DryRun}
}

// Create writes r: a ticket as one mail for each message, the first of which
// carries the cover; anything else as one mail.
func (s *Scribe) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	if err := s.mayWrite(); err != nil {
		return connectors.Receipt{}, err
	}
	rec := linked(r)
	was, err := s.claim(ctx, rec)
	if err != nil {
		return connectors.Receipt{}, err
	}
	version := int64(1)
	if was != nil {
		version = was.Version + 1
	}
	letters, err := s.letters(ctx, rec, version)
	if err != nil {
		return connectors.Receipt{}, err
	}
	receipt := connectors.Receipt{ID: rec.About().ID, Version: fmt.Sprint(version), Messages: map[desk.ID]desk.ID{}}
	letters[0].slip.Newer = was != nil
	// What an earlier attempt left in place is not taken away by a later one that
	// fails: it is as good as before.
	err = s.post(ctx, letters, &receipt, was == nil || !s.shelf.Rewrites())
	return receipt, err
}

func (s *Scribe) mayWrite() error {
	if s.dry {
		return fmt.Errorf("a dry run writes nothing: %w", connectors.ErrUnsupported)
	}
	return nil
}

// claim gives rec its id and mark at the target and returns what the book has of
// it from an earlier attempt.
func (s *Scribe) claim(ctx context.Context, rec desk.Record) (*entry, error) {
	about := rec.About()
	if about.Mark == "" {
		about.Mark = string(rec.Kind()) + "/" + string(about.ID)
	}
	if about.ID == "" {
		about.ID = desk.ID(about.Mark)
	}
	e, err := s.book.get(ctx, rec.Kind(), about.ID)
	if e != nil && e.Mark != about.Mark {
		about.ID += desk.ID("~" + digest(about.Mark)[:8])
		e, err = s.book.get(ctx, rec.Kind(), about.ID)
	}
	if err != nil || e == nil {
		return nil, err
	}
	if !s.holds(ctx, e) {
		return nil, s.disown(ctx, e)
	}
	return e, nil
}

// disown takes out of the book what it has of a record that is not there any more: its
// messages would else stand among those of the one that is written now as they did then.
func (s *Scribe) disown(ctx context.Context, e *entry) (err error) {
	var turns []string
	if e.Kind == desk.KindTicket {
		if _, turns, err = s.book.turns(ctx, e.ID); err != nil {
			return err
		}
	}
	return s.book.strike(ctx, e, turns)
}

// holds tells whether what the book says of a record is really there.
func (s *Scribe) holds(ctx context.Context, e *entry) bool {
	return e.Place != "" && (s.shelf.Holds(ctx, e.Place, e.Seal) || s.renewed(ctx, e))
}

// letters makes the mails of one record.
func (s *Scribe) letters(ctx context.Context, rec desk.Record, version int64) ([]*posting, error) {
	t, ok := rec.(*desk.Ticket)
	if !ok {
		return []*posting{s.alone(rec, version, Slip{Record: true})}, nil
	}
	folder, err := s.folderOf(ctx, t.Category.ID)
	if err != nil {
		return nil, err
	}
	cover := *t
	cover.Messages = nil
	if len(t.Messages) == 0 {
		return []*posting{s.alone(&cover, version, Slip{Folder: folder})}, nil
	}
	var all []*posting
	taken := map[desk.ID]bool{}
	for i := range t.Messages {
		identify(&t.Messages[i], t.ID)
	}
	kin := kinOf(t.Messages)
	so := thread{Root: kin.root(mailID(&t.Messages[0]))}
	for i := range t.Messages {
		m := &t.Messages[i]
		p := newPosting(m, t.ID, t.Subject, t.Created, kin.before(so, mailID(m)), folder)
		if i == 0 {
			p.rec, p.version, p.with = &cover, version, len(t.Messages)-1
		}
		if taken[p.msg.ID] {
			p.msg.ID += desk.ID("~" + digest(p.mark)[:8])
		}
		taken[p.msg.ID] = true
		so = so.after(p.id, p.msg)
		all = append(all, p)
	}
	markNew(&cover, all)
	return all, nil
}

// posting is a letter and where it goes.
type posting struct {
	letter
	slip Slip
	was  desk.ID // the message's id at the source
}

// newPosting makes the mail of one message.
func newPosting(m *desk.Message, ticket desk.ID, subject string, created time.Time, so thread, folder []string) *posting {
	was := m.ID
	identify(m, ticket)
	if m.ID == "" {
		m.ID = desk.ID(m.Mark)
	}
	at := m.At
	if at.IsZero() {
		at = created
	}
	return &posting{
		letter: letter{ticket: ticket, subject: subject, thread: so, msg: m, mark: m.Mark, at: at, id: mailID(m)},
		slip:   Slip{Name: digest(m.Mark), At: mailTime(at), Folder: folder},
		was:    was,
	}
}

// identify gives a message a mark if it has none.
func identify(m *desk.Message, ticket desk.ID) {
	if m.Mark == "" {
		m.Mark = string(ticket) + "/" + string(m.ID)
	}
}

// alone makes a mail that carries a record or cover and no message.
func (s *Scribe) alone(rec desk.Record, version int64, slip Slip) *posting {
	about := rec.About()
	slip.Name, slip.At = digest(about.Mark), mailTime(about.Created)
	p := &posting{slip: slip, letter: letter{rec: rec, version: version, mark: about.Mark, at: about.Created}}
	p.id = derivedID(fmt.Sprintf("%s#%d", about.Mark, version))
	if rec.Kind() == desk.KindTicket {
		p.ticket = about.ID
	}
	return p
}

// post writes mails; either all of them stand and the book knows them, or, where
// undo is set, none: unless it is not known whether one stands, for then those before
// it show that the record was begun.
func (s *Scribe) post(ctx context.Context, letters []*posting, receipt *connectors.Receipt, undo bool) error {
	var places []string
	for _, p := range letters {
		place, err := s.put(ctx, p, receipt)
		if err != nil && undo && !errors.Is(err, connectors.ErrUnsure) {
			if back := s.shelf.Undo(context.WithoutCancel(ctx), places); back != nil {
				err = fmt.Errorf("%w; taking back what was written of it: %w: %w", err, back, connectors.ErrUnsure)
			}
		}
		if err != nil {
			return err
		}
		places = append(places, place)
	}
	for i, p := range letters {
		w := written{
			ticket: p.ticket, rec: p.rec, version: p.version, msg: p.msg, mark: p.mark, id: p.id,
			place: places[i], seal: p.seal(), slip: p.slip,
		}
		if err := s.book.note(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

func (s *Scribe) put(ctx context.Context, p *posting, receipt *connectors.Receipt) (string, error) {
	if err := p.fits(); err != nil {
		return "", err
	}
	if err := p.head(); err != nil {
		return "", err
	}
	var files []connectors.FileReceipt
	place, err := s.shelf.Put(ctx, p.slip, func(w io.Writer) (err error) {
		files, err = p.write(ctx, w)
		return err
	})
	if err != nil {
		return "", err
	}
	receipt.Losses = append(receipt.Losses, p.losses...)
	if p.msg != nil {
		for i := range files {
			files[i].Message = p.was
		}
		receipt.Files = append(receipt.Files, files...)
		if receipt.Messages != nil {
			receipt.Messages[p.was] = p.msg.ID
		}
	}
	return place, nil
}

// seal is the value of the seal, once head has built it.
func (l *letter) seal() string { return l.fields[0].Value }

// Append adds a message to a ticket, as an answer to the newest public one.
func (s *Scribe) Append(ctx context.Context, ticket desk.ID, m *desk.Message) (connectors.Receipt, error) {
	if err := s.mayWrite(); err != nil {
		return connectors.Receipt{}, err
	}
	e, err := s.known(ctx, desk.KindTicket, ticket)
	if err != nil {
		return connectors.Receipt{}, err
	}
	copied := linked(&desk.Ticket{Messages: []desk.Message{*m}}).(*desk.Ticket)
	so := &copied.Messages[0]
	identify(so, ticket)
	p := newPosting(so, ticket, e.Subject, time.Time{}, e.Thread.appended(mailID(so)), e.Slip.Folder)
	receipt := connectors.Receipt{ID: p.msg.ID}
	if err := s.post(ctx, []*posting{p}, &receipt, false); err != nil {
		return receipt, err
	}
	return receipt, s.markAnswered(ctx, e, p.msg)
}

// known returns what the book has of a record that must be there.
func (s *Scribe) known(ctx context.Context, kind desk.Kind, id desk.ID) (*entry, error) {
	e, err := s.book.get(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	if e == nil || !s.holds(ctx, e) {
		return nil, fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
	}
	return e, nil
}

// folderOf is the names of a category and those around it, from the outside in.
func (s *Scribe) folderOf(ctx context.Context, category desk.ID) ([]string, error) {
	if !s.folders {
		return nil, nil
	}
	var path []string
	for depth := 0; category != "" && depth < 10; depth++ {
		e, err := s.book.get(ctx, desk.KindCategory, category)
		if err != nil {
			return nil, err
		}
		name := string(category)
		category = ""
		if e != nil {
			name, category = e.Name, e.Parent
		}
		path = append([]string{name}, path...)
	}
	return path, nil
}

// Sync makes all that was written durable.
func (s *Scribe) Sync(ctx context.Context) error { return s.shelf.Sync(ctx) }

// Close syncs nothing that was not synced; it releases the shelf.
func (s *Scribe) Close() error { return s.shelf.Close() }
