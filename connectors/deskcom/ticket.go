package deskcom

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// ticket is a case with all that the files have of it.
func (s *Source) ticket(ctx context.Context, id string) (desk.Record, error) {
	_, raw, err := s.index.get(ctx, "cases", id)
	if err != nil {
		return nil, err
	}
	if raw == nil {
		return nil, &connectors.Trouble{
			Reason: connectors.ReasonUnreadable, Hint: "add the answer of /api/v2/cases/" + id,
			Err: fmt.Errorf("case %s: its messages are among the files, and the case itself is not", id),
		}
	}
	var c caseShape
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, torn("case", id, err)
	}
	t := s.cover(id, &c)
	if t.Messages, err = s.messages(ctx, id, &c); err != nil {
		return nil, err
	}
	return t, nil
}

func (s *Source) cover(id string, c *caseShape) *desk.Ticket {
	t := &desk.Ticket{
		Meta: desk.Meta{ID: desk.ID(id), Created: c.Created.Time, Updated: c.Updated.Time}, Number: id, Subject: c.Subject,
		Status: statusOf(c.Status), Priority: s.words.priority(string(c.Priority)), Channel: channelOf(c.Type),
		Requester: desk.To(desk.KindContact, desk.ID(c.Links.Customer.id("customers"))),
		Assignee:  desk.To(desk.KindAgent, desk.ID(c.Links.User.id("users"))),
		Group:     desk.To(desk.KindGroup, desk.ID(c.Links.Group.id("groups"))),
	}
	if c.Changed.After(t.Updated) {
		t.Updated = c.Changed.Time
	}
	if s.config.Site != "" {
		t.URL = strings.TrimRight(s.config.Site, "/") + "/agent/case/" + id
	}
	for _, label := range c.Labels {
		if label != "" && !slices.Contains(t.Tags, label) {
			t.Tags = append(t.Tags, label)
		}
	}
	if t.Status == desk.StatusSolved || t.Status == desk.StatusClosed {
		t.Solved = c.Resolved.Time
	}
	if !c.FirstSolve.IsZero() {
		t.History = append(t.History, desk.Change{At: c.FirstSolve.Time, To: desk.StatusSolved})
	}
	if !c.Opened.IsZero() {
		t.History = append([]desk.Change{{At: c.Opened.Time, From: desk.StatusNew, To: desk.StatusOpen}}, t.History...)
	}
	slices.SortStableFunc(t.History, func(a, b desk.Change) int { return a.At.Compare(b.At) })
	said(&t.Meta, "status", c.Status)
	said(&t.Meta, "priority", string(c.Priority))
	said(&t.Meta, "description", c.About)
	said(&t.Meta, "language", c.Language)
	said(&t.Meta, "external_id", string(c.External))
	s.words.fields(&t.Meta, "case", c.Fields)
	return t
}
