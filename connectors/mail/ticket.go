package mail

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mail/auto"
	"github.com/deskhaul/deskhaul/connectors/mail/thread"
	"github.com/deskhaul/deskhaul/desk"
)

// build makes the ticket of the messages that were read. It leaves l.built nil if
// there is nothing to show.
func (s *Source) build(ctx context.Context, l *loaded) error {
	t := &desk.Ticket{Channel: "email"}
	var covers cover
	var shown []leaf
	for i, tn := range l.turns {
		if tn.mail == nil {
			continue
		}
		w, carrier, err := s.written(tn, &covers)
		if err != nil {
			l.turns[i].err = err
		}
		if carrier {
			continue
		}
		shown = append(shown, tn)
		if w != nil {
			t.Messages = append(t.Messages, s.asWritten(w, tn))
			continue
		}
		t.Messages = append(t.Messages, s.message(tn))
	}
	if len(shown) > 0 {
		l.opener = shown[0].n
	} else if len(l.turns) > 0 {
		l.opener = l.turns[0].n
	}
	if l.record.Opener != 0 {
		l.opener = l.record.Opener
	}
	if covers.ticket != nil {
		l.built = covers.ticket
		l.built.Messages = t.Messages
		return nil
	}
	if len(shown) == 0 {
		return nil
	}
	l.built = t
	return s.fill(ctx, l, t, shown)
}

// fill writes the cover of a ticket that came as plain mail.
func (s *Source) fill(ctx context.Context, l *loaded, t *desk.Ticket, shown []leaf) error {
	opener, err := s.x.event(ctx, l.opener)
	if err != nil {
		return err
	}
	s.writeCover(t, shown)
	if !slices.ContainsFunc(shown, func(tn leaf) bool { return tn.n == l.opener }) && l.record.Cover != "" {
		if err := keepCover(t, l.record.Cover); err != nil {
			return err
		}
	}
	t.ID = opener.opens()
	if p := l.problems(); len(p) > 0 {
		t.SetField("unreadable_messages", p)
	}
	return s.link(ctx, l, t)
}

// opens is the id of a ticket that the message opens.
func (e *event) opens() desk.ID { return desk.ID(cmp.Or(e.Named, e.ID)) }

func (s *Source) writeCover(t *desk.Ticket, shown []leaf) {
	first := shown[0].mail
	t.Subject = strings.TrimSpace(first.Header.Text("Subject"))
	t.Created = t.Messages[0].At
	for i := range t.Messages {
		if at := t.Messages[i].At; at.After(t.Updated) {
			t.Updated = at
		}
		if t.Messages[i].Subject == t.Subject {
			t.Messages[i].Subject = ""
		}
	}
	t.Requester = s.requester(shown)
	t.Participants = s.participants(shown, t.Requester)
	t.Category = s.category(shown)
	t.Tags = s.tags(shown)
	t.Number = number(shown)
	t.Status = s.status(shown)
}

// keepCover takes over what stood on the cover when the message that opened the
// ticket could still be read.
func keepCover(t *desk.Ticket, was string) error {
	rec, err := desk.Unmarshal([]byte(was))
	if err != nil {
		return err
	}
	if old, ok := rec.(*desk.Ticket); ok {
		t.Subject, t.Created, t.Requester, t.Category, t.Number = old.Subject, old.Created, old.Requester, old.Category, old.Number
	}
	return nil
}

// link reports the tickets that a message ties to this one.
func (s *Source) link(ctx context.Context, l *loaded, t *desk.Ticket) error {
	var ids []any
	for _, tn := range l.turns {
		for _, n := range tn.e.Links {
			root, other, err := s.x.ticket(ctx, n)
			if err != nil {
				return err
			}
			if root == l.ticket {
				continue
			}
			e, err := s.x.event(ctx, max(other.Opener, 1))
			if err != nil {
				return err
			}
			if other.Opener != 0 && !slices.Contains(ids, any(e.ID)) {
				ids = append(ids, e.ID)
			}
		}
	}
	if len(ids) > 0 {
		t.SetField("linked_tickets", ids)
	}
	return nil
}

