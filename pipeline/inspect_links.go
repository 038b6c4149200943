package pipeline

import (
	"context"
	"errors"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/crosslinks"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// deadLinks settles the differences of a body that are addresses of records which do not stand
// there any more: a rollback took them back, and a run made them anew under others. What was
// sent stays.
func (i *inspection) deadLinks(ctx context.Context, want, got *desk.Message, all []compare.Difference) ([]compare.Difference, error) {
	ofBody := func(d compare.Difference) bool { return d.Field == "text" || d.Field == "html" }
	if i.Crosslinks == nil || !slices.ContainsFunc(all, ofBody) || !compare.SameBody(i.Crosslinks.likeOthers(want), i.Crosslinks.likeOthers(got)) {
		return all, nil
	}
	should, says := i.Crosslinks.newIn(want), i.Crosslinks.newIn(got)
	for _, link := range says {
		if slices.Contains(should, link) {
			continue
		}
		_, _, here := i.Crosslinks.Here.Find(link.Address)
		if !here { // another target cannot be asked from here
			return all, nil
		}
		stands, err := i.standsThere(ctx, link)
		if stands || err != nil {
			return all, err
		}
	}
	i.tell(want, Finding{Class: Settled, Field: lostLink, Detail: "an address in it leads to what was taken back since it was sent: what was sent stays"})
	return slices.DeleteFunc(all, ofBody), nil
}

func (i *inspection) standsThere(ctx context.Context, link crosslinks.Link) (stands bool, err error) {
	err = i.patiently(ctx, func() error {
		_, err := i.check.fetcher.Fetch(ctx, link.Kind, link.ID)
		return err
	})
	if errors.Is(err, connectors.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// newIn are the addresses of the target's records in a message.
func (c *Crosslinks) newIn(m *desk.Message) (out []crosslinks.Link) {
	see := func(link crosslinks.Link) string {
		out = append(out, link)
		return ""
	}
	c.here().Text(m.Text, see)
	c.here().HTML(m.HTML, see)
	return out
}
