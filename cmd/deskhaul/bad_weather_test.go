package main

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/desk"
)

// route is a move that must hold in any weather.
type route struct {
	from, to func(*testing.T) *cloud // nil: a mailbox, our archive
	// what is said of a ticket that was deleted in the source: a tombstone, a tag or a
	// note; "" where the source cannot tell: nothing is ever deleted in a mailbox.
	deleted string
	// mergeable: the source tells which tickets were merged. No call of Freshdesk's
	// does, and in a mailbox there is no such thing.
	mergeable bool
	// merges: the target has merged tickets too. Else they stay apart, and that is told.
	merges bool
}

var routes = map[string]route{
	"zendesk to freshdesk":  {from: aZendesk, to: aFreshdesk, deleted: "tag", mergeable: true},
	"freshdesk to rt":       {from: aFreshdesk, to: anRT, deleted: "note"}, // RT has no tags
	"mailbox to zendesk":    {to: aZendesk},
	"mailbox to intercom":   {to: anIntercom},
	"intercom to freshdesk": {from: anIntercom, to: aFreshdesk, deleted: "tag"},
	"rt to archive":         {from: anRT, deleted: "tombstone", mergeable: true, merges: true},
	"zendesk to okdesk":     {from: aZendesk, to: anOkdesk, deleted: "note", mergeable: true},
	"okdesk to rt":          {from: anOkdesk, to: anRT, deleted: "note"},
	"mailbox to itsm365":    {to: anITSM365},
	"itsm365 to zendesk":    {from: anITSM365, to: aZendesk, deleted: "tag"},
	"mailbox to znuny":      {to: aZnuny},
	"znuny to freshdesk":    {from: aZnuny, to: aFreshdesk, deleted: "tag", mergeable: true},
}

// severity is how much there is to do in the storm, and how bad it is.
type severity struct {
	mails int // to begin with; one less than a multiple of five, so that the last thread goes on
	packs int // how often each sort of request meets every fault, in each phase
	gap   int // the most sound requests between two that are spoilt
	kills int // of processes, in each phase
}

// Whatever a vendor's server, or the line to it, does to a run and to the delta after
// it, at both ends: 429 with and without Retry-After, 5xx, answers lost after it acted,
// half answers, slow loris, a token that expires, totals that are lies. In the end
// the target holds what the source does, nothing lost, nothing twice, nobody e-mailed.
// Each fault is met, or the test fails.
func TestInBadWeather(t *testing.T) {
	t.Parallel()
	inBadWeather(t, severity{mails: 29, packs: 1, gap: 4})
}

func inBadWeather(t *testing.T, how severity) {
	names := []string{"mailbox to zendesk", "zendesk to freshdesk", "freshdesk to rt", "rt to archive", "mailbox to intercom", "intercom to freshdesk", "zendesk to okdesk", "okdesk to rt", "mailbox to itsm365", "itsm365 to zendesk", "mailbox to znuny", "znuny to freshdesk"}
	if len(names) != len(routes) {
		t.Fatal("a route is not among them")
	}
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			if i >= rounds.Of(1, 1, len(names)) {
				t.Skip("with the build tag integration all routes are tried")
			}
			t.Parallel()
			newStorm(t, routes[name], how).blow(t)
		})
	}
}

// storm is one route in bad weather.
type storm struct {
	route
	severity
	old, next *cloud            // next nil: our archive
	ids       map[string]string // of the source's tickets, by subject
	journey   *journey
	rng       *rand.Rand
	talk      int
}

func newStorm(t *testing.T, r route, how severity) *storm {
	s := &storm{route: r, severity: how}
	seed := weather.Seed(t)
	s.rng = rand.New(rand.NewPCG(seed, 1))
	s.old = aMailbox(t, how.mails)
	if r.from != nil {
		mailbox := s.old
		s.old = r.from(t)
		travel(t, mailbox, s.old).run(t, "migrate")
		s.ids = s.old.ids(t)
	}
	s.journey = travel(t, s.old, "archive:")
	if r.to != nil {
		s.next = r.to(t)
		s.journey = travel(t, s.old, s.next)
	}
	for i, c := range s.ends() {
		c.weather.Seed = seed + uint64(i)
	}
	return s
}

