package freshdesk

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

const shared = "../../../shared"

// recorded are the answers of a real account of 2021, as Zammad's importer got them.
// It asked for less than we do: what it did not ask for is put together of what it
// did, or is not there.
type recorded struct {
	t       *testing.T
	answers map[string]recording

	mu    sync.Mutex
	asked map[string]int
}

type recording struct {
	URI     string            `json:"uri"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
	Base64  string            `json:"body_base64"`
}

func replay(t *testing.T) *recorded {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(shared, "fixtures/freshdesk/zammad-vcr.decoded/test/data/vcr_cassettes/freshdesk_import.json"))
	if err != nil {
		t.Skip("the recordings are not there")
	}
	text := strings.NewReplacer("<IMPORT_FRESHDESK_ENDPOINT_SUBDOMAIN>", "acme", "<IMPORT_FRESHDESK_ENDPOINT>", "https://acme.freshdesk.com/api/v2").Replace(string(raw))
	var all []recording
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	r := &recorded{t: t, answers: map[string]recording{}, asked: map[string]int{}}
	for _, a := range all {
		u, err := url.Parse(a.URI)
		if err != nil {
			t.Fatal(err)
		}
		r.answers[key(u)] = a
	}
	return r
}

// key leaves out of an address what says how many, not what.
func key(u *url.URL) string {
	if !strings.Contains(u.Path, "/api/v2/") {
		return u.Host + u.Path + "?" + u.Query().Get("token")
	}
	return u.Path + "?" + u.Query().Get("state") + u.Query().Get("filter")
}

// RoundTrip implements http.RoundTripper.
func (r *recorded) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	r.asked[key(req.URL)]++
	r.mu.Unlock()
	if strings.Contains(req.URL.Host, "amazonaws") && req.Header.Get("Authorization") != "" {
		r.t.Errorf("%s was sent credentials", req.URL.Host)
	}
	a, ok := r.answers[key(req.URL)]
	body := bytes.Clone(a.Body)
	switch parts := strings.Split(req.URL.Path, "/"); {
	case strings.HasSuffix(req.URL.Path, "/tickets") && req.URL.Query().Get("filter") != "":
		body, ok = []byte("[]"), true
	case a.Base64 != "":
		body, _ = base64.StdEncoding.DecodeString(a.Base64)
	case !ok && len(parts) == 5: // one thing that the list had
		body, ok = r.row(parts[3], parts[4])
	case ok && len(parts) == 5 && parts[3] == "tickets":
		body = bytes.TrimSuffix(body, []byte("}"))
		body = append(append(append(body, `,"conversations":`...), r.answers[req.URL.Path+"/conversations?"].Body...), '}')
	}
	resp := &http.Response{StatusCode: a.Status, Proto: "HTTP/1.1", Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), Request: req}
	for name, v := range a.Headers {
		if name != "transfer-encoding" && name != "content-length" {
			resp.Header.Set(name, v)
		}
	}
	switch {
	case !ok:
		resp.StatusCode, resp.Body = http.StatusNotFound, http.NoBody
	case resp.StatusCode == 0:
		resp.StatusCode = http.StatusOK
	}
	return resp, nil
}

func (r *recorded) row(list, id string) ([]byte, bool) {
	var rows []json.RawMessage
	_ = json.Unmarshal(r.answers["/api/v2/"+list+"?"].Body, &rows)
	for _, row := range rows {
		var about struct {
			ID json.Number `json:"id"`
		}
		if json.Unmarshal(row, &about) == nil && about.ID.String() == id {
			return row, true
		}
	}
	return nil, false
}

// The recorded rates, 40 and 100 calls a minute, are kept to: by a clock that jumps.
func TestRecordedAccount(t *testing.T) { synctest.Test(t, recordedAccount) }

func recordedAccount(t *testing.T) {
	line := replay(t)
	s := sourceOf(t, &Config{URL: "https://acme.freshdesk.com", Token: "never sent elsewhere"}, envOf(t, line))
	for kind, want := range map[desk.Kind]int{
		desk.KindOrganization: 1, desk.KindGroup: 9, desk.KindAgent: 2, desk.KindContact: 17, desk.KindTicket: 13,
	} {
		if got, _ := readAll(t, s, kind, ""); len(got) != want {
			t.Errorf("%d records of kind %s, want %d", len(got), kind, want)
		}
	}
	tickets := ticketsOf(t, s)
	nine := tickets["9"]
	if nine.Subject != "Unable to login" || nine.Status != desk.StatusClosed || nine.Priority != desk.PriorityHigh || nine.Type != "problem" ||
		nine.Channel != "email" || nine.Group.ID != "80000374752" || nine.Requester != desk.To(desk.KindContact, "80014400819") {
		t.Errorf("ticket 9: %+v", nine)
	}
	messages, notes := 0, 0
	for id, ticket := range tickets {
		var talks []talkShape
		if err := json.Unmarshal(line.answers["/api/v2/tickets/"+string(id)+"/conversations?"].Body, &talks); err != nil {
			t.Fatal(err)
		}
		talks = slices.DeleteFunc(talks, func(k talkShape) bool { return k.Source == sourceSurvey && k.Body == "<div></div>" })
		if len(ticket.Messages) != len(talks)+1 {
			t.Errorf("ticket %s: %d messages, want the description and %d conversations", id, len(ticket.Messages), len(talks))
		}
		messages += len(ticket.Messages)
		for i, m := range ticket.Messages {
			if m.Note {
				notes++
			}
			if m.Text == "" || m.Author.IsZero() || m.At.IsZero() || i > 0 && m.Note != talks[i-1].Private {
				t.Errorf("ticket %s, message %d: %+v", id, i+1, m)
			}
		}
	}
	if messages < 20 || notes == 0 {
		t.Errorf("%d messages, %d of them private", messages, notes)
	}
	t.Logf("%d tickets, %d messages, %d of them private", len(tickets), messages, notes)
}

// Two images stand inside texts: each is fetched over two redirections, the second
// of which leaves the account.
func TestRecordedImages(t *testing.T) { synctest.Test(t, recordedImages) }

func recordedImages(t *testing.T) {
	line := replay(t)
	s := sourceOf(t, &Config{URL: "https://acme.freshdesk.com", Token: "never sent elsewhere"}, envOf(t, line))
	images, files, opened := 0, 0, 0
	for id, ticket := range ticketsOf(t, s) {
		for _, m := range ticket.Messages {
			if strings.Contains(m.HTML, "/inline/attachment") {
				t.Errorf("ticket %s: an address that ends with the account stands in the text", id)
			}
			for _, f := range m.Files {
				files++
				if !f.Inline {
					continue
				}
				images++
				if !strings.Contains(m.HTML, "cid:"+f.CID) {
					t.Errorf("ticket %s: the text does not show image %s", id, f.CID)
				}
				if _, known := line.answers[s3(line, f)]; known {
					opened++
					if !bytes.Contains(conntest.BytesOf(t, f), []byte("PNG")) {
						t.Errorf("image %s is no picture", f.CID)
					}
				}
			}
		}
	}
	if images == 0 || opened == 0 {
		t.Errorf("%d images were found, %d opened", images, opened)
	}
	t.Logf("%d files, %d of them images inside texts", files, images)
}

// s3 is the recording of an image's bytes.
func s3(line *recorded, f desk.File) string {
	number := strings.TrimSuffix(f.CID, "@freshdesk")
	for k := range line.answers {
		if strings.HasPrefix(k, "s3.") && strings.Contains(k, "/"+number+"/") {
			return k
		}
	}
	return ""
}

func TestRecordedRefusals(t *testing.T) {
	for file, want := range map[string]error{"invalid_subdomain": connectors.ErrNotFound, "valid_subdomain": connectors.ErrDenied} {
		raw, err := os.ReadFile(filepath.Join(shared, "fixtures/freshdesk/zammad-vcr.decoded/test/data/vcr_cassettes/requests/import_freshdesk/importfreshdesk_post_api_v1_import_freshdesk_url_check_check_"+file+".json"))
		if err != nil {
			t.Skip("the recordings are not there")
		}
		var all []recording
		if err := json.Unmarshal(raw, &all); err != nil {
			t.Fatal(err)
		}
		line := canned(all[0].Status, all[0].Body)
		_, err = sourceOf(t, &Config{URL: "https://acme.freshdesk.com", Token: "x"}, envOf(t, line)).Describe(t.Context())
		if err == nil || !isAny(err, want) {
			t.Errorf("%s: %v, want %v", file, err, want)
		}
	}
}
