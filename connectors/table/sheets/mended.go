package sheets

import (
	"context"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// mended yields, for rows that were set aside and do not stand in the files any
// more, that nothing is to be done about them: whoever corrects a file must not
// find its old rows in quarantine for ever.
func (p *pass) mended(ctx context.Context, yield yielder) bool {
	kinds := []desk.Kind{p.kind}
	if p.kind == desk.KindTicket && len(p.extra) > 0 {
		kinds = append(kinds, desk.KindMessage)
	}
	for _, kind := range kinds {
		prefix := "a/" + string(kind) + "/"
		for item, err := range p.s.env.State.Scan(ctx, prefix, "") {
			if err != nil {
				return fail(yield, err)
			}
			if !p.settle(ctx, kind, strings.TrimPrefix(item.Key, prefix), item, yield) {
				return false
			}
		}
	}
	return true
}

// settle looks at one row that was set aside.
func (p *pass) settle(ctx context.Context, kind desk.Kind, id string, item connectors.Entry, yield yielder) bool {
	e, ok := decodeEntry(item.Value)
	if !ok || !e.gone && p.standing(e) {
		return true
	}
	if !e.gone {
		if read, err := p.readAnew(ctx, e); !read || err != nil {
			return err == nil || fail(yield, err)
		}
		e.gone, e.changed = true, p.rec.Gen
		if err := p.s.env.State.Put(ctx, item.Key, e.encode()); err != nil {
			return fail(yield, err)
		}
	}
	if e.changed <= p.rec.Base {
		return true
	}
	c := cursor{Gen: p.rec.Gen, Base: p.rec.Base, File: len(p.inputs)}
	return yield(connectors.Item{Cursor: c.String(), Aside: &connectors.Aside{
		Kind: kind, ID: desk.ID(id), Parent: e.parent, Reason: connectors.ReasonDuplicate,
		Detail: "the row is gone from the file: it was corrected or taken out",
	}}, nil)
}

// readAnew tells whether the messages of the row's ticket were looked at in this
// generation: those of an unchanged ticket are not.
func (p *pass) readAnew(ctx context.Context, e entry) (bool, error) {
	if e.parent == "" {
		return true, nil
	}
	t, known, err := p.s.entry(ctx, recordKey(desk.KindTicket, e.parent))
	return known && t.changed == p.rec.Gen, err
}
