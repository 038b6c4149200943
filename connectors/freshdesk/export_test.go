package freshdesk

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// anExport are two tickets and their people as the API v1 and the exports have them.
const anExport = "\ufeff" + `<?xml version="1.0" encoding="UTF-8"?>
<helpdesk-tickets type="array">
  <helpdesk-ticket>
    <cc-email><cc-emails type="array"><cc-email>Chef &lt;boss@x.test&gt;</cc-email></cc-emails><fwd-emails type="array"/><reply-cc type="array"/></cc-email>
    <created-at type="datetime">2013-03-11T06:42:11+05:30</created-at><updated-at type="datetime">2013-03-12T00:00:00+05:30</updated-at>
    <deleted type="boolean">false</deleted><spam type="boolean">false</spam>
    <description>Es brennt nicht.</description><description-html>&lt;p&gt;Es brennt &lt;b&gt;nicht&lt;/b&gt;.&lt;/p&gt;</description-html>
    <display-id type="integer">51</display-id><id type="integer">900051</id>
    <priority type="integer">4</priority><source type="integer">1</source><status type="integer">7</status><status-name>Waiting on vendor</status-name>
    <subject>Lampe &#8211; kaputt</subject><ticket-type>Problem</ticket-type>
    <requester-id type="integer">16</requester-id><responder-id type="integer">4</responder-id><group-id type="integer" nil="true"/>
    <to-email>help@acme.test</to-email>
    <custom_field><ort_14966>Köln</ort_14966><leer_14966 nil="true"/></custom_field>
    <tags type="array"><tag><name>lampe</name></tag><tag><name>strom</name></tag></tags>
    <attachments type="array"><attachment><id type="integer">71</id><content-file-name>foto.png</content-file-name><content-content-type>image/png</content-content-type><content-file-size type="integer">3</content-file-size></attachment></attachments>
    <notes type="array">
      <helpdesk-note><id type="integer">82</id><body>intern</body><body-html></body-html><private type="boolean">true</private><incoming type="boolean">false</incoming><source type="integer">2</source><user-id type="integer">4</user-id><created-at type="datetime">2013-03-11T08:00:00Z</created-at><deleted type="boolean">false</deleted></helpdesk-note>
      <helpdesk-note><id type="integer">81</id><body>Wir kommen.</body><private type="boolean">false</private><incoming type="boolean">false</incoming><source type="integer">0</source><user-id type="integer">4</user-id><created-at type="datetime">2013-03-11T07:00:00Z</created-at>
        <attachments type="array"><attachment><id type="integer">72</id><content-file-name>weg.pdf</content-file-name></attachment></attachments></helpdesk-note>
      <helpdesk-note><id type="integer">83</id><body>fort</body><deleted type="boolean">true</deleted></helpdesk-note>
    </notes>
  </helpdesk-ticket>
  <helpdesk-ticket><display-id type="integer">52</display-id><subject>Werbung</subject><spam type="boolean">true</spam></helpdesk-ticket>
  <helpdesk-ticket><display-id type="integer">53</display-id><subject>Freshservice` + "\x0b" + `</subject><description>a &lt; b
c</description><helpdesk-notes type="array"><helpdesk-note><id type="integer">91</id><body>so</body><user-id type="integer">16</user-id></helpdesk-note></helpdesk-notes></helpdesk-ticket>
</helpdesk-tickets>
`

const theirPeople = `<?xml version="1.0" encoding="UTF-8"?><users type="array">
<user><id type="integer">16</id><name>Ольга</name><email>Olga@X.test</email><customer-id type="integer">2</customer-id><language>ru</language><user-role type="integer">3</user-role></user>
<user><id type="integer">4</id><name>Ann</name><email>ann@acme.test</email></user>
<user><id type="integer">5</id><name>Ben</name><email>ben@acme.test</email><helpdesk-agent type="boolean">true</helpdesk-agent></user>
</users>`

const theirCompanies = `<customers type="array"><customer><id type="integer">2</id><name>Grün &amp; Söhne</name><domains>gruen.test, Gruen.example</domains></customer></customers>`

func exportOf(t *testing.T, files map[string]string) *FileSource {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := connectors.Env{HTTP: http.DefaultClient, State: new(conntest.State), Log: slog.New(slog.DiscardHandler), Temp: t.TempDir(), Now: time.Now}
	s, err := Spec().Source(t.Context(), &Config{Path: folder}, env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.(*FileSource).Close(); err != nil {
			t.Error(err)
		}
	})
	return s.(*FileSource)
}

func itemsOf(t *testing.T, s connectors.Source, kind desk.Kind) (all []desk.Record, asides []string) {
	t.Helper()
	for it, err := range s.Read(t.Context(), kind, "") {
		switch {
		case err != nil:
			t.Fatal(err)
		case it.Aside != nil:
			asides = append(asides, string(it.Aside.ID))
		default:
			all = append(all, it.Record)
		}
	}
	return all, asides
}

