package table

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/desk"
)

// Columns that begin with what their rows are, as tools write them that export conversations.
// What is a note the sort of a message says.
func TestMessagesWithASortOfEach(t *testing.T) {
	names := []string{"message_id", "message_body", "message_type", "message_created_at", "message_author_type", "message_author_name", "message_author_email", "conversation_id", "conversation_state"}
	rows := [][]string{
		{"1", "Hello, it is dark", "conversation_message", "2017-11-14 21:45:08", "user", "Zoë", "zoe@a.test", "100", "open"},
		{"2", "Switch it on", "comment", "2017-11-14 22:45:08", "admin", "Ann", "ann@desk.test", "100", "open"},
		{"3", "note", "Private note", "2017-11-14 22:50:08", "admin", "Ann", "ann@desk.test", "100", "open"},
	}
	l, err := Resolve(Settings{Kind: desk.KindMessage}, names, rows)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, len(names))
	for _, p := range l.Picks {
		got[p.Column] += p.Field.Name
	}
	if d := cmp.Diff([]string{"id", "text", "note", "at", "author_role", "author_name", "author_email", "ticket", "status"}, got); d != "" {
		t.Error(d)
	}
	for i, private := range []bool{false, false, true} {
		m, ticket, err := l.Message(t.Context(), rows[i], nil)
		if err != nil || m.Note != private || m.Text != rows[i][1] || ticket != "100" {
			t.Errorf("%+v of %s, %v", m, ticket, err)
		}
	}
}

// A column of sorts is not taken for that where another says it, or the settings do, and none
// of whose words says it.
func TestSortOfMessagesIsNoNote(t *testing.T) {
	for name, c := range map[string]struct {
		names, row, other []string
		set               map[string]string
	}{
		"another says it":     {[]string{"ticket", "text", "private", "type"}, []string{"1", "x", "no", "note"}, []string{"1", "y", "no", "answer"}, nil},
		"the settings say it": {[]string{"ticket", "text", "type"}, []string{"1", "x", "note"}, []string{"1", "y", "answer"}, map[string]string{"note": "-"}},
		"no word says it":     {[]string{"ticket", "text", "type"}, []string{"1", "x", "question"}, []string{"1", "y", "answer"}, nil},
		"it is of the author": {[]string{"ticket", "text", "department"}, []string{"1", "x", "internal"}, []string{"1", "y", "sales"}, nil},
		"it is what they say": {[]string{"ticket", "text"}, []string{"1", "internal"}, []string{"1", "y"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := Resolve(Settings{Kind: desk.KindMessage, Columns: c.set}, c.names, [][]string{c.row, c.other})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range [][]string{c.row, c.other} {
				if m, _, err := l.Message(t.Context(), row, nil); err != nil || m.Note {
					t.Errorf("%+v, %v", m, err)
				}
			}
		})
	}
}
