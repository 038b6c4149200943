package intercom

import (
	"context"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Describe tells whose workspace this is, and looks at what a run needs.
func (t *Target) Describe(ctx context.Context) (connectors.Schema, error) {
	s, err := t.api.Describe(ctx)
	if err != nil {
		return s, err
	}
	note := func(level, format string, args ...any) {
		s.Notes = append(s.Notes, connectors.Note{Level: level, Text: fmt.Sprintf(format, args...)})
	}
	note("warning", "It is declared, and cannot be asked for, that Intercom mails nobody (quiet: %s): look at outbound messages, series and workflows, and move one ticket of your own first.", quietDeclared)
	kind, err := t.ticketType(ctx)
	if err != nil {
		return s, err
	}
	t.warnOf(kind, note)
	for _, status := range desk.Statuses {
		if _, err := t.state(ctx, kind, status); err != nil {
			return s, fmt.Errorf("%w: %w", err, connectors.ErrDenied)
		}
	}
	p, err := t.mates(ctx)
	if err != nil {
		return s, err
	}
	if _, ok := p.seat(t.config.StandIn); t.config.StandIn != "" && !ok {
		return s, denied("stand_in: %q is no teammate of the workspace", t.config.StandIn)
	}
	if t.config.StandAsker != "" {
		if _, err := t.standAsker(ctx); err != nil {
			return s, err
		}
	}
	if _, ok := p.team(t.config.StandTeam); t.config.StandTeam != "" && !ok {
		return s, denied("stand_in_team: the workspace has no team %q", t.config.StandTeam)
	}
	note("info", "What nobody else wrote stands in the name of %s, the owner of the token.", p.me.Name)
	return s, nil
}

// warnOf tells what of a ticket type's attributes a person should look at.
func (t *Target) warnOf(kind ticketTypeShape, note func(level, format string, args ...any)) {
	if f, _ := kind.attribute(t.config.mark()); f.Visible {
		note("warning", "The attribute %q, which takes our mark, is shown to customers: hide it in Settings, Tickets.", f.Name)
	}
	for _, f := range kind.Attributes.Data {
		if f.Required && !f.Archived && f.Name != titleAttribute && f.Name != descriptionAttribute {
			note("warning", "The attribute %q of the ticket type must be filled when a ticket is made: give it a value in the mapping (fields.%s), or tickets may be refused.", f.Name, f.Name)
		}
	}
}
