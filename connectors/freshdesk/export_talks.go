package freshdesk

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// A ticket brings ten of its conversations along (include=conversations); who kept the rest
// has pages of them (tickets/NUMBER/conversations), which lie anywhere among the files. So
// conversations that lie apart are put into State under their ticket:
//
//	talks               which files that was done of
//	talk/TICKET/ID      a conversation, as it was answered
//	told/TICKET         the ticket was read, with those that lie apart
const (
	talksKey = "talks"
	talkKey  = "talk/"
	toldKey  = "told/"
)

func padded(n int64) string { return fmt.Sprintf("%019d", n) }

// beginTalks tells whether the files are not those that conversations were taken from last;
// what is known of others is forgotten then.
func (s *FileSource) beginTalks(ctx context.Context) (bool, error) {
	was, err := s.env.State.Get(ctx, talksKey)
	if err != nil || string(was) == s.folder.Print() {
		return false, err
	}
	var keys []string
	for _, prefix := range []string{talkKey, toldKey} {
		for e, err := range s.env.State.Scan(ctx, prefix, "") {
			if err != nil {
				return false, err
			}
			keys = append(keys, e.Key)
		}
	}
	for _, key := range keys {
		if err := s.env.State.Delete(ctx, key); err != nil {
			return false, err
		}
	}
	return true, s.env.State.Delete(ctx, talksKey) // until it is all known again
}

// endTalks notes that all conversations of these files are known.
func (s *FileSource) endTalks(ctx context.Context) error {
	return s.env.State.Put(ctx, talksKey, []byte(s.folder.Print()))
}

// keepTalk keeps a conversation, unless a later form of it is kept: it may have been asked for
// twice.
func (s *FileSource) keepTalk(ctx context.Context, t *talkShape) error {
	key := talkKey + padded(t.Ticket) + "/" + padded(t.ID)
	b, err := s.env.State.Get(ctx, key)
	if err != nil {
		return err
	}
	if b != nil {
		var was talkShape
		if err := json.Unmarshal(b, &was); err != nil {
			return fmt.Errorf("ticket %d: a conversation that was kept: %w", t.Ticket, err)
		}
		if was.Updated.After(t.Updated.Time) {
			return nil
		}
	}
	if b, err = json.Marshal(t); err != nil {
		return err
	}
	return s.env.State.Put(ctx, key, b)
}

// joinTalks gives a ticket those of its conversations that lie apart.
func (s *FileSource) joinTalks(ctx context.Context, t *ticketShape) error {
	had := map[int64]bool{}
	for i := range t.Talks {
		had[t.Talks[i].ID] = true
	}
	apart := false
	for e, err := range s.env.State.Scan(ctx, talkKey+padded(t.ID)+"/", "") {
		if err != nil {
			return err
		}
		var talk talkShape
		if err := json.Unmarshal(e.Value, &talk); err != nil {
			return fmt.Errorf("ticket %d: a conversation that was kept: %w", t.ID, err)
		}
		if apart = true; !had[talk.ID] {
			t.Talks = append(t.Talks, talk)
		}
	}
	if !apart {
		return nil
	}
	t.sortTalks()
	return s.env.State.Put(ctx, toldKey+padded(t.ID), []byte("yes"))
}

// strays are the tickets of which there are conversations among the files, and no more.
func (s *FileSource) strays(ctx context.Context, yield func(connectors.Item, error) bool) error {
	last, n := "", 0
	tell := func() (bool, error) {
		told, err := s.env.State.Get(ctx, toldKey+last)
		if err != nil || told != nil || last == "" {
			return true, err
		}
		id := strings.TrimLeft(last, "0")
		return yield(connectors.Item{Aside: &connectors.Aside{
			Kind: desk.KindTicket, ID: desk.ID(id), Reason: connectors.ReasonUnreadable,
			Detail: "ticket " + id + ": the files have " + strconv.Itoa(n) + " conversations of it, and not the ticket – put it among them too, as tickets/" + id + " gives it",
		}}, nil), nil
	}
	for e, err := range s.env.State.Scan(ctx, talkKey, "") {
		if err != nil {
			return err
		}
		ticket, _, _ := strings.Cut(strings.TrimPrefix(e.Key, talkKey), "/")
		if ticket != last {
			if on, err := tell(); !on || err != nil {
				return err
			}
			last, n = ticket, 0
		}
		n++
	}
	_, err := tell()
	return err
}
