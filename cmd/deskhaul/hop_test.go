package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/report"
)

// A target that cannot promise to send nobody an e-mail is refused, by name, before
// anything is opened.
func TestLoudTargetIsRefused(t *testing.T) {
	store, err := checkpoints.Scratch(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // it is thrown away
	for name, silent := range map[string]bool{"silent": true, "loud": false} {
		t.Run(name, func(t *testing.T) {
			opened := false
			spec := mem.Spec()
			spec.Writes.Silent = silent
			spec.Guide.Silence = []string{"Say quiet: yes."}
			spec.Target = func(context.Context, any, connectors.Env) (connectors.Target, error) {
				opened = true
				return new(mem.Desk), nil
			}
			h := &hop{
				s:    &session{app: &app{stderr: t.Output()}, p: &project.Project{Folder: t.TempDir()}, store: store},
				from: &project.System{Name: "old", UUID: "old", Spec: mem.Spec(), Config: new(mem.Desk)},
				to:   &project.System{Name: "new", UUID: "new", Spec: spec, Config: new(mem.Desk)},
			}
			err := h.open(t.Context())
			if silent {
				if err != nil || !opened {
					t.Errorf("opened %v, %v", opened, err)
				}
				return
			}
			var e *exit
			if opened || !errors.As(err, &e) || e.code != exitUsage || !strings.Contains(err.Error(), "new (mem) cannot promise") || !strings.Contains(err.Error(), "Say quiet: yes.") {
				t.Errorf("opened %v, error %v", opened, err)
			}
		})
	}
}

// A plan counts the calls to a target that takes them one by one; a run, the
// requests that were sent.
func TestRequestsAreCounted(t *testing.T) {
	store, err := checkpoints.Scratch(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // it is thrown away
	src := new(mem.Desk)
	src.Seed(&desk.Contact{Meta: desk.Meta{ID: "ann"}, Name: "Ann"}, &desk.Ticket{Subject: "one", Requester: desk.To(desk.KindContact, "ann")})
	s := &session{app: &app{stderr: t.Output(), quiet: true}, p: &project.Project{Folder: t.TempDir()}, store: store, purpose: toRehearse}
	h := &hop{
		s: s, last: true,
		from: &project.System{Name: "old", UUID: "old", Spec: mem.Spec(), Config: src},
		to:   &project.System{Name: "new", UUID: "new", Spec: mem.Spec(), Config: new(mem.Desk)},
	}
	var p report.Plan
	if err := h.plan(t.Context(), planAsk{}, pipeline.Selection{}, &p, nil, newHandedOn()); err != nil || p.Requests != 2 {
		t.Errorf("%d calls planned, want 2; %v", p.Requests, err)
	}
	s.requests.Store(7)
	run := checkpoints.Run{}
	if run.ID, err = store.StartRun(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	var r report.Run
	if err := s.finish(t.Context(), &run, &r, nil, new(losses), nil); err != nil {
		t.Fatal(err)
	}
	list, err := store.Runs(t.Context(), 1)
	if err != nil || r.Requests != 7 || len(list) != 1 || list[0].Requests != 7 {
		t.Errorf("the run says %d, the list of runs %+v, %v; want 7", r.Requests, list, err)
	}
}

// Two accounts of one target, a rehearsal and the real one, share no line of the
// ledger: what was moved to one is not taken for moved to the other.
func TestAccountsShareNoLines(t *testing.T) {
	dir := t.TempDir()
	mbox := filepath.Join(dir, "support.mbox")
	if err := appendMails(mbox, 0, 9); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"rehearsal.jsonl", "real.jsonl"} {
		file := filepath.Join(dir, name)
		mustRun(t, "migrate", "--quiet", "--from", "mbox:"+mbox, "--to", "jsonl:"+file, dir)
		tickets := 0
		for _, line := range lines(t, file) {
			if strings.HasPrefix(line, string(desk.KindTicket)) {
				tickets++
			}
		}
		if tickets != 2 {
			t.Errorf("%d tickets in %s, want 2", tickets, name)
		}
	}
}
