package pipeline_test

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// script is a scripted source.
type script struct {
	items map[desk.Kind][]connectors.Item
	fetch func(kind desk.Kind, id desk.ID) (desk.Record, error)
}

func (f *script) Read(ctx context.Context, k desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		for i, it := range f.items[k] {
			if it.Record != nil {
				it.Record = desk.Clone(it.Record)
			}
			if it.Cursor == "" {
				it.Cursor = connectors.Cursor(fmt.Sprint(i + 1))
			}
			if !yield(it, nil) {
				return
			}
		}
	}
}

type askable struct{ *script }

func (f askable) Fetch(_ context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	return f.fetch(kind, id)
}

func tk(id, subject string, ms ...desk.Message) *desk.Ticket {
	return &desk.Ticket{Meta: desk.Meta{ID: desk.ID(id)}, Subject: subject, Status: desk.StatusOpen, Messages: ms}
}

func msg(id, text string, at int64) desk.Message {
	return desk.Message{ID: desk.ID(id), Text: text, At: time.Unix(at, 0).UTC()}
}

func only(t *testing.T, d *mem.Desk) *desk.Ticket {
	t.Helper()
	var out *desk.Ticket
	for it, err := range d.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		if out != nil {
			t.Errorf("more than one ticket at the target")
		}
		out = it.Record.(*desk.Ticket)
	}
	return out
}

func texts(tk *desk.Ticket) string {
	var s []string
	for _, m := range tk.Messages {
		s = append(s, m.Text)
	}
	return strings.Join(s, "|")
}
