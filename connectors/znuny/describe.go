package znuny

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Describe tells whether the web service has the operations that reading takes, whether the
// user sees tickets, and whether the zone is right.
func (s *Source) Describe(ctx context.Context) (connectors.Schema, error) {
	schema, newest, err := s.describe(ctx)
	if err != nil {
		return schema, err
	}
	ops := []string{opGet}
	if s.config.History != "no" {
		ops = append(ops, opHistory)
	}
	if err := s.offered(ctx, ops); err != nil {
		return schema, err
	}
	note := func(level, format string, args ...any) {
		schema.Notes = append(schema.Notes, connectors.Note{Level: level, Text: fmt.Sprintf(format, args...)})
	}
	if newest == nil {
		note("warning", "The user %s sees no ticket: give the right ro on the groups of all queues that are to be read.", s.config.User)
	}
	note("info", "Znuny leaves out what the user has no right to see, without a word: give the user %s the right ro on the groups of all queues.", s.config.User)
	note("info", "The interface tells nothing of customers and agents but what stands in tickets: names and addresses are those that articles are signed with.")
	return schema, nil
}

// describe is what both ends tell, and the ticket that was made last, if the user sees any.
func (a *api) describe(ctx context.Context) (connectors.Schema, *ticketShape, error) {
	schema := connectors.Schema{Title: fmt.Sprintf("Znuny %s, web service %s, as %s", a.config.URL, cmp.Or(a.config.Service, "deskhaul"), a.config.User)}
	if rest.InTheClear(a.config.URL) {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: "The password and all that is read and written can be read on its way, since url begins with http://: write https:// if this Znuny has it."})
	}
	var found struct {
		IDs []text `json:"TicketID"`
	}
	// Not as what is repeated for minutes where the server fails: a person waits.
	err := a.call(ctx, opSearch, object{"SearchInArchive": "AllTickets", "SortBy": "Age", "OrderBy": "Down", "Limit": 1}, &found)
	if err != nil || len(found.IDs) == 0 {
		return schema, nil, err
	}
	newest, err := a.cover(ctx, string(found.IDs[0]))
	if isAbsent(err) {
		return schema, nil, nil
	}
	if err != nil {
		return schema, nil, err
	}
	for _, f := range newest.Fields {
		if name := string(f.Name); name != a.config.mark() && !strings.HasPrefix(name, "ProcessManagement") {
			schema.Fields = append(schema.Fields, connectors.Field{Kind: desk.KindTicket, Name: "fields." + name, Title: name, Sure: 1})
		}
	}
	if off := a.offset(newest); off.Abs() >= 10*time.Minute {
		return schema, newest, fmt.Errorf("zone: the times that Znuny tells are %s beside the zone %s: write in zone what its setting OTRSTimeZone says (Admin → System Configuration): %w", off, a.config.zone(), connectors.ErrDenied)
	}
	return schema, newest, nil
}

// offset is how far the time at which a ticket was made lies beside that which follows from
// its age, which Znuny counts in seconds.
func (a *api) offset(t *ticketShape) time.Duration {
	made := a.config.at(t.Created)
	if made.IsZero() || t.Age == "" {
		return 0
	}
	return made.Sub(a.client.Now().Add(-time.Duration(t.Age.number()) * time.Second)).Round(time.Minute)
}

// offered tells whether the web service has some operations: each is called without what it
// needs, and says so if it is there.
func (a *api) offered(ctx context.Context, ops []string) error {
	var lacking []error
	for _, op := range ops {
		var nothing struct{}
		err := a.call(ctx, op, object{"TicketID": "0"}, &nothing)
		var f *fault
		switch {
		case err == nil, errors.As(err, &f) && !errors.Is(err, connectors.ErrDenied):
		case errors.As(err, &f) && strings.HasSuffix(f.Code, "AccessDenied"):
		default:
			lacking = append(lacking, fmt.Errorf("operation %s: %w", operations[op], err))
		}
	}
	return errors.Join(lacking...)
}

