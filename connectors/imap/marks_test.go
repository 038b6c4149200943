package imap

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/desk"
)

// flagged are the flags of the mails in the inbox, each beside the first word that the
// mail says.
func (r *rig) flagged() (all []string) {
	r.t.Helper()
	text := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierText, Peek: true}
	for _, m := range r.mails("INBOX", &imap.FetchOptions{Flags: true, BodySection: []*imap.FetchItemBodySection{text}}) {
		words := []string{strings.TrimSpace(string(m.FindBodySection(text)))}
		for _, f := range m.Flags {
			if f != imap.FlagSeen && f != `\Recent` && !isOurs([]imap.Flag{f}) {
				words = append(words, strings.ToLower(string(f)))
			}
		}
		slices.Sort(words[1:])
		all = append(all, strings.Join(words, " "))
	}
	return all
}

// A mail program shows which of the customer's mails were answered, and the star of a
// flagged ticket on its first mail; both keep up with what comes later.
func TestFlagsOfWrittenMails(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	now := time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	dst := r.target(new(conntest.State), func() time.Time { return now })
	turn := func(id string, kind desk.Kind, note bool) desk.Message {
		now = now.Add(time.Hour)
		return desk.Message{ID: desk.ID(id), Mark: "mark-" + id, Author: desk.Ref{Kind: kind, ID: "p", Target: "p"}, From: desk.Address{Email: "p@acme.test"}, At: now, Text: id, Note: note}
	}
	k := &desk.Ticket{Meta: desk.Meta{ID: "t", Mark: "mark"}, Subject: "s", Tags: []string{"flagged", "urgent"}, Messages: []desk.Message{
		turn("asked", desk.KindContact, false), turn("noted", desk.KindAgent, true), turn("asked-again", desk.KindContact, false),
		turn("answered", desk.KindAgent, false), turn("thanked", desk.KindContact, false), turn("seen", desk.KindAgent, true),
	}}
	if _, err := dst.Create(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	want := []string{`asked \answered \flagged`, "noted", `asked-again \answered`, "answered", "thanked", "seen"}
	if got := r.flagged(); !slices.Equal(got, want) {
		t.Errorf("new: %q", got)
	}
	for _, m := range []desk.Message{turn("noted-too", desk.KindAgent, true), turn("replied", desk.KindAgent, false), turn("replied-more", desk.KindAgent, false)} {
		if _, err := dst.Append(t.Context(), "t", &m); err != nil {
			t.Fatal(err)
		}
	}
	k.Tags = []string{"urgent"}
	if _, err := dst.Update(t.Context(), "t", k, []string{"tags"}); err != nil {
		t.Fatal(err)
	}
	want = []string{`asked \answered`, "noted", `asked-again \answered`, "answered", `thanked \answered`, "seen", "noted-too", "replied", "replied-more"}
	if got := r.flagged(); !slices.Equal(got, want) {
		t.Errorf("later: %q", got)
	}
}
