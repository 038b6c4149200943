package okdesk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Describe tells what words the account has. No call tells whose the token is.
func (a *api) Describe(ctx context.Context) (connectors.Schema, error) {
	s := connectors.Schema{Title: "Okdesk " + a.host}
	d, err := a.dictionary(ctx)
	if errors.Is(err, connectors.ErrNotFound) {
		return s, fmt.Errorf("%w – look at url: is it an account of Okdesk's? %w", err, connectors.ErrDenied)
	}
	if err != nil {
		return s, err
	}
	if len(d.statuses) == 0 {
		return s, fmt.Errorf("the account shows no statuses of issues: take the token of an employee who is an administrator: %w", connectors.ErrDenied)
	}
	s.Fields = append(s.Fields, a.statusField(d), a.priorityField(d), typeField(d))
	for _, p := range d.parameters {
		if p.Code != a.config.Mark && p.Code != a.config.Tags {
			s.Fields = append(s.Fields, p.describe())
		}
	}
	zone, note := a.offset(ctx)
	if zone != nil {
		s.Notes = append(s.Notes, connectors.Note{Level: "info", Text: note})
	}
	return s, nil
}

func (a *api) statusField(d *dictionary) connectors.Field {
	f := connectors.Field{Kind: desk.KindTicket, Name: "fields.status", Title: "Статус", Type: "option", Means: map[string]string{}, Sure: 1}
	for _, w := range d.statuses {
		f.Options = append(f.Options, w.Name)
		if to, known := a.config.status(w); known {
			f.Means[w.Name] = string(to)
		}
	}
	return f
}

func (a *api) priorityField(d *dictionary) connectors.Field {
	f := connectors.Field{Kind: desk.KindTicket, Name: "priority", Title: "Приоритет", Type: "option", Means: map[string]string{}, Sure: 1}
	for _, w := range d.priorities {
		f.Options = append(f.Options, w.Name)
		if to := a.config.priority(w); to != "" {
			f.Means[w.Name] = string(to)
		}
	}
	return f
}

func typeField(d *dictionary) connectors.Field {
	f := connectors.Field{Kind: desk.KindTicket, Name: "type", Title: "Тип", Type: "option", Sure: 1}
	for _, w := range d.types {
		f.Options = append(f.Options, issueType(w))
	}
	return f
}

func (p parameterKind) describe() connectors.Field {
	sort := "text"
	switch p.Type {
	case aDate, aMoment:
		sort = "time"
	case aCheckbox:
		sort = "bool"
	case aSelect:
		sort = "option"
	case aMultiselect:
		sort = "options"
	}
	return connectors.Field{Kind: desk.KindTicket, Name: "fields." + fieldName(p.Code, issueWords), Title: p.Name, Type: sort, Options: p.options, Required: p.Required, Sure: 1}
}

// Describe adds what a reader should know.
func (s *Source) Describe(ctx context.Context) (connectors.Schema, error) {
	schema, err := s.api.Describe(ctx)
	if err != nil {
		return schema, err
	}
	d, err := s.dictionary(ctx)
	if err != nil {
		return schema, err
	}
	for _, w := range d.statuses {
		if to, known := s.config.status(w); !known {
			schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: fmt.Sprintf("The status %q (%s) is read as %s, for want of a better guess: say in statuses what it stands for.", w.Name, w.Code, to)})
		}
	}
	apart, err := s.looksApart(ctx)
	if err != nil {
		return schema, err
	}
	if apart {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: "In this account a comment is no change of its issue: to miss none, each delta goes through the whole list of issues."})
	}
	return schema, nil
}

// looksApart tells whether the latest issues have comments that are later than their change.
func (s *Source) looksApart(ctx context.Context) (bool, error) {
	if _, sure, err := s.talksApart(ctx); err != nil || sure {
		return sure, err
	}
	rows, err := s.issuePage(ctx, sorted("created_at", "reverse"), 1)
	for _, row := range rows {
		if row.Talk != nil && !row.Updated.IsZero() && row.Talk.Last.Sub(row.Updated.Time) > apartBy {
			return true, nil
		}
	}
	return false, err
}

// offset is the account's zone: as configured, or as far from UTC as the latest issue's
// times. It is nil where that cannot be told, and note says which it is.
func (a *api) offset(ctx context.Context) (zone *time.Location, note string) {
	if a.config.Zone != "" {
		zone, err := time.LoadLocation(a.config.Zone)
		if err != nil {
			return nil, ""
		}
		return zone, fmt.Sprintf("Dates are taken to be in the zone %s (zone).", a.config.Zone)
	}
	var rows []struct {
		Created string `json:"created_at"`
	}
	query := sorted("created_at", "reverse")
	query.Set("page[size]", "1")
	query.Set("page[number]", "1")
	if a.get(ctx, "issues/list", query, &rows) != nil || len(rows) == 0 {
		return nil, ""
	}
	at, err := time.Parse(time.RFC3339, rows[0].Created)
	if err != nil {
		return nil, ""
	}
	_, seconds := at.Zone()
	zone = time.FixedZone(at.Format("-07:00"), seconds)
	return zone, fmt.Sprintf("The account gives times at %s from UTC: dates are taken to be so; say in zone if that is another.", at.Format("-07:00"))
}

// where is the zone for what is written; UTC where nothing tells it.
func (a *api) where(ctx context.Context) (*time.Location, error) {
	if err := a.turn(ctx); err != nil {
		return nil, err
	}
	defer a.giveTurn()
	if a.zone == nil {
		if a.zone, _ = a.offset(ctx); a.zone == nil {
			return time.UTC, nil // and asked for again: there may be issues by then
		}
	}
	return a.zone, nil
}
