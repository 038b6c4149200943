package imap

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
)

// finder enters mails of ours into the book that were put there by a process which was
// stopped before its book was durable.
type finder struct {
	shelf  *shelf
	scribe *compose.Scribe
	state  connectors.State
}

// looked is up to where a folder was looked through.
type looked struct {
	Validity uint32   `json:"v"`
	Next     imap.UID `json:"n"`
	// Seen are those from Next on that are in the book already, as ranges.
	Seen imap.UIDSet `json:"s,omitempty"`
}

func (l looked) same(m looked) bool {
	return l.Validity == m.Validity && l.Next == m.Next && slices.Equal(l.Seen, m.Seen)
}

// look goes through what is new in each folder. Unless all has settled, what it does not
// find may be found later: a search can run behind what was put.
func (f *finder) look(ctx context.Context, settled bool) error {
	if err := f.shelf.layout(ctx); err != nil {
		return err
	}
	var all []folder
	err := f.shelf.pool.with(ctx, "", func(s *session) (err error) {
		all, err = listFolders(ctx, s)
		return err
	})
	if err != nil {
		return fmt.Errorf("the folders cannot be listed: %w", err)
	}
	records := f.shelf.folderOf(compose.Slip{Record: true})
	slices.SortFunc(all, func(a, b folder) int { // categories first: tickets name them
		return -compareBools(a.name == records, b.name == records)
	})
	f.shelf.noteTrash(all)
	for _, each := range all {
		if f.shelf.threwAway(ctx, each.name) {
			continue
		}
		if err := f.folder(ctx, each, settled); err != nil {
			return fmt.Errorf("folder %s: %w", each.shown, err)
		}
	}
	return nil
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func lookedKey(folder string) string { return "looked/" + folder }

// recall is up to where a folder was looked through.
func (f *finder) recall(ctx context.Context, folder string) (was looked, err error) {
	b, err := f.state.Get(ctx, lookedKey(folder))
	if err == nil && b != nil {
		err = json.Unmarshal(b, &was)
	}
	return was, err
}

// folder goes through one folder. Those that cannot be opened hold nothing of ours.
func (f *finder) folder(ctx context.Context, each folder, settled bool) error {
	was, err := f.recall(ctx, each.name)
	if err != nil {
		return err
	}
	var now looked
	var found []*fetched
	err = f.shelf.pool.with(ctx, "", func(s *session) (err error) {
		now, found, err = f.news(ctx, s, each.name, was, settled)
		return err
	})
	var shut *closedFolder
	if errors.As(err, &shut) || err == nil && was.same(now) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.adopt(ctx, each.name, now.Validity, found); err != nil {
		return err
	}
	b, err := json.Marshal(now)
	if err != nil {
		return err
	}
	return f.state.Put(ctx, lookedKey(each.name), b)
}

// news are the mails of ours in a folder that are not in the book.
func (f *finder) news(ctx context.Context, s *session, name string, was looked, settled bool) (now looked, found []*fetched, err error) {
	seen, err := s.choose(ctx, name, false, true)
	if err != nil {
		return now, nil, closed(name, err)
	}
	if was.Validity != seen.UIDValidity {
		was = looked{Validity: seen.UIDValidity, Next: 1}
	}
	if now = was; was.Next >= seen.UIDNext {
		return now, nil, nil
	}
	uids, err := s.oursSince(ctx, was.Next, f.shelf.keywords)
	if err != nil {
		return now, nil, err
	}
	if now.Seen = uids; settled {
		now = looked{Validity: was.Validity, Next: seen.UIDNext}
	}
	if uids = without(uids, was.Seen); len(uids) == 0 {
		return now, nil, nil
	}
	err = s.fetch(ctx, uids, want{head: true}, f.shelf.temp, func(m *fetched) error {
		found = append(found, m)
		return nil
	})
	return now, found, err
}

// without are the numbers that are not among those that were seen.
func without(uids, seen imap.UIDSet) (left imap.UIDSet) {
	all, _ := uids.Nums() // they have an end
	for _, uid := range all {
		if !seen.Contains(uid) {
			left.AddNum(uid)
		}
	}
	return left
}

// oursSince are the mails from a number on that carry our keyword, or our seal where
// the server keeps no keywords.
func (s *session) oursSince(ctx context.Context, from imap.UID, keywords bool) (set imap.UIDSet, err error) {
	c := &imap.SearchCriteria{UID: []imap.UIDSet{{{Start: from, Stop: 0}}}, NotFlag: []imap.Flag{imap.FlagDeleted}}
	if keywords {
		c.Flag = []imap.Flag{ourKeyword}
	} else {
		c.Header = []imap.SearchCriteriaHeaderField{{Key: stamp.HeaderSeal}}
	}
	err = s.do(ctx, func(client *imapclient.Client) error {
		data, err := client.UIDSearch(c, nil).Wait()
		if err != nil {
			return err
		}
		for _, uid := range data.AllUIDs() {
			if uid >= from {
				set.AddNum(uid)
			}
		}
		return nil
	})
	return set, err
}

// adopt enters mails into the book in the order in which they were put.
func (f *finder) adopt(ctx context.Context, folder string, validity uint32, found []*fetched) error {
	slices.SortFunc(found, func(a, b *fetched) int { return int(int64(a.uid) - int64(b.uid)) })
	for _, m := range found {
		h, _, err := rfc5322.ReadHeader(rfc5322.Bytes(m.head))
		if err != nil || !stamp.Sealed(h) {
			continue // somebody else's
		}
		place := placeOf(folder, validity, m.uid)
		if err := f.scribe.Adopt(ctx, 0, place, h); err != nil {
			return err
		}
	}
	return nil
}
