package csv

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/table/sheets"
	"github.com/deskhaul/deskhaul/desk"
)

// What each word for a status is read as is told, and which are not known.
func TestWordsOfAStatusAreTold(t *testing.T) {
	cfg := file(t, "tickets.csv", "id,subject,status,type,Size,Remark\n1,a,Waiting,Bug,M,x\n2,b,At the bank,Wish,L,y\n3,c,Done,Bug,M,z\n4,d,Done,Bug,M,\n")
	s := must[*sheets.Source](t)(newSource(t.Context(), cfg, conntest.FileEnv(t)))
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
		if f.Name == "fields.Size" && strings.Join(f.Options, ",") != "L,M" || f.Name == "fields.Remark" && f.Options != nil {
			t.Errorf("%+v", f)
		}
		if f.Kind == desk.KindTicket && f.Name == "type" && strings.Join(f.Options, ",") != "Bug,Wish" {
			t.Errorf("%+v", f)
		}
	}
}
