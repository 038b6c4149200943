package mapping

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// Verdict is what a mapping decided about a record.
type Verdict struct {
	Keep bool
	// Rule is why the record is left out: "tickets.keep", or "tickets.drop.NAME".
	Rule string
	// Dropped are the messages left out of a ticket that is kept.
	Dropped []Dropped
	// Losses are what the mapping itself took away, field by field.
	Losses []Loss
	// Route is the route of a ticket, and To the target that it leads to; "" of a ticket that
	// none fits, or where no route leads to a target. See [Mapping.Splits].
	Route, To string
}

// Dropped is a message that a rule left out.
type Dropped struct {
	ID   desk.ID
	Rule string
}

// Loss is one thing that was taken away.
type Loss struct {
	Field  string // as in desk.PrintsOf; of messages "message.FIELD"
	Detail string // one sentence
}

// Error is a rule that failed for one record.
type Error struct {
	Place strict.Place
	Rule  string // "tickets.set.status"
	ID    desk.ID
	Err   error
}

// Error names the place in the file, the rule and the record.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s of %q: %v", e.Place, e.Rule, e.ID, e.Err)
}

// Unwrap returns the error inside.
func (e *Error) Unwrap() error { return e.Err }

// Apply rewrites r in place, on its way, and tells what is to become of it. When it returns
// an error, r may be rewritten in part and must not be written: an *Error, or the
// context's.
//
// A record marked Deleted passes all filters, and its fields are left as they
// are but for addresses and redaction: it may be empty, and what is written of it
// is that it is gone.
func (m *Mapping) Apply(ctx context.Context, r desk.Record, way Way) (Verdict, error) {
	v := Verdict{Keep: true}
	if m == nil || len(m.rules) == 0 && m.people.agents == nil && m.people.contacts == nil {
		return v, nil
	}
	if err := ctx.Err(); err != nil {
		return Verdict{}, err
	}
	if !r.About().Deleted {
		if err := m.decide(r, &viewer{ctx: ctx, way: way}, &v); err != nil || !v.Keep {
			return v, err
		}
	}
	m.people.rename(r)
	m.scrub(r, &v)
	if t, ok := r.(*desk.Ticket); ok && !t.Deleted {
		if rules := m.rules[desk.KindTicket]; rules != nil && rules.prefix != "" {
			t.Subject = prefixed(rules.prefix, t)
		}
	}
	return v, nil
}

// decide filters and sets. All expressions see the record as it came.
func (m *Mapping) decide(r desk.Record, see *viewer, v *Verdict) error {
	rules, parts := m.rules[r.Kind()], m.rules[desk.KindMessage]
	t, isTicket := r.(*desk.Ticket)
	if rules == nil && (!isTicket || parts == nil) {
		return nil
	}
	if rules != nil {
		see.looks = rules.looks
	}
	if isTicket && parts != nil {
		see.looks = see.looks.and(parts.looks)
	}
	env := see.see(r)
	if see.err != nil {
		return fmt.Errorf("%s %s: %w", r.Kind(), r.About().ID, see.err)
	}
	if rules != nil {
		if rule, err := m.filter(rules, env, r.About().ID); err != nil || rule != "" {
			v.Keep, v.Rule = false, rule
			return err
		}
	}
	if isTicket && parts != nil {
		if err := m.messages(t, parts, see, env.(*ticketEnv), v); err != nil {
			return err
		}
	}
	if rules == nil {
		return nil
	}
	if err := m.assign(rules, r, env, r.About().ID); err != nil {
		return err
	}
	if isTicket {
		return m.ticket(rules, t, env, v)
	}
	return nil
}

// filter returns the name of the rule that leaves the record out, or "".
func (m *Mapping) filter(r *rules, env any, id desk.ID) (string, error) {
	if r.keep != nil {
		keep, err := m.machines.is(r.keep, env)
		if rule := plural(r.kind) + ".keep"; err != nil {
			return "", &Error{r.keep.place, rule, id, err}
		} else if !keep {
			return rule, nil
		}
	}
	for _, d := range r.drop {
		hit, err := m.machines.is(d.when, env)
		if rule := plural(r.kind) + ".drop." + d.name; err != nil {
			return "", &Error{d.when.place, rule, id, err}
		} else if hit {
			return rule, nil
		}
	}
	return "", nil
}