// Describe tells, besides, whether Znuny is ready to be written to: it is asked about the
// names that all tickets need, and makes nothing.
func (t *Target) Describe(ctx context.Context) (connectors.Schema, error) {
	schema, _, err := t.describe(ctx)
	if err != nil {
		return schema, err
	}
	ops := []string{opGet, opUpdate}
	if t.config.History != "no" {
		ops = append(ops, opHistory)
	}
	if err := t.offered(ctx, ops); err != nil {
		return schema, err
	}
	note := func(level, format string, args ...any) {
		schema.Notes = append(schema.Notes, connectors.Note{Level: level, Text: fmt.Sprintf(format, args...)})
	}
	if err := t.ready(ctx, note); err != nil {
		return schema, err
	}
	if t.config.History == "no" {
		note("warning", "Without the operation TicketHistoryGet (history: no) nobody sees whether Znuny mails somebody.")
	}
	note("info", "Znuny is kept quiet by its administrator: all ticket notifications must be invalid while we write (Admin → Ticket Notifications), and no queue may have an automatic response of the type auto remove. A run stops at the first e-mail that Znuny's history records.")
	note("info", "Agents and queues must stand there, under the logins that agents names, and the names that categories have; customers need not.")
	return schema, nil
}

// ready looks for what every ticket needs.
func (t *Target) ready(ctx context.Context, note func(level, format string, args ...any)) error {
	wrong, err := t.probe(ctx, nil)
	if err != nil {
		return err
	}
	for _, of := range []struct{ words, setting string }{
		{"Ticket->CustomerUser", "name in customer an address or login that Znuny takes"},
		{"Ticket->Queue", "name in queue one that stands there, now " + t.config.queue()},
		{"Ticket->Type", "name in type one that stands there, now " + t.config.kind()},
		{"Ticket->State", "name in statuses the states that stand there, now " + t.config.state(desk.StatusNew)},
		{"Ticket->Priority", "give the priorities the names that Znuny comes with (1 very low … 5 very high)"},
	} {
		if strings.Contains(wrong, of.words) {
			return fmt.Errorf("%s – %s: %w", wrong, of.setting, connectors.ErrDenied)
		}
	}
	if wrong != "" {
		return fmt.Errorf("%s: %w", wrong, connectors.ErrDenied)
	}
	for _, s := range append(desk.Statuses, "") {
		state := t.config.state(s)
		if s == "" {
			state = stateRemoved
		}
		if wrong, err := t.probe(ctx, object{"State": state}); err != nil || wrong != "" {
			note("warning", "There is no valid state %q, which stands for %s: name another in statuses. %s", state, cmp.Or(string(s), "what a rollback takes back"), wrong)
		}
	}
	if wrong, err = t.probeRight(ctx, t.config.queue()); err != nil || wrong != "" {
		return errors.Join(err, fmt.Errorf("%s – give the user %s the rights rw and create for the groups of all queues that are written to: %w", wrong, t.config.User, connectors.ErrDenied))
	}
	return t.readyFields(ctx, note)
}

// readyFields looks for the dynamic fields, and whether addresses are looked up.
func (t *Target) readyFields(ctx context.Context, note func(level, format string, args ...any)) error {
	names := append([]string{t.config.mark()}, t.config.Fields...)
	if t.config.CreatedField != "" {
		names = append(names, t.config.CreatedField)
	}
	for _, name := range names {
		wrong, err := t.asksField(ctx, name, map[bool]string{true: "2011-03-04 05:06:07", false: "deskhaul asks"}[name == t.config.CreatedField])
		switch {
		case err != nil:
			return err
		case strings.Contains(wrong, "DynamicField->Name"), wrong != "" && name == t.config.mark(), wrong != "" && name == t.config.CreatedField:
			return fmt.Errorf("dynamic field %q: %s – make it in Znuny (Admin → Dynamic Fields, of tickets; the mark's of the type Text, created_field's Date / Time): %w", name, wrong, connectors.ErrDenied)
		}
	}
	wrong, err := t.probe(ctx, object{"CustomerUser": "somebody@deskhaul-asks.invalid"})
	if err == nil && wrong != "" {
		note("warning", "Znuny looks up the domain of each address, and takes none whose domain is gone: switch CheckMXRecord off for the time (Admin → System Configuration).")
	}
	return err
}
