package intercom

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/desk"
)

// kept asks a stand-in for what somebody keeps: everything, as objects and as pages.
func kept(t *testing.T, s *intercomtest.Server) map[string][]json.RawMessage {
	t.Helper()
	a := sourceOf(t, configOf(s), envOf(t, s.Transport()))
	out := map[string][]json.RawMessage{}
	for _, what := range []string{"admins", "teams"} {
		var page json.RawMessage
		if err := a.get(t.Context(), what, nil, &page); err != nil {
			t.Fatal(err)
		}
		out[what] = append(out[what], page)
	}
	for _, what := range []string{"conversations", "tickets", "contacts"} {
		for row, err := range search[rowShape](t.Context(), a.api, what, filter{"updated_at", ">", 0}) {
			if err != nil {
				t.Fatal(err)
			}
			var one json.RawMessage
			if err := a.get(t.Context(), what+"/"+string(row.ID), nil, &one); err != nil {
				t.Fatal(err)
			}
			out[what] = append(out[what], one)
		}
	}
	return out
}

func write(t *testing.T, path string, parts ...any) {
	t.Helper()
	var b strings.Builder
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			b.WriteString(p)
		case json.RawMessage:
			b.Write(p)
		}
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func list1(rows []json.RawMessage) string {
	all := make([]string, len(rows))
	for i, r := range rows {
		all[i] = string(r)
	}
	return strings.Join(all, ",")
}

// What was kept of an account reads as the account does, in whatever form it was kept; a
// torn line takes no other with it.
func TestKeptFiles(t *testing.T) {
	s := intercomtest.New()
	people, talks := stock(s, 14)
	s.Convert(talks[6], map[string]any{titleAttribute: "made a ticket"})
	all := kept(t, s)
	want := view.Of(t, sourceOf(t, configOf(s), envOf(t, s.Transport())))
	for name, lay := range map[string]func(dir string){
		"lines": func(dir string) {
			parts := []any{}
			for _, what := range []string{"admins", "teams", "conversations", "tickets", "contacts"} {
				for _, r := range all[what] {
					parts = append(parts, r, "\n")
				}
			}
			write(t, filepath.Join(dir, "all.jsonl"), parts...)
		},
		"lists and pages in several files": func(dir string) {
			write(t, filepath.Join(dir, "a.json"), "[", list1(all["conversations"]), "]")
			write(t, filepath.Join(dir, "b.json"), `{"type":"ticket.list","tickets":[`, list1(all["tickets"]), `],"total_count":3}`)
			write(t, filepath.Join(dir, "c.json"), all["admins"][0], "\n\n", all["teams"][0], `[{"type":"list","data":[`, list1(all["contacts"]), `]}]`)
		},
		"torn lines": func(dir string) {
			parts := []any{all["admins"][0], "\n", all["teams"][0], "\n", `{"type":"conversation","id":"9",` + "\n"}
			for _, what := range []string{"conversations", "tickets", "contacts"} {
				for _, r := range all[what] {
					parts = append(parts, r, "\n")
				}
			}
			write(t, filepath.Join(dir, "all.ndjson"), append(parts, "{\"type\":\n")...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			lay(dir)
			src := keptIn(t, &Config{Path: dir}, s.Transport())
			var tickets []*desk.Ticket
			asides := 0
			for it, err := range src.Read(t.Context(), desk.KindTicket, "") {
				switch {
				case err != nil:
					t.Fatal(err)
				case it.Aside != nil:
					asides++
				default:
					tickets = append(tickets, it.Record.(*desk.Ticket))
				}
			}
			got := view.OfTickets(t, tickets, src)
			if d := cmp.Diff(want, got); d != "" || (asides > 0) != (name == "torn lines") {
				t.Errorf("%d asides, %s", asides, d)
			}
			schema, err := src.Describe(t.Context())
			if err != nil || schema.Counts[desk.KindContact] != int64(len(people)) || schema.Counts[desk.KindTicket] != 15 || schema.Counts[desk.KindAgent] != 2 || len(schema.Notes) != 1 {
				t.Errorf("%+v, %v", schema, err)
			}
		})
	}
}

