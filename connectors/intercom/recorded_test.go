package intercom

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/desk"
)

// recorded are objects of a real workspace of 2024 and 2025, as a copier of data got them:
// of older versions of the API, with ids that are numbers, states that are words, and parts
// that stand apart from their conversation.
type recorded map[string][]map[string]any

func recordings(t *testing.T) recorded {
	t.Helper()
	f, err := os.Open(filepath.Join(shared, "fixtures/intercom/airbyte-real-records/records.jsonl"))
	if err != nil {
		t.Skip("the recordings are not there")
	}
	defer func() { _ = f.Close() }()
	r := recorded{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var one struct {
			Stream string
			Data   map[string]any
		}
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatal(err)
		}
		r[one.Stream] = append(r[one.Stream], one.Data)
	}
	return r
}

// RoundTrip answers with what was recorded, under the keys that the description has.
func (r recorded) RoundTrip(req *http.Request) (*http.Response, error) {
	parts := strings.Split(strings.Trim(req.URL.Path, "/"), "/")
	key := map[string]string{"conversations": "conversations", "tickets": "tickets", "admins": "admins", "teams": "teams"}[parts[0]]
	if key == "" {
		key = "data"
	}
	var answer any = map[string]any{"type": "list", key: r[parts[0]]}
	switch {
	case parts[0] == "me":
		answer = map[string]any{"type": "admin", "id": "4423433", "name": "Airbyte Team", "app": map[string]any{"id_code": "wjw5eps7"}}
	case req.URL.Query().Has("scroll_param"), parts[0] == "conversations" && len(parts) > 1 && parts[1] == "deleted":
		answer = map[string]any{"type": "list", "data": []any{}}
	case parts[0] == "companies":
		answer = map[string]any{"type": "list", "data": r["companies"], "scroll_param": "x"}
	case len(parts) == 2 && parts[1] != "search":
		i := slices.IndexFunc(r[parts[0]], func(o map[string]any) bool { return o["id"] == parts[1] })
		if i < 0 {
			return answered(req, http.StatusNotFound, map[string]any{"type": "error.list", "errors": []any{}}), nil
		}
		o := maps.Clone(r[parts[0]][i]) // several ask at once
		if parts[0] == "conversations" {
			of := slices.DeleteFunc(slices.Clone(r["conversation_parts"]), func(k map[string]any) bool { return fmt.Sprint(k["conversation_id"]) != parts[1] })
			o["conversation_parts"] = map[string]any{"conversation_parts": of, "total_count": len(of)}
		}
		answer = o
	}
	return answered(req, http.StatusOK, answer), nil
}

func answered(req *http.Request, status int, v any) *http.Response {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(b)), Request: req}
}

// What a real workspace holds is read as it is.
func TestRecorded(t *testing.T) {
	r := recordings(t)
	c := configOf(intercomtest.New())
	c.Workspace = "wjw5eps7"
	src := sourceOf(t, c, envOf(t, r))
	counts := map[desk.Kind]int{}
	for _, kind := range Spec().Reads.Kinds {
		records, asides, _ := readAll(t, src, kind, "")
		if counts[kind] = len(records); len(asides) > 0 {
			t.Errorf("%s: %+v", kind, asides)
		}
	}
	if d := cmp.Diff(map[desk.Kind]int{desk.KindOrganization: 2, desk.KindGroup: 2, desk.KindAgent: 2, desk.KindContact: 1, desk.KindTicket: 3}, counts); d != "" {
		t.Error(d)
	}
	tickets := ticketsOf(t, src)
	talk := tickets["1"]
	var said []string
	for _, m := range talk.Messages {
		said = append(said, fmt.Sprintf("%s %s: %s", m.Author.Kind, m.From.Name, strings.TrimSpace(m.Text)))
	}
	want := []string{"contact : hey there", "contact : is this showing up", "agent Operator: Airbyte [DEV] will reply as soon as they can.", "agent Operator: Give the team a way to reach you:"}
	if d := cmp.Diff(want, said); d != "" {
		t.Error(d)
	}
	if talk.Status != desk.StatusOpen || talk.Requester.ID != "5fd150d50697b6d0bbc4a2c2" || talk.Channel != "chat" || talk.Created.Unix() != 1607553243 {
		t.Errorf("%+v", talk)
	}
	if tk := tickets["70"]; tk.Subject != "Test ticket" || tk.Status != desk.StatusNew || tk.Number != "1" || !tk.Assignee.IsZero() || len(tk.Messages) != 1 || tk.Messages[0].Text != "there is a problem" {
		t.Errorf("%+v", tk)
	}
	companies, _, _ := readAll(t, src, desk.KindOrganization, "")
	if o := companies[0].(*desk.Organization); o.Name != "Test Company 8" || o.Fields["website"] != "www.company8.com" || o.Fields["size"] != 49.0 {
		t.Errorf("%+v", o)
	}
}
