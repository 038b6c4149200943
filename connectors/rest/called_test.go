package rest

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

func TestWriterOfAMessage(t *testing.T) {
	c := Called{new(conntest.State)}
	for _, r := range []desk.Record{
		&desk.Agent{Meta: desk.Meta{ID: "1"}, Name: `Анна "Ann" <x>`, Email: "anna@desk.test"},
		&desk.Contact{Meta: desk.Meta{ID: "1"}, Name: "Ольга", Emails: []string{"olga@a.test", "o@a.test"}},
		&desk.Group{Meta: desk.Meta{ID: "1"}, Name: "nobody"},
	} {
		if err := c.Keep(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	from := desk.Address{Email: "said@a.test"}
	for _, x := range []struct {
		m    desk.Message
		want desk.Address
	}{
		{desk.Message{Author: desk.To(desk.KindAgent, "1")}, desk.Address{Name: `Анна "Ann" <x>`, Email: "anna@desk.test"}},
		{desk.Message{Author: desk.To(desk.KindContact, "1")}, desk.Address{Name: "Ольга", Email: "olga@a.test"}},
		{desk.Message{Author: desk.To(desk.KindContact, "1"), From: from}, from},
		{desk.Message{Author: desk.To(desk.KindContact, "2")}, desk.Address{}},
		{desk.Message{}, desk.Address{}},
	} {
		if got, err := c.Writer(t.Context(), &x.m); err != nil || got != x.want {
			t.Errorf("%+v: %+v, %v", x.m, got, err)
		}
	}
}
