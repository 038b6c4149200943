package assess

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// The flaws that are seen only when all has been read.
const (
	SameAddress  = "contact.same_address"
	SameNumber   = "contact.same_number"
	SameName     = "contact.same_name" // in one organisation
	SameAgent    = "agent.same_address"
	UnknownAgent = "agent.unknown" // tickets refer to one that there is not
	Orphan       = "orphan."       // and a kind: something refers to a record that there is not
	SameMessage  = "message.same_id"
	UnusedField  = "field.unused" // filled in of fewer than one in a hundred
	SingleField  = "field.single" // says the same of all
	TagOnce      = "tag.once"
	Unread       = "unread." // and a reason: what the source could not read
)

// flaws gathers all of them, what is most first.
func (s *Survey) flaws(ctx context.Context, a *Assessment) error {
	of := map[string]int64{"ticket": s.kinds[desk.KindTicket], "message": s.kinds[desk.KindMessage], "file": s.kinds[desk.KindFile], "contact": s.kinds[desk.KindContact], "organization": s.kinds[desk.KindOrganization], "agent": s.kinds[desk.KindAgent]}
	a.Flaws = []Flaw{}
	for key, f := range s.quality.flaws {
		kind, _, _ := strings.Cut(key, ".")
		a.Flaws = append(a.Flaws, Flaw{key, f.count, of[kind], f.first})
	}
	for reason, f := range s.asides {
		a.Flaws = append(a.Flaws, Flaw{Key: Unread + string(reason), Count: f.count, Examples: f.first})
	}
	for _, part := range []func(context.Context, *Assessment) error{s.nobody, s.twice, s.orphans, s.unused} {
		if err := part(ctx, a); err != nil {
			return err
		}
	}
	slices.SortFunc(a.Flaws, func(x, y Flaw) int { return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Key, y.Key)) })
	return nil
}

// twice finds what two records share and only one should have.
func (s *Survey) twice(ctx context.Context, a *Assessment) error {
	for _, x := range []struct {
		key, kind string
		of        desk.Kind
	}{
		{SameAddress, "has the address", desk.KindContact},
		{SameNumber, "has the number", desk.KindContact},
		{SameName, "is called", desk.KindContact},
		{SameOrganization, "organization is called", desk.KindOrganization},
		{SameAgent, "agent has the address", desk.KindAgent},
		{SameMessage, "message id", desk.KindMessage},
	} {
		n, err := s.tally.number(ctx, "SELECT COALESCE(SUM(n), 0) FROM tally WHERE kind = ? AND n > 1", x.kind)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		rows, err := s.tally.rows(ctx, "FROM tally t WHERE t.kind = ? AND t.n > 1 ORDER BY t.n DESC, t.key LIMIT ?", x.kind, mostExamples)
		if err != nil {
			return err
		}
		f := Flaw{Key: x.key, Count: n, Of: s.kinds[x.of]}
		for _, r := range rows {
			e := Example{Kind: x.of, ID: desk.ID(r.other), What: fmt.Sprintf("%d × %s", r.n, r.name)}
			if x.of == desk.KindMessage {
				e.ID, e.Ticket = desk.ID(r.key), desk.ID(r.other)
			}
			f.Examples = append(f.Examples, e)
		}
		a.Flaws = append(a.Flaws, f)
	}
	return nil
}

// orphans finds references to records that there are not.
func (s *Survey) orphans(ctx context.Context, a *Assessment) error {
	for _, kind := range []desk.Kind{desk.KindAgent, desk.KindContact, desk.KindOrganization, desk.KindGroup, desk.KindCategory} {
		const missing = `FROM tally t WHERE t.kind = ? AND NOT EXISTS (SELECT 1 FROM tally r WHERE r.kind = ? AND r.key = t.key)`
		of, is := "ref to "+string(kind), string(kind)
		n, err := s.tally.number(ctx, "SELECT COUNT(*) "+missing, of, is)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		rows, err := s.tally.rows(ctx, missing+" ORDER BY t.n DESC, t.key LIMIT ?", of, is, mostExamples)
		if err != nil {
			return err
		}
		f := Flaw{Key: Orphan + string(kind), Count: n}
		if kind == desk.KindAgent {
			f.Key = UnknownAgent
		}
		for _, r := range rows {
			f.Examples = append(f.Examples, Example{Kind: kind, ID: desk.ID(r.key), Ticket: desk.ID(r.other), What: fmt.Sprintf("%d ×", r.n)})
		}
		a.Flaws = append(a.Flaws, f)
	}
	return nil
}

// unused finds labels that tell nothing.
func (s *Survey) unused(_ context.Context, a *Assessment) error {
	unused, single := Flaw{Key: UnusedField}, Flaw{Key: SingleField}
	for _, f := range a.Labels.Fields {
		into := &unused
		switch {
		case f.Of < 100:
			continue
		case f.Filled*100 < f.Of:
		case f.Distinct == 1 && f.Filled == f.Of:
			into = &single
		default:
			continue
		}
		into.Count++
		if len(into.Examples) < mostExamples {
			into.Examples = append(into.Examples, Example{Kind: f.Kind, ID: desk.ID(f.Name), What: fmt.Sprintf("%d / %d", f.Filled, f.Of)})
		}
	}
	for _, f := range []Flaw{unused, single, {Key: TagOnce, Count: a.Labels.TagsOnce, Of: a.Labels.TagCount}} {
		if f.Count > 0 {
			a.Flaws = append(a.Flaws, f)
		}
	}
	return nil
}
