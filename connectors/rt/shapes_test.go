package rt

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// RT writes "" for whatever is empty or hidden, and ids as it pleases.
func TestShapesOfNothing(t *testing.T) {
	for _, in := range []string{
		`{"id": 7, "EffectiveId": "7", "Queue": "", "Owner": "", "Requestor": "", "Cc": [], "CustomFields": "", "Priority": 5, "Resolved": "1970-01-01T00:00:00Z", "Due": ""}`,
		`{"id": "7", "EffectiveId": {"id": 7, "type": "ticket"}, "Queue": {}, "CustomFields": {}, "Priority": "5", "Requestor": {}}`,
		`{"id": "7", "EffectiveId": {"id": "7"}, "Queue": null, "CustomFields": null, "Priority": "5", "Due": null}`,
	} {
		var s ticketShape
		if err := json.Unmarshal([]byte(in), &s); err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if s.ID != "7" || s.EffectiveID.ID != "7" || s.Queue.ID != "" || s.Priority != "5" || len(s.CustomFields) != 0 || len(s.Requestor) != 0 || !s.Resolved.IsZero() || !s.Due.IsZero() {
			t.Errorf("%s: %+v", in, s)
		}
	}
}

// "Type" says what a transaction is, "type" that it is one.
func TestTypeOfTransaction(t *testing.T) {
	for _, in := range []string{`{"Type":"Correspond","type":"transaction"}`, `{"type":"transaction","Type":"Correspond"}`} {
		var s transactionShape
		if err := json.Unmarshal([]byte(in), &s); err != nil || s.Type != "Correspond" {
			t.Errorf("%s: %q, %v", in, s.Type, err)
		}
	}
}

// Answers that were recorded from real installations are understood.
func TestRecordedAnswers(t *testing.T) {
	dir := "../../../shared/fixtures/rt"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("there are no recorded answers")
	}
	load := func(name string, into any) {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = json.Unmarshal(b, into)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var one ticketShape
	load("taranis-testdata/ticket_1.json", &one)
	if one.ID != "1" || one.Subject != "Test Ticket 1" || len(one.Requestor) != 1 || len(one.CustomFields) != 1 || one.CustomFields[0].Values[0] != "127.0.0.1" || !one.Due.IsZero() {
		t.Errorf("ticket: %+v", one)
	}
	var several []ticketShape
	load("python-rt-docs/03.json", &several)
	if len(several) != 1 || several[0].ID != "7" || several[0].Queue.ID != "1" || several[0].Owner.ID != "Nobody" {
		t.Errorf("tickets: %+v", several)
	}
	var a attachmentShape
	load("taranis-testdata/attachment_1.json", &a)
	if a.Transaction.ID != "1" || a.ContentType != "text/html" || a.Content == "" {
		t.Errorf("attachment: %+v", a)
	}
	var found page[ticketShape]
	load("taranis-testdata/tickets_search.json", &found)
	if len(found.Items) != 1 || found.Next != "" {
		t.Errorf("search: %+v", found)
	}
}

func TestPlaces(t *testing.T) {
	p := place{from: time.Unix(1_700_000_000, 0), began: time.Unix(1_700_000_100, 0), number: 42}
	if got := parsePlace(p.cursor()); !got.from.Equal(p.from) || !got.began.Equal(p.began) || got.number != p.number {
		t.Errorf("%s became %+v", p.cursor(), got)
	}
	for _, bad := range []connectors.Cursor{"", "garbage", "//", "/x/1", "a/2024-01-01T00:00:00Z/-1", "1/2/3/4"} {
		if got := parsePlace(bad); got != (place{}) {
			t.Errorf("%q became %+v", bad, got)
		}
	}
}

func TestWords(t *testing.T) {
	c := &Config{Statuses: map[string]string{"waiting": "pending"}}
	for word, want := range map[string]desk.Status{
		"new": desk.StatusNew, "open": desk.StatusOpen, "stalled": desk.StatusPending, "resolved": desk.StatusSolved, "rejected": desk.StatusClosed,
		"waiting": desk.StatusPending, "something": desk.StatusOpen,
	} {
		if got := c.status(word); got != want {
			t.Errorf("%s is %s, want %s", word, got, want)
		}
	}
	for n, want := range map[string]desk.Priority{"": "", "0": "", "20": desk.PriorityLow, "50": desk.PriorityNormal, "100": desk.PriorityHigh, "500": desk.PriorityUrgent} {
		if got := priority(n); got != want {
			t.Errorf("%s is %q, want %q", n, got, want)
		}
	}
}

func TestConfigSaysWhatIsMissing(t *testing.T) {
	for _, c := range []Config{{}, {URL: "rt.example.com", Token: "x"}, {URL: "https://x", User: "a"}, {URL: "https://x/REST/2.0/", Token: "x"}, {URL: "https://a:b@x", Token: "x"}, {URL: "https://x", Token: "x", Statuses: map[string]string{"a": "banana"}}} {
		if c.Check() == nil {
			t.Errorf("%+v passed", c)
		}
	}
	if err := (&Config{URL: "https://rt.example.com/rt", Token: "x"}).Check(); err != nil {
		t.Error(err)
	}
}
