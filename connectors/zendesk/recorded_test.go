package zendesk

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

const fixtures = "../../../shared/fixtures/zendesk"

// recorded is a line that answers as a real account once did.
type recorded struct {
	t       *testing.T
	answers map[string]recording // path and query without what is ours to choose
	mu      sync.Mutex
	signed  []string // hosts that were shown credentials
}

type recording struct {
	Method  string          `json:"method"`
	URI     string          `json:"uri"`
	Status  json.Number     `json:"status"`
	Headers map[string]any  `json:"headers"` // a text, or a list of them
	Body    json.RawMessage `json:"body"`
	Text    string          `json:"body_text"`
	Base64  string          `json:"body_base64"`
}

// replay is a line that answers with what a file recorded of addresses that contain
// only.
func replay(t *testing.T, name, host, only string) *recorded {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(fixtures, name))
	if err != nil {
		t.Skip("there are no recorded answers")
	}
	b = bytes.ReplaceAll(b, []byte("<IMPORT_ZENDESK_ENDPOINT_HOSTNAME>"), []byte(host))
	var all []recording
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	r := &recorded{t: t, answers: map[string]recording{}}
	for _, a := range all {
		u, err := url.Parse(a.URI)
		if err != nil {
			t.Fatal(err)
		}
		if key := recordedKey(u); a.Method == http.MethodGet && strings.Contains(a.URI, only) && r.answers[key].URI == "" {
			r.answers[key] = a
		}
	}
	return r
}

// recordedKey is a path, and of the query the cursor alone.
func recordedKey(u *url.URL) string {
	return u.Host + strings.TrimSuffix(u.Path, ".json") + "?" + u.Query().Get("cursor")
}

// RoundTrip implements http.RoundTripper. What was not recorded is answered as an
// account of a small plan would: not found.
func (r *recorded) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Header.Get("Authorization") != "" {
		r.mu.Lock()
		r.signed = append(r.signed, req.URL.Host)
		r.mu.Unlock()
	}
	a, ok := r.answers[recordedKey(req.URL)]
	body := []byte(a.Body)
	switch {
	case !ok:
		a.Status, body = "404", []byte(`{"error":"RecordNotFound","description":"Not found"}`)
	case a.Base64 != "":
		b, err := base64.StdEncoding.DecodeString(a.Base64)
		if err != nil {
			return nil, err
		}
		body = b
	case a.Text != "":
		body = []byte(a.Text)
	}
	status, err := a.Status.Int64()
	if err != nil {
		return nil, err
	}
	h := http.Header{}
	for k, v := range a.Headers {
		if k == "location" || k == "content-type" { // what it allowed then is no matter
			h.Set(k, fmt.Sprint(v))
		}
	}
	return &http.Response{StatusCode: int(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: req}, nil
}

// A whole account that was recorded is understood: every ticket with its comments,
// people, fields by their labels, attachments from another host.
func TestRecordedAccount(t *testing.T) {
	line := replay(t, "zammad-vcr.decoded/test/data/vcr_cassettes/zendesk_import.json", "znunyhelp.zendesk.com", "")
	// It was read by time, and without a list of agents: the same records, in the
	// envelope of today's export.
	line.recast("users", func(u map[string]any) bool { return u["role"] != "end-user" })
	line.recast("tickets", nil)
	c := config()
	c.URL = "https://znunyhelp.zendesk.com"
	s := open(t, c, line)
	counts := map[desk.Kind]int{}
	files := 0
	for _, kind := range kinds {
		got, _ := read(t, s, kind, "")
		counts[kind] = len(got)
		for _, r := range got {
			if r.About().Created.IsZero() && !r.About().Deleted || r.About().ID == "" {
				t.Errorf("%s without time or id: %+v", kind, r)
			}
			tk, is := r.(*desk.Ticket)
			if !is || tk.Deleted {
				continue
			}
			if len(tk.Messages) == 0 || tk.Requester.IsZero() || tk.Messages[0].Text == "" && len(tk.Messages[0].Files) == 0 {
				t.Errorf("ticket %s: %d messages, requester %v", tk.ID, len(tk.Messages), tk.Requester)
			}
			for i := range tk.Messages {
				files += len(tk.Messages[i].Files)
			}
			if tk.ID == "2" && tk.Messages[0].MessageID == "" {
				t.Errorf("the ticket that came by mail: %+v", tk.Messages[0])
			}
		}
	}
	t.Logf("read %v and %d files", counts, files)
	if counts[desk.KindTicket] != 144 || counts[desk.KindGroup] != 2 || counts[desk.KindOrganization] != 1 || counts[desk.KindAgent] != 3 || files != 3 {
		t.Errorf("read %v and %d files", counts, files)
	}
	line.attachments(s)
}

