package itsm365

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Describe tells what the installation has, and what a reader should know.
func (s *Source) Describe(ctx context.Context) (connectors.Schema, error) {
	d, err := s.describe(ctx)
	if err != nil {
		return d.Schema, err
	}
	staff, err := s.agents(ctx)
	if err != nil {
		return d.Schema, err
	}
	code, others := s.config.kind(desk.KindTicket).code("assignee"), map[desk.ID]bool{}
	for _, r := range d.sample {
		if id := r.ref(code); classOf(string(id)) == classOf(s.config.kind(desk.KindAgent).Class) && !staff[string(id)] {
			others[id] = true
		}
	}
	if len(others) > 0 {
		d.note("warning", "%d of those who are responsible for tickets, such as %s, are no agents by agents: say in it (class, where) who is one.", len(others), slices.Sorted(maps.Keys(others))[0])
	}
	if len(staff) == 0 {
		d.note("warning", "Nobody is an agent by agents (%s): say in it who is one.", s.config.kind(desk.KindAgent).Class)
	}
	if s.config.Deltas != ticketsOnly {
		d.note("info", "Each delta goes through the lists of all tickets, comments and files, a thousand a call: where comments and files are a change of their ticket, deltas: tickets is enough.")
	}
	return d.Schema, nil
}

// Describe tells what the installation has, and what a writer should know.
func (t *Target) Describe(ctx context.Context) (connectors.Schema, error) {
	d, err := t.describe(ctx)
	if err != nil {
		return d.Schema, err
	}
	if err := t.checkMark(d); err != nil {
		return d.Schema, err
	}
	if t.config.StandIn != "" {
		if _, err := t.standIn(ctx); errors.Is(err, connectors.ErrRefused) {
			return d.Schema, fmt.Errorf("%w: %w", err, connectors.ErrDenied)
		} else if err != nil {
			return d.Schema, err
		}
	}
	for _, kind := range []desk.Kind{desk.KindTicket, desk.KindContact, desk.KindOrganization, desk.KindMessage} {
		t.checkRequired(d, kind)
	}
	for _, s := range desk.Statuses {
		if to := t.stateToWrite(s); to == "" {
			d.note("warning", "No state is written for %q: name one in statuses or write, or it is left as it begins.", s)
		} else if d.meta.told && len(d.meta.states) > 0 && !slices.ContainsFunc(d.meta.states, func(st titled) bool { return st.code == to }) {
			d.note("error", "For %q the state %q would be written, which the installation does not have: name one in statuses or write.", s, to)
		}
	}
	if !t.config.writesPriority() {
		d.note("info", "Priorities are not written: name them by their UUID in priorities, if the installation lets them be set.")
	}
	d.note("warning", "It is declared, and cannot be asked for, that nobody is mailed (quiet: %s): look at the event actions (Действия по событиям), and move one ticket of your own first.", quietDeclared)
	d.note("info", "Original dates and authors cannot be set; a line at the top of each message says them.")
	return d.Schema, nil
}

// checkMark looks whether the attribute for our mark is there where it is needed.
func (t *Target) checkMark(d *described) error {
	var lacks []string
	for _, kind := range []desk.Kind{desk.KindTicket, desk.KindContact, desk.KindOrganization} {
		k := t.config.kind(kind)
		if d.meta.of(k.Class) != nil && !isThere(d, Class{Class: classOf(k.Class)}, t.config.Mark) {
			lacks = append(lacks, classOf(k.Class))
		}
	}
	if len(lacks) == 0 {
		return nil
	}
	return fmt.Errorf("mark: there is no attribute %q of %s: have an administrator make one of the type text there, with this code: %w", t.config.Mark, strings.Join(lacks, ", "), connectors.ErrDenied)
}

// checkRequired tells which attributes must be filled, and nothing says with what.
func (t *Target) checkRequired(d *described, kind desk.Kind) {
	k := t.config.kind(kind)
	made := cmp.Or(k.Made, k.Class)
	if _, known := d.meta.classes[made]; d.meta.told && !known {
		d.note("error", "%s: made: the installation has no type %q: name one of %s.", sectionOf(kind), made, strings.Join(typesOf(d.meta, made), ", "))
		return
	}
	written := append(k.codes(), t.config.Mark)
	for _, code := range slices.Sorted(maps.Keys(d.meta.of(made))) {
		at := d.meta.of(made)[code]
		_, constant := k.Constants[code]
		if at.required && !constant && !slices.Contains(written, code) && !slices.Contains(own, code) {
			d.note("error", "%s: the attribute %q (%s) must be filled: give it a value in constants, or name it in fields and map something to it.", sectionOf(kind), code, at.title)
		}
	}
}

// typesOf are the types of a class.
func typesOf(m *metadata, fqn string) (out []string) {
	for _, other := range slices.Sorted(maps.Keys(m.classes)) {
		if classOf(other) == classOf(fqn) && strings.Contains(other, "$") {
			out = append(out, other)
		}
	}
	return out
}