// assign sets the fields of a record or message, then fills in what is empty.
func (m *Mapping) assign(r *rules, thing, env any, id desk.ID) error {
	if len(r.set)+len(r.defaults) == 0 {
		return nil
	}
	// The environment shares the map of custom fields: what is set goes to a copy.
	at := customs(thing)
	*at = maps.Clone(*at)
	values := make([]any, len(r.set))
	for i, s := range r.set {
		v, err := m.value(s, env)
		if err != nil {
			return &Error{s.place, plural(r.kind) + ".set." + s.name, id, err}
		}
		values[i] = v
	}
	for i, s := range r.set {
		s.field.put(thing, values[i])
	}
	for _, s := range r.defaults {
		if !s.field.blank(thing) {
			continue
		}
		v, err := m.value(s, env)
		if err != nil {
			return &Error{s.place, plural(r.kind) + ".defaults." + s.name, id, err}
		}
		s.field.put(thing, v)
	}
	return nil
}

func (m *Mapping) value(s setting, env any) (any, error) {
	if s.expr == nil {
		return s.constant, nil
	}
	v, err := m.machines.run(s.expr, env)
	if err != nil {
		return nil, err
	}
	return cast(s.field.sort, v)
}

// messages filters and sets the messages of a ticket.
func (m *Mapping) messages(t *desk.Ticket, r *rules, see *viewer, env *ticketEnv, v *Verdict) error {
	if r.keep == nil && len(r.drop)+len(r.set)+len(r.defaults) == 0 {
		return nil
	}
	kept := make([]desk.Message, 0, len(t.Messages))
	seen := &messageEnv{wayView: env.wayView, Ticket: env.Ticket}
	for i := range t.Messages {
		if err := see.ctx.Err(); err != nil {
			return err
		}
		msg := t.Messages[i]
		if seen.Message = see.message(&msg); see.err != nil {
			return fmt.Errorf("message %s: %w", msg.ID, see.err)
		}
		rule, err := m.filter(r, seen, msg.ID)
		if err != nil {
			return err
		}
		if rule != "" {
			v.Dropped = append(v.Dropped, Dropped{msg.ID, rule})
			continue
		}
		if err := m.assign(r, &msg, seen, msg.ID); err != nil {
			return err
		}
		kept = append(kept, msg)
	}
	t.Messages = kept
	return nil
}

// ticket does what only tickets have: tags and routes.
func (m *Mapping) ticket(r *rules, t *desk.Ticket, env any, v *Verdict) error {
	if len(r.add)+len(r.remove) > 0 {
		tags := slices.DeleteFunc(slices.Clone(t.Tags), func(tag string) bool { return slices.Contains(r.remove, tag) })
		for _, tag := range r.add {
			if !slices.Contains(tags, tag) {
				tags = append(tags, tag)
			}
		}
		t.Tags = tags
	}
	return m.route(r, t, env, v)
}

// scrub blacks out, and lists how much in which field.
func (m *Mapping) scrub(r desk.Record, v *Verdict) {
	s := scrubber{}
	if rules := m.rules[r.Kind()]; rules != nil && len(rules.redact) > 0 {
		s.by = rules.redact
		s.record(r)
	}
	if t, ok := r.(*desk.Ticket); ok {
		if rules := m.rules[desk.KindMessage]; rules != nil && len(rules.redact) > 0 {
			s.by = rules.redact
			for i := range t.Messages {
				s.message(&t.Messages[i])
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.found)) {
		places := "places"
		if s.found[name] == 1 {
			places = "place"
		}
		v.Losses = append(v.Losses, Loss{name, fmt.Sprintf("redacted in %d %s", s.found[name], places)})
	}
}
