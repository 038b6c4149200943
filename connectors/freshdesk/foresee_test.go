package freshdesk

import (
	"errors"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// What is foreseen of a record is what becomes of it, and nothing is written for it.
func TestForesee(t *testing.T) {
	s := freshdesktest.New()
	d, who := targetOf(t, s, func(*Config) {})
	ann := &desk.Agent{Meta: desk.Meta{ID: "7"}, Name: "Ann", Email: "ann@old.test"}
	if _, err := d.Foresee(t.Context(), connectors.Write{Record: ann}); !errors.Is(err, connectors.ErrRefused) {
		t.Errorf("an agent without a seat: %v", err)
	}
	r := asked(who, "1", "hello")
	r.Status, r.Type, r.Fields = desk.StatusNew, "task", map[string]any{"Serial no": "7"}
	before := s.Counts()
	foreseen, err := d.Foresee(t.Context(), connectors.Write{Record: r})
	if err != nil {
		t.Fatal(err)
	}
	if now := s.Counts(); now["tickets"] != before["tickets"] {
		t.Errorf("%v tickets, %v before", now, before)
	}
	got, err := d.Create(t.Context(), r)
	if err != nil || !slices.Equal(foreseen, got.Losses) || len(foreseen) < 3 {
		t.Errorf("foreseen %+v, lost %+v, %v", foreseen, got.Losses, err)
	}
	r.Requester = desk.Ref{}
	if _, err := d.Foresee(t.Context(), connectors.Write{Record: r}); !errors.Is(err, connectors.ErrRefused) {
		t.Errorf("a ticket that nobody asked: %v", err)
	}
	image := &desk.Message{ID: "m", HTML: `<img src="cid:a">`, Files: []desk.File{{Name: "a.png", CID: "a", Inline: true}}}
	if lost, err := d.Foresee(t.Context(), connectors.Write{Record: r, Message: image}); err != nil || len(lost) != 1 || lost[0].Field != "message.cid" {
		t.Errorf("an image: %+v, %v", lost, err)
	}
}

// The first message of a ticket becomes another's when somebody else asks, which is
// foreseen and told.
func TestDescriptionOfAnotherRequester(t *testing.T) {
	s := freshdesktest.New()
	d, who := targetOf(t, s, func(*Config) {})
	r := asked(who, "1", "hello")
	got, err := d.Create(t.Context(), r)
	if err != nil || slices.ContainsFunc(got.Losses, func(l connectors.Loss) bool { return l.Field == "message.author" }) {
		t.Fatalf("%+v, %v", got.Losses, err)
	}
	r.Requester.Target = idOf(s.AddContact(freshdesktest.Contact{Name: "Other", Email: "other@a.test"}))
	fields := []string{"requester"}
	foreseen, err := d.Foresee(t.Context(), connectors.Write{ID: got.ID, Record: r, Fields: fields})
	if err != nil {
		t.Fatal(err)
	}
	now, err := d.Update(t.Context(), got.ID, r, fields)
	if err != nil || len(now.Losses) != 1 || now.Losses[0].Field != "message.author" || now.Losses[0].Message != r.Messages[0].ID || !slices.Equal(foreseen, now.Losses) {
		t.Errorf("foreseen %+v, lost %+v, %v", foreseen, now.Losses, err)
	}
}
