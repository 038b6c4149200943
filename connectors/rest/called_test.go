package rest

import (
	"context"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

func TestWriterOfAMessage(t *testing.T) {
	asked := 0
	c := Called{State: new(conntest.State), Ask: func(_ context.Context, author desk.Ref) (desk.Record, error) {
		if asked++; author.Target != "stands" {
			return nil, connectors.ErrNotFound
		}
		return &desk.Contact{Name: "Зоя", Emails: []string{"zoe@a.test"}}, nil
	}}
	found := desk.Ref{Kind: desk.KindContact, ID: "3", Target: "stands"}
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
		{desk.Message{Author: found}, desk.Address{Name: "Зоя", Email: "zoe@a.test"}},
		{desk.Message{Author: desk.Ref{Kind: desk.KindContact, ID: "4", Target: "gone"}}, desk.Address{}},
		{desk.Message{Author: found}, desk.Address{Name: "Зоя", Email: "zoe@a.test"}},
	} {
		if got, err := c.Writer(t.Context(), &x.m); err != nil || got != x.want {
			t.Errorf("%+v: %+v, %v", x.m, got, err)
		}
	}
	if asked != 2 {
		t.Errorf("the target was asked %d times, for one who was found and one who is gone", asked)
	}
}
