package imap

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/desk"
)

// mails are what the server tells of the mails in a folder.
func (r *rig) mails(folder string, what *imap.FetchOptions) (all []*imapclient.FetchMessageBuffer) {
	r.t.Helper()
	s, err := r.c.dialAt(quiet(), r.pace)(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	defer s.close()
	if _, err := s.choose(r.t.Context(), folder, false, true); err != nil {
		r.t.Fatal(err)
	}
	err = s.do(r.t.Context(), func(c *imapclient.Client) (err error) {
		all, err = c.Fetch(imap.UIDSet{{Start: 1}}, what).Collect()
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return all
}

// subjects are those of the mails in a folder.
func (r *rig) subjects(folder string) (all []string) {
	r.t.Helper()
	for _, m := range r.mails(folder, &imap.FetchOptions{Envelope: true}) {
		all = append(all, m.Envelope.Subject)
	}
	return all
}

// A ticket that changes every day leaves two covers besides its mails, and never one too
// few: whatever a kill has kept of the book, a change knows of all changes before.
func TestOldCoversDoNotHeapUp(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	now := time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	state := new(conntest.State)
	dst := r.target(state, clock)
	k := pair("a")
	if _, err := dst.Create(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	r.Folder("deskhaul")
	r.Put("deskhaul", letter("somebody's own"))
	r.Put("deskhaul", letter("and deleted by them"), imap.FlagDeleted)
	durable := state.Len()
	for day := range 8 {
		k.Tags = append(k.Tags, fmt.Sprint("day", day))
		k.Subject = fmt.Sprint("on day ", day)
		if _, err := dst.Update(t.Context(), "a", k, []string{"tags", "subject"}); err != nil {
			t.Fatal(err)
		}
		for n := durable; n <= state.Len(); n++ {
			killed := r.target(state.At(n), clock)
			if _, err := killed.Find(t.Context(), k); err != nil {
				t.Fatal(err)
			}
			back, err := killed.Fetch(t.Context(), desk.KindTicket, "a")
			if err != nil {
				t.Fatal(err)
			}
			if got := back.(*desk.Ticket); got.Subject != k.Subject || !slices.Equal(got.Tags, k.Tags) || len(got.Messages) != 2 {
				t.Fatalf("day %d, after %d of %d: %q %q", day, n-durable, state.Len()-durable, got.Subject, got.Tags)
			}
		}
		durable = state.Len()
	}
	if got := r.subjects("deskhaul"); len(got) != 4 {
		t.Errorf("in the folder: %q", got)
	}
	if got := r.subjects("INBOX"); len(got) != 2 {
		t.Errorf("in the inbox: %q", got)
	}
}

// Where the server cannot take away single mails, or what stands at the place is not
// ours, nothing is taken away.
func TestOldCoversStay(t *testing.T) {
	r := newRig(t, imaptest.Options{Caps: imap.CapSet{imap.CapESearch: {}}})
	dst := r.target(new(conntest.State), time.Now)
	k := pair("a")
	if _, err := dst.Create(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	for day := range 4 {
		k.Subject = fmt.Sprint("on day ", day)
		if _, err := dst.Update(t.Context(), "a", k, []string{"subject"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.subjects("deskhaul"); len(got) != 4 {
		t.Errorf("in the folder: %q", got)
	}

	r = newRig(t, imaptest.Options{})
	sh := r.target(new(conntest.State), time.Now).finder.shelf
	r.Folder("deskhaul")
	uid := r.Put("deskhaul", letter("a"))
	s, err := r.c.dialAt(quiet(), r.pace)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for folder, seal := range map[string]string{"deskhaul": "another", "INBOX": ""} {
		seen, err := s.choose(t.Context(), folder, false, true)
		if err != nil {
			t.Fatal(err)
		}
		sh.Discard(t.Context(), placeOf(folder, seen.UIDValidity, uid), seal)
	}
	if got := r.subjects("deskhaul"); len(got) != 1 {
		t.Errorf("in the folder: %q", got)
	}
}