// ends are those that have weather.
func (s *storm) ends() (out []*cloud) {
	for _, c := range []*cloud{s.old, s.next} {
		if c != nil && c.weather != nil {
			out = append(out, c)
		}
	}
	return out
}

func (s *storm) blow(t *testing.T) {
	s.weathered(t, "migrate", s.gap)
	s.same(t, "after the move", meanwhile{})
	did := s.workOn(t)
	losses := s.weathered(t, "sync", 1) // there is less to do, and as much to meet
	s.same(t, "after the delta", did)
	o := s.journey.run(t, "sync")
	if o.Kinds[desk.KindMessage].Created != 0 || o.Kinds[desk.KindTicket].Created != 0 || o.Kinds[desk.KindTicket].Updated != 0 {
		t.Errorf("one run more wrote: %+v", o.Kinds)
	}
	if s.mergeable && !s.merges && !slices.ContainsFunc(losses, func(l loss) bool { return l.Field == "merged_into" }) {
		t.Errorf("it is not told what became of the ticket that was merged: %+v", losses)
	}
	for _, c := range s.ends() {
		if mails := c.outbox(); len(mails) > 0 {
			t.Errorf("%s sent %d e-mails, such as %s", c.connector, len(mails), mails[0])
		}
	}
}

// meanwhile are the subjects of the tickets that were deleted and merged.
type meanwhile struct{ deleted, merged, into string }

// workOn is what happens in the source before the delta: new messages, notes, a changed
// status, new tickets, one that is deleted, two that are merged.
func (s *storm) workOn(t *testing.T) meanwhile {
	t.Helper()
	if s.from == nil { // a mailbox knows new mails alone, some of them answers to old ones
		if err := appendMails(s.old.url, s.mails, s.mails+35); err != nil {
			t.Fatal(err)
		}
		return meanwhile{}
	}
	ids := s.ids
	for i, subject := range []string{"Case 0", "Case 1", "Case 2", "Case 5"} {
		s.old.answer(t, ids[subject], 1001+10*i)
		s.old.note(t, ids[subject], 1002+10*i)
	}
	s.old.solve(t, ids["Case 2"])
	s.old.solve(t, ids["Case 0"])
	s.old.open(t, "Case new", 1101)
	s.old.open(t, "Case newer", 1102)
	s.old.remove(t, ids["Case 3"])
	did := meanwhile{deleted: "Case 3"}
	if s.old.merge(t, ids["Case 4"], ids["Case 1"]) {
		did.merged, did.into = "Case 4", "Case 1"
	}
	return did
}

// same compares what both ends hold, read in fair weather.
func (s *storm) same(t *testing.T, when string, did meanwhile) {
	t.Helper()
	was, is := s.old.look(t), s.held(t)
	delete(was.standing, did.deleted)
	if s.deleted != "" && did.deleted != "" && is.gone[did.deleted] != s.deleted {
		t.Errorf("%s: of the ticket that was deleted is said %q, want a %s", when, is.gone[did.deleted], s.deleted)
	}
	if did.merged != "" {
		s.mergedInto(t, when, did, was, is)
	}
	if d := cmp.Diff(was.standing, is.standing); d != "" {
		t.Errorf("%s (-source +target): %s", when, d)
	}
}

// mergedInto checks that a merged ticket is merged in the target as well, or stands
// apart there with all that it had.
func (s *storm) mergedInto(t *testing.T, when string, did meanwhile, was, is sight) {
	t.Helper()
	_, apart := is.standing[did.merged]
	if s.merges == apart || s.merges && is.merged[did.merged] != did.into {
		t.Errorf("%s: the ticket that was merged is part of %q, apart: %v", when, is.merged[did.merged], apart)
	}
	delete(is.standing, did.merged)
	delete(was.standing, did.merged)
}

// held is what the target holds.
func (s *storm) held(t *testing.T) sight {
	t.Helper()
	if s.next != nil {
		return s.next.look(t)
	}
	// The same file each time: what was there and is deleted gets its tombstone there too.
	path := filepath.Join(filepath.Dir(s.journey.dir), "archive.jsonl")
	mustRun(t, "load", "--quiet", "--from", "archive:", "--to", "jsonl:"+path, s.journey.dir)
	return sightOf(t, path)
}
