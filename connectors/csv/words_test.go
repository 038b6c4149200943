package csv

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// What each word for a status is read as is told, and which are not known.
func TestWordsOfAStatusAreTold(t *testing.T) {
	cfg := file(t, "tickets.csv", "id,subject,status,type\n1,a,Waiting,Bug\n2,b,At the bank,Wish\n3,c,Done,Bug\n")
	s := must[*source](t)(newSource(t.Context(), cfg, testEnv(t)))
	schema, err := s.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var notes strings.Builder
	for _, n := range schema.Notes {
		notes.WriteString(n.Level + " " + n.Text + "\n")
	}
	for _, want := range []string{"info tickets.csv: each status is read so: Done → solved, Waiting → pending\n", `warning tickets.csv: these words for a status are not known and are read as open: At the bank: say what they mean, as in values: {status: {"At the bank": pending}}`} {
		if !strings.Contains(notes.String(), want) {
			t.Errorf("%q is not told:\n%s", want, notes.String())
		}
	}
	for _, f := range schema.Fields {
		if f.Kind == desk.KindTicket && f.Name == "type" && strings.Join(f.Options, ",") != "Bug,Wish" {
			t.Errorf("%+v", f)
		}
	}
}
