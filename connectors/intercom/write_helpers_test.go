package intercom

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/desk"
)

// targetOf is a target over a stand-in, and a contact there who asks.
func targetOf(t *testing.T, s *intercomtest.Server, change func(*Config)) (*Target, desk.Ref) {
	t.Helper()
	c := configOf(s)
	change(c)
	d, err := newTarget(c, envOf(t, s.Transport()))
	if err != nil {
		t.Fatal(err)
	}
	return d, desk.Ref{Kind: desk.KindContact, Target: desk.ID(s.AddContact(intercomtest.Contact{Name: "Olga", Email: "olga@a.test"}))}
}

func asked(who desk.Ref, id desk.ID, texts ...string) *desk.Ticket {
	r := &desk.Ticket{Meta: desk.Meta{ID: id, Mark: weather.Marks(desk.KindTicket, "", id)}, Subject: "About " + string(id), Status: desk.StatusOpen, Requester: who}
	for i, text := range texts {
		mid := desk.ID(fmt.Sprint(id, "-", i))
		r.Messages = append(r.Messages, desk.Message{ID: mid, Mark: weather.Marks(desk.KindMessage, id, mid), Author: who, Text: text, At: time.Date(2015, 1, 1, i, 0, 0, 0, time.UTC)})
	}
	return r
}

func loses(t *testing.T, got connectors.Receipt, field string) {
	t.Helper()
	if !slices.ContainsFunc(got.Losses, func(l connectors.Loss) bool { return l.Field == field }) {
		t.Errorf("no loss of %q is told: %+v", field, got.Losses)
	}
}

func fetched(t *testing.T, d *Target, id desk.ID) *desk.Ticket {
	t.Helper()
	r, err := d.Fetch(t.Context(), desk.KindTicket, id)
	if err != nil {
		t.Fatal(err)
	}
	return r.(*desk.Ticket)
}