func TestExportedTickets(t *testing.T) {
	s := exportOf(t, map[string]string{"Tickets0.xml": anExport, "Users0.xml": theirPeople, "Customers0.xml": theirCompanies, "attachments/71/foto.png": "png"})
	tickets, asides := itemsOf(t, s, desk.KindTicket)
	if len(tickets) != 2 || len(asides) > 0 {
		t.Fatalf("%d tickets, asides %q", len(tickets), asides)
	}
	ann, olga := desk.To(desk.KindAgent, "4"), desk.To(desk.KindContact, "16")
	at := func(h, m, s int) time.Time { return time.Date(2013, 3, 11, h, m, s, 0, time.UTC) }
	want := &desk.Ticket{
		Meta: desk.Meta{
			ID: "51", Created: at(1, 12, 11), Updated: at(18, 30, 0),
			Fields: map[string]any{"status": "Waiting on vendor", "ort": "Köln"},
		},
		Number: "51", Subject: "Lampe – kaputt", Status: desk.StatusPending, Priority: desk.PriorityUrgent, Type: "problem", Channel: "email",
		Requester: olga, Assignee: ann, Tags: []string{"lampe", "strom"},
		Messages: []desk.Message{
			{
				ID: "description", Author: olga, At: at(1, 12, 11), To: []desk.Address{{Email: "help@acme.test"}}, CC: []desk.Address{{Name: "Chef", Email: "boss@x.test"}},
				Text: "Es brennt nicht.", HTML: "<p>Es brennt <b>nicht</b>.</p>", Files: []desk.File{{ID: "71", Name: "foto.png", Type: "image/png", Size: 3}},
			},
			{ID: "81", Author: ann, At: at(7, 0, 0), Text: "Wir kommen.\n\n[attachment, not among the saved files: weg.pdf]", HTML: "Wir kommen.<p>[attachment, not among the saved files: weg.pdf]</p>"},
			{ID: "82", Author: ann, At: at(8, 0, 0), Note: true, Text: "intern", HTML: "intern"},
		},
	}
	if d := cmp.Diff(want, tickets[0], cmpopts.IgnoreFields(desk.File{}, "Open", "Stat")); d != "" {
		t.Error(d)
	}
	rc, err := tickets[0].(*desk.Ticket).Messages[0].Files[0].Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(rc); err != nil || string(b) != "png" || rc.Close() != nil {
		t.Errorf("%q, %v", b, err)
	}
	if x := tickets[1].(*desk.Ticket); x.Subject != "Freshservice" || len(x.Messages) != 2 || x.Messages[0].Text != "a < b\nc" {
		t.Errorf("%+v", x)
	}
	var people []string
	for _, kind := range []desk.Kind{desk.KindContact, desk.KindAgent, desk.KindOrganization} {
		all, _ := itemsOf(t, s, kind)
		for _, r := range all {
			b, err := desk.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			people = append(people, string(kind)+" "+string(b))
		}
	}
	if got := strings.Join(people, "\n"); len(people) != 4 || !strings.Contains(got, `"olga@x.test"`) || !strings.Contains(got, `agent {"kind":"agent","id":"4"`) || !strings.Contains(got, `agent {"kind":"agent","id":"5"`) || !strings.Contains(got, `"gruen.test","gruen.example"`) {
		t.Error(got)
	}
	if _, err := s.Fetch(t.Context(), desk.KindTicket, "52"); err == nil {
		t.Error("spam is read")
	}
	if schema, err := s.Describe(t.Context()); err != nil || !strings.Contains(schema.Notes[0].Text, "3 tickets, 3 people, 1 companies") {
		t.Errorf("%+v, %v", schema, err)
	}
}

// A file that is cut off is told, and what stands before the cut is read.
func TestExportCutOff(t *testing.T) {
	at := strings.Index(anExport, "<display-id type=\"integer\">53")
	s := exportOf(t, map[string]string{"Tickets0.xml": anExport[:at], "Tickets1.xml": "<helpdesk-tickets><helpdesk-ticket><subject>whose?</subject></helpdesk-ticket></helpdesk-tickets>", "x.json": `{"id": 1, "requester_id": `})
	tickets, asides := itemsOf(t, s, desk.KindTicket)
	if len(tickets) != 1 || len(asides) != 3 {
		t.Errorf("%d tickets, asides %q", len(tickets), asides)
	}
	if _, err := Spec().Target(t.Context(), &Config{Path: "x"}, connectors.Env{}); err == nil {
		t.Error("an export is written to")
	}
}

// Answers of the API that a real account gave and somebody kept make the records that reading
// the account makes.
func TestSavedAnswers(t *testing.T) {
	rec := replay(t)
	files := map[string]string{}
	for i, a := range rec.all() {
		files[fmt.Sprintf("%d.json", i)] = string(a)
	}
	s := exportOf(t, files)
	var seen []string
	for _, kind := range []desk.Kind{desk.KindOrganization, desk.KindAgent, desk.KindContact, desk.KindGroup, desk.KindTicket} {
		all, asides := itemsOf(t, s, kind)
		seen = append(seen, fmt.Sprintf("%s %t %d", kind, len(all) > 0, len(asides)))
	}
	if want := []string{"organization true 0", "agent true 0", "contact true 0", "group true 0", "ticket true 0"}; !slices.Equal(seen, want) {
		t.Errorf("%q", seen)
	}
}

func (r *recorded) all() (out []json.RawMessage) {
	for _, a := range r.answers {
		if len(a.Body) > 0 && json.Valid(a.Body) {
			out = append(out, a.Body)
		}
	}
	return out
}
