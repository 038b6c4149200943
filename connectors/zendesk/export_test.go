package zendesk

import (
	"compress/gzip"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// exportedTickets are two tickets as Zendesk writes them into an export, a line each.
const exportedTickets = `{"id":35436,"url":"https://acme.zendesk.com/api/v2/tickets/35436.json","subject":"Hilfe, mein Drucker brennt","status":"closed","created_at":"2009-07-20T22:55:29Z","updated_at":"2011-05-05T10:38:52Z","requester":{"id":20978392,"name":"Ольга","email":"olga@x.test","role":"end-user"},"submitter":{"id":76872,"name":"Ann","email":"ann@acme.test","role":"agent"},"assignee":{"id":76872,"name":"Ann","email":"ann@acme.test","role":"agent"},"group":{"id":98738,"name":"Support"},"organization":{"id":509974,"name":"Grün GmbH"},"tags":["drucker"],"via":{"channel":"email"},"custom_fields":[{"id":27642,"value":"745"}],"comments":[{"id":1,"author_id":20978392,"body":"Es brennt","public":true,"created_at":"2009-07-20T22:55:29Z","attachments":[]},{"id":2,"author_id":76872,"body":"intern","public":false,"created_at":"2009-07-21T00:00:00Z","attachments":[]}]}
{"id":35437,"subject":"torn`

const exportedMore = `
{"id":35438,"subject":"ohne Kommentare","description":"nur dies","status":"open","created_at":"2010-01-01T00:00:00Z","updated_at":"2010-01-01T00:00:00Z","requester_id":20978392,"via":{"channel":"web"},"comments":null}
`

func fileSource(t *testing.T, path string) *FileSource {
	t.Helper()
	s, err := Spec().Source(t.Context(), &Config{Path: path}, env(t, http.DefaultTransport))
	if err != nil {
		t.Fatal(err)
	}
	return s.(*FileSource)
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".gz") {
		z := gzip.NewWriter(f)
		if _, err := z.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	} else if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// A file of lines is read, with the people and shelves that its tickets write out. A
// torn line is set aside alone.
func TestReadExportOfLines(t *testing.T) {
	for _, name := range []string{"tickets.json", "acme-export.ndjson", "tickets.jsonl.gz"} {
		s := fileSource(t, write(t, name, "\ufeff"+exportedTickets+exportedMore))
		var tickets []*desk.Ticket
		var asides []*connectors.Aside
		for it, err := range s.Read(t.Context(), desk.KindTicket, "") {
			switch {
			case err != nil:
				t.Fatal(err)
			case it.Aside != nil:
				asides = append(asides, it.Aside)
			default:
				tickets = append(tickets, it.Record.(*desk.Ticket))
			}
		}
		if len(tickets) != 2 || len(asides) != 1 || !strings.Contains(asides[0].Detail, "byte") {
			t.Fatalf("%s: %d tickets, set aside %+v", name, len(tickets), asides)
		}
		tk := tickets[0]
		if tk.Requester != desk.To(desk.KindContact, "20978392") || tk.Assignee != desk.To(desk.KindAgent, "76872") || tk.Group.ID != "98738" || len(tk.Messages) != 2 || !tk.Messages[1].Note || tk.Channel != "email" || tk.Fields["27642"] != "745" {
			t.Errorf("%s: %+v", name, tk)
		}
		if m := tickets[1].Messages; len(m) != 1 || m[0].Text != "nur dies" || m[0].Author != tickets[1].Requester {
			t.Errorf("%s: the messages of a ticket without comments are %+v", name, m)
		}
		for kind, want := range map[desk.Kind]string{desk.KindContact: "Ольга", desk.KindAgent: "Ann", desk.KindGroup: "Support", desk.KindOrganization: "Grün GmbH"} {
			got, _ := read(t, s, kind, "")
			b, err := json.Marshal(got)
			if len(got) != 1 || !strings.Contains(string(b), want) || err != nil {
				t.Errorf("%s: of kind %s: %s", name, kind, b)
			}
		}
	}
}

// What the API answered and somebody kept is read as the API itself is.
func TestReadExportOfPages(t *testing.T) {
	a := zendesktest.New(zendesktest.Options{ExportLag: -1, Rate: -1, ExportRate: -1})
	a.Set("ticket_fields", given{"title": "plan", "type": "text"})
	s := &seeder{a: a, ids: map[desk.Ref]int64{}}
	for _, r := range conntest.Sample() {
		if tk, is := r.(*desk.Ticket); is {
			tk.Messages[0].Files = nil // their addresses lead to the account
		}
		s.put(r)
	}
	dir := t.TempDir()
	keep := func(name, path string) {
		c := open(t, config(), a.Line())
		var page any
		if err := c.one(t.Context(), path, &page); err != nil {
			t.Fatal(err)
		}
		if p, is := page.(map[string]any); is && p["tickets"] != nil {
			for _, tk := range p["tickets"].([]any) {
				var comments map[string]any
				if err := c.one(t.Context(), "tickets/"+string(number(int64(tk.(map[string]any)["id"].(float64))))+"/comments", &comments); err != nil {
					t.Fatal(err)
				}
				tk.(map[string]any)["comments"] = comments["comments"]
			}
		}
		b, err := json.MarshalIndent(page, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keep("a.json", "incremental/tickets/cursor?start_time=0")
	keep("b.json", "incremental/users/cursor?start_time=0")
	keep("c.json", "incremental/organizations?start_time=0")
	for _, list := range []string{"groups", "group_memberships", "ticket_fields"} {
		keep(list+".json", list)
	}
	from := fileSource(t, dir)
	api := open(t, config(), a.Line())
	for _, kind := range kinds {
		want, _ := read(t, api, kind, "")
		if r, err := from.Fetch(t.Context(), kind, want[0].About().ID); err != nil || r.About().ID != want[0].About().ID {
			t.Errorf("%s is not found: %v", kind, err)
		}
		got, _ := read(t, from, kind, "")
		for _, r := range append(got, want...) {
			r.About().URL = "" // a file does not say whose account it is
			if c, is := r.(*desk.Contact); is {
				c.Emails = c.Emails[:1] // nor what further addresses people have
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", kind, d)
		}
	}
	schema, err := from.Describe(t.Context())
	if err != nil || schema.Counts[desk.KindTicket] != 1 {
		t.Errorf("described %+v, %v", schema, err)
	}
}

func TestExportThatIsNone(t *testing.T) {
	for name, text := range map[string]string{"tickets.json": "<html>", "x.json": `{"id": 1, "colour": "red"}`, "y.json": `[1, 2]`} {
		s := fileSource(t, write(t, name, text))
		n := 0
		for it, err := range s.Read(t.Context(), desk.KindTicket, "") {
			if err != nil || it.Aside == nil {
				t.Errorf("%s: %+v, %v", name, it, err)
			}
			n++
		}
		if n == 0 {
			t.Errorf("%s was read as if it were empty", name)
		}
	}
	if _, err := Spec().Source(t.Context(), &Config{Path: t.TempDir()}, env(t, nil)); err == nil {
		t.Error("an empty folder was taken for an export")
	}
}