// requester is the outsider who began: the author of the first message, or, if
// that is one of us, the first outsider he wrote to.
func (s *Source) requester(shown []leaf) desk.Ref {
	first := &shown[0].who
	if first.author.id != "" && !s.ours.has(first.author.id) {
		return desk.To(desk.KindContact, desk.ID(first.author.id))
	}
	if len(first.outside) > 0 {
		return desk.To(desk.KindContact, desk.ID(first.outside[0].id))
	}
	for _, tn := range shown[1:] {
		if author := tn.who.author; author.id != "" && !s.ours.has(author.id) {
			return desk.To(desk.KindContact, desk.ID(author.id))
		}
	}
	return desk.Ref{}
}

// participants are the outsiders besides the requester: in To, in Cc, or authors.
func (s *Source) participants(shown []leaf, requester desk.Ref) []desk.Ref {
	var out []desk.Ref
	add := func(p person) {
		ref := desk.To(desk.KindContact, desk.ID(p.id))
		if p.id != "" && ref != requester && !s.ours.has(p.id) && !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	for i := range shown {
		add(shown[i].who.author)
		for _, p := range shown[i].who.outside {
			add(p)
		}
	}
	return out
}

// category is the shelf of the first message that an outsider wrote, else of the
// first that stands on one. Folders of what goes out count last.
func (s *Source) category(shown []leaf) desk.Ref {
	if s.shelf == 0 {
		return desk.Ref{}
	}
	found, best := "", 0
	for _, tn := range shown {
		shelf, worth := s.shelfOf(tn)
		if worth > best {
			found, best = shelf, worth
		}
	}
	return desk.To(desk.KindCategory, desk.ID(found))
}

// What the shelf of a message is worth against those of others of its ticket. That
// an outsider wrote it adds one to a shelf.
const (
	worthOutgoing = 1
	worthTop      = 3 // it lies beside all folders
	worthShelf    = 4
)

// shelfOf is the shelf that a message gives its ticket, and what it is worth.
func (s *Source) shelfOf(tn leaf) (shelf string, worth int) {
	folder := tn.e.Places[0].Folder
	if s.shelf == shelfFolder && folder == "" {
		return "", worthTop
	}
	for _, shelf := range shelvesOf(tn.mail.Header, folder, tn.labels, s.ours) {
		if shelf[0] != s.shelf || s.shelf == shelfLabel && !s.opt.isCategory(shelf[1:]) {
			continue
		}
		worth = worthShelf
		if s.shelf == shelfFolder && IsOutgoing(folder) {
			worth = worthOutgoing
		}
		if !tn.e.Ours {
			worth++
		}
		return shelf[1:], worth
	}
	return "", 0
}

// tags are the classes of the opening message and the labels of all.
func (s *Source) tags(shown []leaf) []string {
	tags := slices.Clone(shown[0].tags)
	if s.opt.Labels == "none" {
		return tags
	}
	for _, tn := range shown {
		for _, l := range tn.labels {
			if isShelfLabel(l) && !slices.Contains(tags, l) {
				tags = append(tags, l)
			}
		}
	}
	return tags
}

// number is the first ticket number in a subject.
func number(shown []leaf) string {
	for _, tn := range shown {
		for _, token := range tn.e.Tokens {
			if !isConversation(token) {
				return thread.TokenNumber(token)
			}
		}
	}
	return ""
}

// status is the configured one; else open if an outsider wrote the last message
// that a person wrote, pending if one of us did.
func (s *Source) status(shown []leaf) desk.Status {
	if s.opt.Status != "" {
		return desk.Status(s.opt.Status)
	}
	for _, tn := range slices.Backward(shown) {
		if slices.Contains(tn.tags, auto.TagAutoReply) || slices.Contains(tn.tags, auto.TagBounce) {
			continue
		}
		ours := tn.e.Ours
		if tn.mail != nil { // who is one of us may have changed since it was indexed
			ours = s.ours.has(tn.who.author.id)
		}
		if ours {
			return desk.StatusPending
		}
		break
	}
	return desk.StatusOpen
}

// timeOf is when a message was written, as the index repaired it.
func timeOf(e *event) time.Time {
	if e.At == 0 {
		return time.Time{}
	}
	return time.Unix(e.At, 0).UTC()
}
