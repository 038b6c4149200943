package desk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskhaul/deskhaul/desk"
)

// The line that scripts read: kind first, snake_case, references with kind and id,
// UTC, HTML as it is.
func TestMarshal(t *testing.T) {
	at := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	tk := &desk.Ticket{
		Meta: desk.Meta{ID: "t/1", Created: at, Updated: at}, Subject: "<Привет>", Status: desk.StatusSolved,
		Requester: desk.To(desk.KindContact, "7"), MergedInto: desk.To(desk.KindTicket, "t/2"),
		Messages: []desk.Message{{
			ID: "m", Author: desk.To(desk.KindAgent, "a"), At: at, Note: true, Text: "hi", MessageID: "x@y", InReplyTo: "w@y",
			Files: []desk.File{{Name: "a.txt", Type: "text/plain", Size: 2, SHA256: "ab", Path: "files/ab"}},
		}},
	}
	got, err := desk.Marshal(tk)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"kind":"ticket","id":"t/1","created":"2024-01-02T03:04:05Z","updated":"2024-01-02T03:04:05Z","subject":"<Привет>","status":"solved",` +
		`"requester":{"kind":"contact","id":"7"},"merged_into":{"kind":"ticket","id":"t/2"},"messages":[{"id":"m","author":{"kind":"agent","id":"a"},` +
		`"at":"2024-01-02T03:04:05Z","note":true,"message_id":"x@y","in_reply_to":"w@y","text":"hi",` +
		`"files":[{"name":"a.txt","type":"text/plain","size":2,"sha256":"ab","path":"files/ab"}]}]}`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	back, err := desk.Unmarshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(desk.Record(tk), back, cmpopts.IgnoreFields(desk.File{}, "Open")); d != "" {
		t.Error(d)
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	for line, want := range map[string]string{
		`{"kind":"tiket","id":"1"}`:                `kind "tiket"`,
		`{"id":"1"}`:                               "kind",
		`{"kind":"ticket","subjet":"x"}`:           `unknown field "subjet"`,
		`{"kind":"ticket","subject":7}`:            "subject",
		`{"kind":"contact","created":"yesterday"}`: "yesterday",
		`nonsense`: "invalid character",
	} {
		if _, err := desk.Unmarshal([]byte(line)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q in it", line, err, want)
		}
	}
}
