package desk_test

import (
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// Every name that PrintsOf gives must be one that Assign knows, else an Update
// could not be carried out.
func TestAssignCarriesEveryPrintedField(t *testing.T) {
	src := &desk.Ticket{Subject: "Помощь", Status: desk.StatusOpen, Tags: []string{"a"}, Rating: &desk.Rating{Score: "good"}}
	src.URL = "https://desk.example.com/1"
	src.SetField("Größe", 3.0)
	src.Requester = desk.To(desk.KindContact, "7")
	dst := new(desk.Ticket)
	for _, p := range desk.PrintsOf(src) {
		if err := desk.Assign(dst, src, p.Name); err != nil {
			t.Error(err)
		}
	}
	if changed := desk.PrintsOf(dst).Changed(desk.PrintsOf(src)); len(changed) > 0 {
		t.Errorf("still different: %q", changed)
	}
}

func TestAssignTouchesNoOtherField(t *testing.T) {
	dst := &desk.Contact{Name: "Ана", Note: "keeps"}
	dst.SetField("x", "1")
	dst.SetField("y", "2")
	shared := dst.Fields
	if err := desk.Assign(dst, &desk.Contact{}, "name", "fields.x"); err != nil {
		t.Fatal(err)
	}
	if dst.Name != "" || dst.Note != "keeps" || len(dst.Fields) != 1 || dst.Fields["y"] != "2" {
		t.Errorf("got %+v", dst)
	}
	if len(shared) != 2 {
		t.Error("the map that others hold was changed")
	}
}

func TestAssignRefusesWhatDoesNotFit(t *testing.T) {
	if desk.Assign(new(desk.Contact), new(desk.Ticket), "url") == nil {
		t.Error("two kinds were mixed")
	}
	if desk.Assign(new(desk.Contact), new(desk.Contact), "subject") == nil {
		t.Error("a contact has no subject")
	}
	if err := desk.AssignMessage(new(desk.Message), &desk.Message{Text: "x"}, "text"); err != nil {
		t.Error(err)
	}
}
