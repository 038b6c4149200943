package pipeline_test

import (
	"context"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// shortSighted is a target that finds nobody, and says when it is to make one who stands
// there already.
type shortSighted struct {
	*mem.Desk
	stands desk.ID
}

func (s shortSighted) Find(context.Context, desk.Record) (desk.ID, error) {
	return "", connectors.ErrNotFound
}

func (s shortSighted) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	if r.Kind() == desk.KindContact {
		return connectors.Receipt{ID: s.stands, Adopted: true}, nil
	}
	return s.Desk.Create(ctx, r)
}

// Who turns out at their making to stand there is adopted: counted so, left as they are,
// and no rollback's to delete.
func TestCreateThatFindsSomebody(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	dst.Seed(&desk.Contact{Meta: desk.Meta{ID: "there"}, Name: "As she calls herself", Emails: []string{"c1@example.test"}})
	writes := mem.Spec().Writes
	writes.Fields = map[desk.Kind][]string{desk.KindContact: {"emails"}}
	h := newHop(t, src, mem.Spec().Reads, shortSighted{dst, "there"}, writes)
	if n := h.run(t)[desk.KindContact]; n.Adopted != 1 || n.Created != 0 {
		t.Errorf("counted as %+v", n)
	}
	for _, l := range h.losses {
		if l.Kind == desk.KindContact {
			t.Errorf("nothing was written, and %s is told as lost", l.Loss.Field)
		}
	}
	gone, left := h.rollback(t, 0, true)
	if slices.Contains(gone, "contact c1") || len(left) > 0 || dst.CountOf(desk.KindContact) != 1 || dst.CountOf(desk.KindTicket) != 0 {
		t.Errorf("deleted %q, left %q", gone, left)
	}
	if c := recordsOf(t, dst, desk.KindContact)[0].(*desk.Contact); c.Name != "As she calls herself" {
		t.Errorf("written over: %+v", c)
	}
}