func keptIn(t *testing.T, c *Config, line http.RoundTripper) *FileSource {
	t.Helper()
	src, err := Spec().Source(t.Context(), c, envOf(t, line))
	if err != nil {
		t.Fatal(err)
	}
	return src.(*FileSource)
}

// Without records of people, they are those whom the messages name; without parts it is told
// what is missing; and a file whose address has expired says what to do.
func TestKeptFilesThatLackThings(t *testing.T) {
	now := time.Now()
	s := intercomtest.New()
	s.Clock = func() time.Time { return now }
	ann := s.AddAdmin("Ann", "ann@desk.test")
	who, other := s.AddContact(intercomtest.Contact{Name: "Olga", Email: "olga@a.test"}), s.AddContact(intercomtest.Contact{Name: "Mute", Email: "mute@a.test"})
	id := s.AddTalk(intercomtest.Talk{Contacts: []string{who, other}, HTML: "<p>x</p>", Admin: ann, Team: 77, Files: []intercomtest.File{{Name: "a.txt", Bytes: []byte("hello")}}})
	s.AddPart(id, intercomtest.Part{HTML: "<p>y</p>", By: fmt.Sprint(ann)})
	path := filepath.Join(t.TempDir(), "one.json")
	write(t, path, kept(t, s)["conversations"][0])
	src := keptIn(t, &Config{Path: path}, s.Transport())
	var names []string
	for _, kind := range []desk.Kind{desk.KindAgent, desk.KindContact} {
		for it, err := range src.Read(t.Context(), kind, "") {
			if err != nil {
				t.Fatal(err)
			}
			name := string(it.Record.About().ID)
			if c, ok := it.Record.(*desk.Contact); ok && c.Name != "" {
				name = c.Name
			}
			if a, ok := it.Record.(*desk.Agent); ok {
				name = a.Name
			}
			names = append(names, name)
		}
	}
	if !slices.Equal(names, []string{"Ann", "Olga", other}) {
		t.Errorf("%q", names)
	}
	now = now.Add(time.Hour)
	for it, err := range src.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		f := it.Record.(*desk.Ticket).Messages[0].Files[0]
		if _, err := f.Open(t.Context()); connectors.ReasonOf(err) != connectors.ReasonVanished || !strings.Contains(err.Error(), "give workspace and token") {
			t.Errorf("it said %v", err)
		}
		c := configOf(s)
		c.Path = path
		if b := conntest.BytesOf(t, firstFile(t, keptIn(t, c, s.Transport()))); string(b) != "hello" {
			t.Errorf("with a token it is %q", b)
		}
	}
	bare := filepath.Join(t.TempDir(), "bare.json")
	write(t, bare, `{"type":"conversation","id":"7","created_at":1700000000,"source":{"body":"<p>z</p>","author":{"type":"user","id":"abc","name":"A"}}}`)
	schema, err := keptIn(t, &Config{Path: bare}, s.Transport()).Describe(t.Context())
	if err != nil || schema.Notes[0].Level != "warning" || !strings.Contains(schema.Notes[0].Text, "1 conversations have no parts") {
		t.Errorf("%+v, %v", schema, err)
	}
	if _, err := newTarget(&Config{Path: bare, TicketType: "1", Quiet: quietDeclared}, envOf(t, s.Transport())); !errors.Is(err, connectors.ErrDenied) {
		t.Errorf("a file as a target: %v", err)
	}
	if _, err := Spec().Source(t.Context(), &Config{Path: filepath.Join(t.TempDir(), "none")}, envOf(t, s.Transport())); !errors.Is(err, connectors.ErrDenied) {
		t.Errorf("no file: %v", err)
	}
}

func firstFile(t *testing.T, s *FileSource) desk.File {
	t.Helper()
	for it, err := range s.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		return it.Record.(*desk.Ticket).Messages[0].Files[0]
	}
	t.Fatal("there is no ticket")
	return desk.File{}
}
