package main

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/jsonl"
	"github.com/deskhaul/deskhaul/desk"
)

// drawer draws records that few systems hold as they are.
type drawer struct{ *rand.Rand }

func (d drawer) often() bool { return d.IntN(2) == 0 }

func pick[T any](d drawer, all ...T) T { return all[d.IntN(len(all))] }

var drawn = time.Date(2015, 1, 2, 3, 4, 5, 0, time.UTC)

// world are people, shelves and n tickets.
func (d drawer) world(n int) (all []desk.Record) {
	about := func(id string) desk.Meta { return desk.Meta{ID: desk.ID(id), Created: drawn, Version: "1"} }
	all = append(all,
		&desk.Organization{Meta: about("o1"), Name: "Grün", Note: "pays", Domains: []string{"gruen.test"}},
		&desk.Group{Meta: about("g1"), Name: "Second level"},
		&desk.Category{Meta: about("k1"), Name: "Rechnungen"},
		&desk.Agent{Meta: about("a1"), Name: "Ann", Email: "ann@desk.test"},
		&desk.Agent{Meta: about("a2"), Name: "Bob", Email: "bob@desk.test", Groups: []desk.Ref{desk.To(desk.KindGroup, "g1")}},
	)
	for i := range 5 {
		c := &desk.Contact{Meta: about(fmt.Sprintf("c%d", i)), Name: strings.Repeat("Ольга ", 1+d.IntN(20)), Emails: []string{fmt.Sprintf("c%d@gruen.test", i)}}
		c.Phones, c.Zone, c.Language = []string{"+1", "+2", "+3", "+4", "+5", "+6"}[:d.IntN(7)], pick(d, "", "Europe/Berlin"), pick(d, "", "de", "ru")
		if d.often() {
			c.Fields = map[string]any{"vip": true, "plan": "gold"}
		}
		all = append(all, c)
	}
	for i := range n {
		all = append(all, d.ticket(fmt.Sprintf("t%d", i)))
	}
	return all
}

func (d drawer) who() desk.Ref {
	return desk.To(desk.KindContact, desk.ID(fmt.Sprintf("c%d", d.IntN(5))))
}

func (d drawer) agent() desk.Ref {
	return pick(d, desk.Ref{}, desk.To(desk.KindAgent, "a1"), desk.To(desk.KindAgent, "a2"))
}

func (d drawer) ticket(id string) *desk.Ticket {
	t := &desk.Ticket{
		Meta: desk.Meta{ID: desk.ID(id), Version: "1", Created: pick(d, drawn, drawn, drawn.AddDate(-60, 0, 0))}, Number: pick(d, "", "T-"+id),
		Subject: pick(d, "Short", "of two\nlines", strings.Repeat("щ", 150), ""), Status: pick(d, desk.Statuses...),
		Priority: pick(d, append([]desk.Priority{""}, desk.Priorities...)...), Type: pick(d, "", "question", "grumble"), Channel: pick(d, "", "email", "pigeon"),
		Requester: pick(d, d.who(), d.who(), d.who(), desk.Ref{}), Assignee: d.agent(), Group: pick(d, desk.Ref{}, desk.To(desk.KindGroup, "g1")),
		Category: pick(d, desk.Ref{}, desk.To(desk.KindCategory, "k1")), Tags: pick(d, nil, []string{"late"}, []string{"two words", "Ärger", "to\tpieces"}),
		Due: pick(d, time.Time{}, drawn.AddDate(0, 1, 0)), Closed: pick(d, time.Time{}, drawn.AddDate(0, 0, 2)),
	}
	if t.Status == desk.StatusSolved || t.Status == desk.StatusClosed {
		t.Solved = pick(d, time.Time{}, drawn.Add(time.Hour), drawn.AddDate(-55, 0, 0))
	}
	if d.often() {
		t.Fields = map[string]any{"plan": pick[any](d, "gold", "silver", "GOLD", 4.5, []any{"iron", "gold"}), "mood": "cross"}
	}
	if d.IntN(4) == 0 {
		t.Rating = &desk.Rating{Score: "good", At: drawn.AddDate(0, 0, 1)}
		t.History = []desk.Change{{At: drawn, From: desk.StatusNew, To: desk.StatusOpen}}
	}
	if d.often() {
		if p := d.who(); p != t.Requester {
			t.Participants = append(t.Participants, p)
		}
	}
	for i := range 1 + d.IntN(3) {
		t.Messages = append(t.Messages, d.message(fmt.Sprintf("%s-%d", id, i), t, i))
	}
	return t
}

func (d drawer) message(id string, t *desk.Ticket, i int) desk.Message {
	m := desk.Message{
		ID: desk.ID(id), Author: pick(d, t.Requester, d.agent()), From: pick(d, desk.Address{}, desk.Address{Name: "Ольга", Email: "c1@gruen.test"}),
		At: t.Created.Add(time.Duration(i) * time.Hour), Note: d.IntN(4) == 0, Text: fmt.Sprintf("Message %d of %s", i, t.ID), MessageID: pick(d, "", id+"@gruen.test"),
	}
	switch d.IntN(5) {
	case 0:
		m.To, m.CC = []desk.Address{{Email: "help@desk.test"}}, []desk.Address{{Name: "Boss", Email: "boss@gruen.test"}}
	case 1:
		m.HTML = "<table><tr><td>something else altogether</td></tr></table>"
	case 2:
		m.HTML = `<p>see</p><img src="cid:x@y">`
		m.Files = []desk.File{conntest.Bytes("x.png", "image/png", []byte(id))}
		m.Files[0].CID, m.Files[0].Inline = "x@y", true
	case 3:
		for j := range 3 {
			m.Files = append(m.Files, conntest.Bytes(fmt.Sprintf("запись %d.txt", j), "text/plain", make([]byte, 1+d.IntN(1_500_000))))
		}
	}
	if d.IntN(6) == 0 {
		m.Fields, m.Subject, m.Channel = map[string]any{"mood": "cross"}, "another", "phone"
	}
	return m
}

// putInto writes records into a file of lines.
func putInto(t *testing.T, path string, all []desk.Record) {
	t.Helper()
	env := connectors.Env{Log: slog.New(slog.DiscardHandler), State: new(conntest.State), Temp: t.TempDir(), Now: time.Now, Name: "in", HTTP: http.DefaultClient}
	d, err := jsonl.Spec().Target(t.Context(), &jsonl.Config{Path: path}, env)
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range all {
		for _, ref := range desk.Refs(rec) {
			ref.Target = ref.ID
		}
		if _, err := d.Create(t.Context(), rec); err != nil {
			t.Fatalf("%s %s: %v", rec.Kind(), rec.About().ID, err)
		}
	}
	if err := d.(connectors.Syncer).Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.(connectors.Closer).Close(); err != nil {
		t.Fatal(err)
	}
}

// intoProject is a project that moves the file to a target, whose settings are lines.
func intoProject(t *testing.T, in, mapping, connector string, settings ...string) string {
	t.Helper()
	folder := t.TempDir()
	text := "project: p\narchive: none\nsources:\n  old:\n    connector: jsonl\n    path: " + in + "\n" + mapping + "targets:\n  new:\n    connector: " + connector + "\n"
	if slices.Contains([]string{"rt", "zendesk", "freshdesk"}, connector) { // they are silent stand-ins
		settings = append(slices.Clone(settings), "canary=waived")
	}
	for _, s := range settings {
		text += "    " + strings.Replace(s, "=", ": ", 1) + "\n"
	}
	add(t, filepath.Join(folder, "deskhaul.yaml"), text)
	return folder
}
