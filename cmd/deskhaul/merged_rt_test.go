package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// mergedTickets writes six tickets of six customers, of which the source merged the first
// into the last, and the fifth into the second.
func mergedTickets(t *testing.T) (path string) {
	t.Helper()
	var b strings.Builder
	for n := range 6 {
		fmt.Fprintf(&b, `{"kind":"contact","id":"c%d","name":"Customer %d","emails":["c%d@customer.test"]}`+"\n", n, n, n)
	}
	for n := range 6 {
		into := map[int]string{0: `,"merged_into":{"kind":"ticket","id":"t5"}`, 4: `,"merged_into":{"kind":"ticket","id":"t1"}`}[n]
		fmt.Fprintf(&b, `{"kind":"ticket","id":"t%d","subject":"Case %d","status":"open","requester":{"kind":"contact","id":"c%d"}%s,`+
			`"messages":[{"id":"m%d","author":{"kind":"contact","id":"c%d"},"at":"2022-01-0%dT10:00:00Z","text":"%s"}]}`+"\n", n, n, n, into, n, n, n+1, words(n))
	}
	path = filepath.Join(t.TempDir(), "all.jsonl")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Request Tracker joins the people of tickets that are merged: that is no difference, and
// nobody's change. A rollback takes such tickets back together.
func TestMergedTicketsAtRequestTracker(t *testing.T) {
	t.Parallel()
	far := anRT(t)
	j := travel(t, "jsonl:"+mergedTickets(t), far)
	for range 2 {
		j.run(t, "migrate")
		j.sound(t, 6, 6)
		for _, more := range [][]string{nil, {"--yes"}} {
			if h := j.rollback(t, more...); h.Deleted[desk.KindTicket] != 6 || h.Left[desk.KindTicket] != 0 || h.Gone[desk.KindTicket] > 0 {
				t.Errorf("%v: %+v", more, h)
			}
		}
		if left := far.ids(t); len(left) > 0 {
			t.Errorf("left are %v", left)
		}
	}
}

// What people wrote into one of them, or merged into it, keeps all; the rehearsal says so.
func TestRollbackOfMergedTicketsThatPeopleTouched(t *testing.T) {
	t.Parallel()
	far := anRT(t)
	j := travel(t, "jsonl:"+mergedTickets(t), far)
	j.run(t, "migrate")
	ids := far.ids(t)
	far.answer(t, ids["Case 1"], 1001)
	far.merge(t, ids["Case 3"], ids["Case 2"])
	v, code := j.verify(t)
	if code != exitDone || v.Differences > 0 {
		t.Errorf("exit %d: %s\n%+v", code, v.Line, v.Hops)
	}
	for _, more := range [][]string{nil, {"--yes"}} {
		h := j.rollback(t, more...)
		var why []string
		for _, u := range h.First {
			if u.Kind == desk.KindTicket {
				why = append(why, u.ID+": "+u.Why)
			}
		}
		slices.Sort(why)
		want := []string{
			"jsonl/t1: somebody wrote a message into it since", "jsonl/t2: somebody merged ticket " + ids["Case 3"] + " into it",
			"jsonl/t3: somebody changed it since: merged_into", "jsonl/t4: it was merged into ticket " + ids["Case 1"] + " there, which stays",
		}
		if !slices.Equal(why, want) || h.Deleted[desk.KindTicket] != 2 {
			t.Errorf("%v: %+v\nleft %q", more, h, why)
		}
	}
	left := slices.Sorted(maps.Keys(far.ids(t)))
	if want := []string{"Case 1", "Case 2", "Case 3", "Case 4"}; !slices.Equal(left, want) {
		t.Errorf("left are %q", left)
	}
}

// Tickets that were still to be merged when a run broke off are taken back one by one: what
// nobody touched of them is deleted, and what stays keeps what it is to be merged into.
func TestRollbackOfTicketsThatWereToBeMerged(t *testing.T) {
	t.Parallel()
	s := rttest.New()
	var merges atomic.Bool
	url := s.Start(t.Cleanup, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b, err := io.ReadAll(r.Body)
			if err != nil || !merges.Load() && bytes.Contains(b, []byte("MergeInto")) {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(b))
			h.ServeHTTP(w, r)
		})
	})
	who := rtPeople{s, rttest.Token}
	far := &cloud{connector: "rt", url: url, token: rttest.Token, settings: []string{"quiet=scrips", "settling=1s"}, outbox: s.Outbox, people: who}
	j := travel(t, "jsonl:"+mergedTickets(t), far)
	if _, r := j.end(t, "migrate"); r.code == exitDone {
		t.Fatal("it was all merged")
	}
	merges.Store(true)
	far.answer(t, far.ids(t)["Case 4"], 1001)
	for _, more := range [][]string{nil, {"--yes"}} {
		if h := j.rollback(t, more...); h.Deleted[desk.KindTicket] != 4 || h.Left[desk.KindTicket] != 2 {
			t.Errorf("%v: %+v", more, h)
		}
	}
	if left := slices.Sorted(maps.Keys(far.ids(t))); !slices.Equal(left, []string{"Case 1", "Case 4"}) {
		t.Errorf("left are %v", left)
	}
}
