package freshdesk

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func talkJSON(ticket, id int, body string, private bool) string {
	return fmt.Sprintf(`{"id":%d,"ticket_id":%d,"body":"<div>%s</div>","private":%v,"incoming":false,"user_id":4,"created_at":"2021-03-0%dT10:00:00Z"}`, id, ticket, body, private, id%10)
}

// A ticket brings ten conversations along; the others lie apart, in whatever order, and are
// put to it once. Those whose ticket is nowhere are told.
func TestConversationsThatLieApart(t *testing.T) {
	ticket := func(id int, more string) string {
		return fmt.Sprintf(`{"id":%d,"requester_id":16,"status":2,"subject":"Lampe","description":"<div>Es ist dunkel.</div>","created_at":"2021-03-01T09:00:00Z"%s}`, id, more)
	}
	s := exportOf(t, map[string]string{
		"a/17-2.json":    "[" + talkJSON(17, 3, "drei", true) + "," + talkJSON(17, 1, "eins", false) + "]",
		"b/tickets.json": "[" + ticket(17, `,"conversations":[`+talkJSON(17, 1, "eins", false)+"]") + "," + ticket(18, "") + "," + ticket(20, `,"spam":true`) + "]",
		"c/17-1.json":    "[" + talkJSON(17, 2, "zwei", false) + "]",
		"c/spam.json":    "[" + talkJSON(20, 7, "Werbung", false) + "]",
		"d/19.json":      "[" + talkJSON(19, 8, "Wem?", false) + "," + talkJSON(19, 9, "Wem?", false) + "]",
	})
	texts := func(s connectors.Source) (out []string, asides []string) {
		all, asides := itemsOf(t, s, desk.KindTicket)
		for _, r := range all {
			var said []string
			for _, m := range r.(*desk.Ticket).Messages {
				said = append(said, fmt.Sprintf("%s %v", m.Text, m.Note))
			}
			out = append(out, string(r.About().ID)+": "+strings.Join(said, ", "))
		}
		return out, asides
	}
	for range 2 {
		got, asides := texts(s)
		want := []string{"17: Es ist dunkel. false, eins false, zwei false, drei true", "18: Es ist dunkel. false"}
		if !slices.Equal(got, want) || !slices.Equal(asides, []string{"19"}) {
			t.Errorf("%q, asides %q", got, asides)
		}
	}
	if d, err := s.Describe(t.Context()); err != nil || !strings.Contains(fmt.Sprint(d.Notes), "apart from their tickets, and are put to them: 6") {
		t.Errorf("%+v, %v", d.Notes, err)
	}

	// More comes to lie there, and something is taken away.
	if err := os.WriteFile(filepath.Join(s.config.Path, "e.json"), []byte("["+ticket(19, "")+","+talkJSON(18, 5, "spät", false)+"]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(s.config.Path, "c", "17-1.json")); err != nil {
		t.Fatal(err)
	}
	again, err := Spec().Source(t.Context(), &Config{Path: s.config.Path}, s.env)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.(*FileSource).Close() }()
	got, asides := texts(again)
	want := []string{"17: Es ist dunkel. false, eins false, drei true", "18: Es ist dunkel. false, spät false", "19: Es ist dunkel. false, Wem? false, Wem? false"}
	if !slices.Equal(got, want) || len(asides) > 0 {
		t.Errorf("then %q, asides %q", got, asides)
	}
}