// recast puts what a time-based export gave into the envelope of the cursor export;
// those that agents holds for are the list of agents besides.
func (r *recorded) recast(kind string, agents func(map[string]any) bool) {
	const host = "znunyhelp.zendesk.com/api/v2/"
	var old map[string]any
	if err := json.Unmarshal(r.answers[host+"incremental/"+kind+"?"].Body, &old); err != nil {
		r.t.Fatal(err)
	}
	put := func(path string, v any) {
		b, err := json.Marshal(v)
		if err != nil {
			r.t.Fatal(err)
		}
		r.answers[host+path+"?"] = recording{Status: "200", Body: b, URI: path}
	}
	put("incremental/"+kind+"/cursor", map[string]any{kind: old[kind], "end_of_stream": true, "after_cursor": "MTY5", kind + "_count": old["count"], "identities": []any{}})
	if agents != nil {
		var list []any
		for _, u := range old[kind].([]any) {
			if agents(u.(map[string]any)) {
				list = append(list, u)
			}
		}
		put(kind, map[string]any{kind: list, "meta": map[string]any{"has_more": false}})
	}
}

// attachments opens the files whose chain of answers was recorded to its end.
func (r *recorded) attachments(s *Source) {
	opened := 0
	for it, err := range s.Read(r.t.Context(), desk.KindTicket, "") {
		if err != nil {
			r.t.Fatal(err)
		}
		for _, m := range it.Record.(*desk.Ticket).Messages {
			for i := range m.Files {
				if text := fileText(r.t, &m.Files[i]); len(text) > 0 {
					opened++
				}
			}
		}
	}
	for _, host := range r.signed {
		if host != "znunyhelp.zendesk.com" {
			r.t.Errorf("%s was shown the credentials", host)
		}
	}
	if opened != 3 {
		r.t.Errorf("%d files were opened", opened)
	}
}

// The cursor export as it was recorded, a ticket a page, as far as it was recorded.
func TestRecordedCursors(t *testing.T) {
	const host = "d3v-zenpydev.zendesk.com"
	line := replay(t, "zenpy-betamax/tests/test_api/betamax/TicketsIncrementalTest.test_pagination.json", host, "per_page=1")
	c := config()
	c.URL = "https://" + host
	s := open(t, c, line)
	pages, tickets := 0, 0
	u, err := url.Parse("https://" + host + "/api/v2/incremental/tickets/cursor")
	if err != nil {
		t.Fatal(err)
	}
	for place := ""; line.answers[recordedKey(u)].URI != ""; pages++ {
		p, err := s.export(t.Context(), "tickets", place, "metric_sets")
		if err != nil {
			t.Fatal(err)
		}
		tickets += len(p.Tickets)
		for i := range p.Tickets {
			if tk := newWords("").ticket(&p.Tickets[i], nil, p.Tickets[i].Due.Time); tk.ID == "" || tk.Version == "" || tk.Deleted != (p.Tickets[i].Status == "deleted") || !tk.Deleted && tk.Created.IsZero() {
				t.Errorf("ticket %s: %+v", tk.ID, tk.Meta)
			}
		}
		place = p.After
		u.RawQuery = url.Values{"cursor": {place}}.Encode()
	}
	t.Logf("%d tickets on %d pages", tickets, pages)
	if tickets != 100 || pages != 100 {
		t.Errorf("%d tickets were read on %d pages", tickets, pages)
	}
}

// Errors as they were recorded become one sentence.
func TestRecordedErrors(t *testing.T) {
	for body, want := range map[string]string{
		`{"error":"RecordNotFound","description":"Not found"}`: "RecordNotFound: Not found",
		`{"error":"RecordInvalid","description":"Record validation errors","details":{"email":[{"description":"Email: a@b is already being used by another user","error":"DuplicateValue"}]}}`: "RecordInvalid: Record validation errors: Email: a@b is already being used by another user",
		`{"error":{"title":"No help desk at nowhere.zendesk.com","message":"There is no help desk configured at this address."}}`:                                                              "There is no help desk configured at this address.",
		`{"errors":[{"code":"TooManyRequests","title":"Too many","detail":"Wait a little"}]}`:                                                                                                  "Wait a little",
		`no json`: "",
	} {
		if got, _ := explain(400, []byte(body)); got != want {
			t.Errorf("%s: %q", body, got)
		}
	}
	if got := allowances(http.Header{"X-Rate-Limit": {"700"}, "X-Rate-Limit-Remaining": {"12"}, "Ratelimit-Reset": {"30"}}, nil)[classAccount]; got.Limit != 700 || got.Remaining != 12 || got.Reset.Seconds() != 30 {
		t.Errorf("allowance %+v", got)
	}
	var _ connectors.Source = (*Source)(nil)
}
