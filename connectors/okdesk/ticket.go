package okdesk

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest/census"
	"github.com/deskhaul/deskhaul/desk"
)

func (a *api) issue(ctx context.Context, id number) (t issueShape, err error) {
	err = a.get(ctx, "issues/"+string(idOf(id)), nil, &t)
	if err == nil && t.ID == 0 {
		err = fmt.Errorf("issue %d: the answer is no issue: %w", id, connectors.ErrBusy)
	}
	return t, err
}

// ticket reads an issue with its comments, and keeps in mind that it is there. It tells too
// what the issue says of its comments.
func (s *Source) ticket(ctx context.Context, id number, walk int64) (*desk.Ticket, string, error) {
	issue, err := s.issue(ctx, id)
	if err != nil {
		return nil, "", err
	}
	talk, err := s.comments(ctx, issue)
	if err != nil {
		return nil, "", err
	}
	t, err := s.record(ctx, issue, talk)
	if err != nil {
		return nil, "", fmt.Errorf("issue %d: %w", id, err)
	}
	said := issue.Talk.signature()
	if walk == 0 {
		return t, said, nil
	}
	if n := len(talk); n > 0 {
		if err := s.heard(ctx, issue, talk[n-1].Published.Time); err != nil {
			return nil, "", err
		}
	}
	return t, said, s.books.Note(ctx, desk.KindTicket, t.ID, census.Entry{Says: said, Walk: walk})
}

// record makes the ticket of an issue and its comments.
func (a *api) record(ctx context.Context, issue issueShape, talk []commentShape) (*desk.Ticket, error) {
	t, err := a.cover(ctx, issue)
	if err != nil {
		return nil, err
	}
	if err := a.fields(ctx, t, issue); err != nil {
		return nil, err
	}
	ours := a.unmark(t, issue)
	if ours && t.Subject == noSubject {
		t.Subject = ""
	}
	t.Messages, err = a.messages(ctx, issue, talk, ours)
	return t, err
}

// cover is what stands on the ticket, but for its fields.
func (a *api) cover(ctx context.Context, issue issueShape) (*desk.Ticket, error) {
	d, err := a.dictionary(ctx)
	if err != nil {
		return nil, err
	}
	t := &desk.Ticket{
		Number: string(idOf(issue.ID)), Subject: issue.Title, Priority: a.config.priority(wordOf(issue.Priority, d.priorities)),
		Type: issueType(wordOf(issue.Type, d.types)), Channel: channel(issue.Source), Due: issue.Deadline.Time, Group: desk.To(desk.KindGroup, idOf(issue.GroupID)),
	}
	if issue.Group != nil && issue.GroupID == 0 {
		t.Group = desk.To(desk.KindGroup, idOf(issue.Group.ID))
	}
	t.ID, t.Created, t.Updated = idOf(issue.ID), issue.Created.Time, issue.Updated.Time
	t.URL = a.Link(desk.KindTicket, t.ID)
	if t.Status, _ = a.config.status(wordOf(issue.Status, d.statuses)); t.Status == desk.StatusSolved || t.Status == desk.StatusClosed {
		t.Solved = issue.Completed.Time
	}
	if issue.Assignee != nil {
		t.Assignee = desk.To(desk.KindAgent, idOf(issue.Assignee.ID))
	}
	if issue.Contact != nil && issue.Contact.ID != 0 {
		t.Requester = desk.To(desk.KindContact, idOf(issue.Contact.ID))
	} else if t.Requester, err = a.person(ctx, issue.Author, nil); err != nil {
		return nil, err
	}
	if issue.Rate != nil && issue.Rate.Value != "" {
		t.Rating = &desk.Rating{Score: issue.Rate.Value}
	}
	return t, a.takePart(ctx, t, issue)
}

// takePart adds the observers and those who help the assignee.
func (a *api) takePart(ctx context.Context, t *desk.Ticket, issue issueShape) error {
	had := map[desk.Ref]bool{t.Requester: true, t.Assignee: true}
	add := func(ref desk.Ref) {
		if !ref.IsZero() && !had[ref] {
			had[ref] = true
			t.Participants = append(t.Participants, ref)
		}
	}
	for _, n := range issue.Coexecutors {
		add(desk.To(desk.KindAgent, idOf(n.ID)))
	}
	for _, n := range issue.Observers {
		ref, err := a.person(ctx, &n, issue.Contact)
		if err != nil {
			return err
		}
		add(ref)
	}
	return nil
}

