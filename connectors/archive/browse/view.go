package browse

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// view makes r what it is to be shown as. left is the rule that leaves it out, ""
// if it is shown.
func (s *Site) view(ctx context.Context, r desk.Record) (left string, err error) {
	if s.options.View == nil {
		return "", nil
	}
	id := r.About().ID
	keep, rule, err := s.options.View(ctx, r)
	switch {
	case err != nil:
		return "", fmt.Errorf("the mapping fails for %s %s: %w", r.Kind(), id, err)
	case !keep && rule == "":
		return "a rule of the mapping", nil
	case !keep:
		return rule, nil
	}
	return "", nil
}

// A namer tells what references are called, as the view shows it, and asks for
// each once.
type namer struct {
	site *Site
	ctx  context.Context
	seen map[desk.Ref]archive.Label
}

func (s *Site) namer(ctx context.Context) *namer {
	return &namer{site: s, ctx: ctx, seen: map[desk.Ref]archive.Label{}}
}

// label names what ref points to. What the archive does not have (a mapping may
// name shelves of its own) is called by its id.
func (n *namer) label(ref desk.Ref) (archive.Label, error) {
	ref.Target = ""
	if l, ok := n.seen[ref]; ok || ref.ID == "" {
		return l, nil
	}
	l := archive.Label{Kind: ref.Kind, ID: ref.ID, Name: string(ref.ID)}
	if ref.Kind.IsRecord() && ref.Kind != desk.KindTicket {
		r, err := n.site.library.Record(n.ctx, ref.Kind, ref.ID)
		switch {
		case errors.Is(err, connectors.ErrNotFound):
		case err != nil:
			return l, err
		default:
			if l, err = n.shown(r); err != nil {
				return l, err
			}
		}
	}
	n.seen[ref] = l
	return l, nil
}

// shown names a record.
func (n *namer) shown(r desk.Record) (archive.Label, error) {
	l := archive.Label{Kind: r.Kind(), ID: r.About().ID}
	left, err := n.site.view(n.ctx, r)
	if err != nil {
		return l, err
	}
	if left != "" {
		l.Name = "(left out by " + left + ")"
		return l, nil
	}
	switch r := r.(type) {
	case *desk.Contact:
		l.Name = r.Name
		if len(r.Emails) > 0 {
			l.Email = r.Emails[0]
		}
	case *desk.Agent:
		l.Name, l.Email = r.Name, r.Email
	case *desk.Organization:
		l.Name = r.Name
	case *desk.Group:
		l.Name = r.Name
	case *desk.Category:
		l.Name = r.Name
	}
	return l, nil
}
