package zendesk

import (
	"encoding/json"
	"errors"
	"fmt"
)

// ticketExport is a ticket as Zendesk exports it: with its comments, and with the
// people, the group and the organisation written out.
type ticketExport struct {
	ticketShape
	Comments      json.RawMessage    `json:"comments"`
	Requester     *userShape         `json:"requester"`
	Submitter     *userShape         `json:"submitter"`
	Assignee      *userShape         `json:"assignee"`
	Collaborators []userShape        `json:"collaborator"`
	Group         *groupShape        `json:"group"`
	Organization  *organizationShape `json:"organization"`
	Metrics       *metricShape       `json:"metric_set"`
}

// readTicket reads a ticket of an export.
func readTicket(raw json.RawMessage) (*ticketExport, []commentShape, error) {
	var t ticketExport
	if err := json.Unmarshal(raw, &t); err != nil {
		return nil, nil, err
	}
	if t.ID == 0 {
		return nil, nil, errors.New("a ticket without an id")
	}
	for ref, u := range map[*int64]*userShape{&t.RequesterID: t.Requester, &t.SubmitterID: t.Submitter, &t.AssigneeID: t.Assignee} {
		if *ref == 0 && u != nil {
			*ref = u.ID
		}
	}
	if t.GroupID == 0 && t.Group != nil {
		t.GroupID = t.Group.ID
	}
	for _, u := range t.Collaborators {
		t.ticketShape.Collaborators = append(t.ticketShape.Collaborators, u.ID)
	}
	var comments []commentShape
	if len(t.Comments) > 0 {
		if err := json.Unmarshal(t.Comments, &comments); err != nil {
			return nil, nil, fmt.Errorf("its comments: %w", err)
		}
	}
	return &t, comments, nil
}

// people are those that a record writes out.
func people(e exported) (out []userShape) {
	if e.kind == "users" {
		var u userShape
		if json.Unmarshal(e.raw, &u) == nil && u.ID > 0 {
			out = append(out, u)
		}
		return out
	}
	t, _, err := readTicket(e.raw)
	if err != nil {
		return nil
	}
	for _, u := range []*userShape{t.Requester, t.Submitter, t.Assignee} {
		if u != nil && u.ID > 0 {
			out = append(out, *u)
		}
	}
	for _, u := range t.Collaborators {
		if u.ID > 0 {
			out = append(out, u)
		}
	}
	return out
}