// issueWords are the names of the system's own words among a ticket's fields.
var issueWords = []string{
	"status", "company", "maintenance_entity", "agreement", "address", "parent", "children", "equipment_ids", "observer_groups", "delayed_to", "reacted_at",
	"start_execution_until", "spent_time", "time_entries", "rate", "source",
}

// fields are the system's own words, and its parameters.
func (a *api) fields(ctx context.Context, t *desk.Ticket, issue issueShape) error {
	words := map[string]any{"source": issue.Source, "delayed_to": stamp(issue.Delayed.Time), "reacted_at": stamp(issue.Reacted.Time), "start_execution_until": stamp(issue.StartUntil.Time)}
	if issue.Status != nil {
		words["status"] = cmp.Or(issue.Status.Name, issue.Status.Code)
	}
	if issue.Agreement != nil {
		words["agreement"] = issue.Agreement.Title
	}
	if issue.Address != nil {
		words["address"] = issue.Address.Value
	}
	if issue.Parent != 0 {
		words["parent"] = string(idOf(issue.Parent))
	}
	for name, ids := range map[string][]number{"children": issue.Children, "equipment_ids": issue.Equipment} {
		var list []any
		for _, id := range ids {
			list = append(list, string(idOf(id)))
		}
		if list != nil {
			words[name] = list
		}
	}
	var teams []any
	for _, g := range issue.ObserverTeams {
		teams = append(teams, g.Name)
	}
	if teams != nil {
		words["observer_groups"] = teams
	}
	setWords(&t.Meta, words)
	setParameters(&t.Meta, issue.Parameters, issueWords)
	if err := a.places(ctx, t, issue); err != nil {
		return err
	}
	return a.timeSpent(ctx, t, issue)
}

// places names the company and the maintenance entity.
func (a *api) places(ctx context.Context, t *desk.Ticket, issue issueShape) error {
	company, object := issue.Company, firstNamed(issue.Entity, issue.Object)
	if company == nil && issue.CompanyID != 0 {
		reg, err := a.companyNames(ctx)
		if err != nil {
			return err
		}
		company = &named{ID: issue.CompanyID, Name: reg.names[issue.CompanyID]}
	}
	if object == nil && issue.ObjectID != 0 {
		reg, err := a.objectNames(ctx)
		if err != nil {
			return err
		}
		object = &named{ID: issue.ObjectID, Name: cmp.Or(reg.names[issue.ObjectID], string(idOf(issue.ObjectID)))}
	}
	if company != nil {
		setWords(&t.Meta, map[string]any{"company": company.Name})
	}
	if object != nil {
		setWords(&t.Meta, map[string]any{"maintenance_entity": object.Name})
	}
	return nil
}

func firstNamed(ns ...*named) *named {
	for _, n := range ns {
		if n != nil && n.ID != 0 {
			return n
		}
	}
	return nil
}

// timeSpent keeps what work was put down.
func (a *api) timeSpent(ctx context.Context, t *desk.Ticket, issue issueShape) error {
	if issue.Spent == 0 {
		return nil
	}
	t.SetField("spent_time", issue.Spent)
	rows, err := a.timeEntries(ctx, issue.ID)
	if lacking(err) {
		return nil
	}
	if err != nil {
		return err
	}
	var list []any
	for _, e := range rows {
		one := map[string]any{"hours": e.Spent}
		if e.Employee != nil {
			one["employee"] = e.Employee.Name
		}
		if e.Comment != "" {
			one["comment"] = e.Comment
		}
		if at := stamp(e.Logged.Time); at != "" {
			one["at"] = at
		}
		list = append(list, one)
	}
	if list != nil {
		t.SetField("time_entries", list)
	}
	return nil
}

// channel is the door an issue came through.
func channel(source string) string {
	switch source {
	case "from_email", "from_mail":
		return "email"
	case "from_contact", "from_client", "from_portal", "from_site", "from_form":
		return "web"
	case "from_telephony", "from_phone", "from_call":
		return "phone"
	case "from_chat", "from_telegram", "from_messenger":
		return "chat"
	case "from_api":
		return "api"
	}
	return strings.TrimPrefix(source, "from_")
}
