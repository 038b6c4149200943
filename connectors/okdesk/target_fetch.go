package okdesk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Fetch reads one record as far as we write it: what Okdesk puts there by itself is left
// out, and who was archived is not there, nor is a message that is half there.
func (t *Target) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if n, ok := numberOf(id); ok && kind == desk.KindTicket {
		return t.fetchTicket(ctx, n)
	}
	r, err := t.source.Fetch(ctx, kind, id)
	if err == nil && r.About().Fields["active"] == false {
		err = missing(kind, id)
	}
	if errors.Is(err, connectors.ErrNotFound) { // nor is it found by its name then
		err = errors.Join(err, t.forget(ctx, kind, id))
	}
	if err != nil {
		return nil, err
	}
	return r, t.onlyOurs(r)
}

func (t *Target) fetchTicket(ctx context.Context, id number) (desk.Record, error) {
	issue, err := t.issue(ctx, id)
	if err != nil {
		return nil, err
	}
	talk, err := t.comments(ctx, issue)
	if err != nil {
		return nil, err
	}
	r, err := t.record(ctx, issue, talk)
	if err != nil {
		return nil, fmt.Errorf("issue %d: %w", id, err)
	}
	if err := t.hideHalves(ctx, r, issue, talk); err != nil {
		return nil, err
	}
	return r, t.onlyOurs(r)
}

// onlyOurs leaves in r the fields that Caps promise to keep.
func (t *Target) onlyOurs(r desk.Record) error {
	_, caps := Spec().CapsOf(t.config)
	kind := r.Kind()
	words := map[desk.Kind][]string{desk.KindTicket: issueWords, desk.KindContact: personWords, desk.KindOrganization: companyWords, desk.KindAgent: nil, desk.KindGroup: nil}[kind]
	for name := range r.About().Fields {
		place := kind == desk.KindTicket && (name == "company" || name == "maintenance_entity")
		if !caps.Keeps(kind, "fields."+name) || slices.Contains(words, name) && !place && !slices.Contains(writableWords[kind], name) {
			delete(r.About().Fields, name)
		}
	}
	return caps.OnlyKept(r)
}

// Describe adds what a writer should know.
func (t *Target) Describe(ctx context.Context) (connectors.Schema, error) {
	s, err := t.api.Describe(ctx)
	if err != nil {
		return s, err
	}
	note := func(level, format string, args ...any) {
		s.Notes = append(s.Notes, connectors.Note{Level: level, Text: fmt.Sprintf(format, args...)})
	}
	d, err := t.dictionary(ctx)
	if err != nil {
		return s, err
	}
	if err := t.checkParameters(d); err != nil {
		return s, err
	}
	for _, p := range d.parameters {
		if p.Required {
			note("warning", "The parameter %q (%s) must be filled: give it a value in the mapping, or tickets without one are refused.", p.Name, p.Code)
		}
	}
	if t.config.StandIn != "" {
		id, err := t.seat(ctx, t.config.StandIn)
		if err != nil {
			return s, err
		}
		if id == 0 {
			return s, fmt.Errorf("stand_in: %q is no employee of the account: %w", t.config.StandIn, connectors.ErrDenied)
		}
	} else {
		note("info", "stand_in is not set: messages whose author is nobody in Okdesk will wait in quarantine.")
	}
	if t.config.Mark == "" {
		note("warning", "mark is not set: after a lost answer all issues that were made since the move began are looked through, one call each. Make a text parameter and name it in mark.")
	}
	note("warning", "It is declared, and cannot be asked for, that Okdesk mails nobody (quiet: %s): look in its settings at the rules of notification and automatic actions, and move one ticket of your own first.", quietDeclared)
	note("info", "Original dates and authors cannot be set; preface: %s. Each status but the first is set by a step that the account's order of statuses must allow.", map[bool]string{true: "yes", false: "no"}[t.config.prefaced()])
	return s, nil
}

// checkParameters looks whether the parameters are there that the configuration names.
func (t *Target) checkParameters(d *dictionary) error {
	for key, code := range map[string]string{"mark": t.config.Mark, "tags": t.config.Tags} {
		if code == "" {
			continue
		}
		p, ok := d.parameter(code)
		switch {
		case !ok:
			return fmt.Errorf("%s: the account has no parameter of issues %q: make it in Okdesk, under Настройки → Заявки → Дополнительные атрибуты: %w", key, code, connectors.ErrDenied)
		case key == "mark" && slices.Contains([]string{aDate, aMoment, aCheckbox, aSelect, aMultiselect}, p.Type):
			return fmt.Errorf("mark: the parameter %q is no text (%s): %w", code, p.Type, connectors.ErrDenied)
		}
	}
	for code, before := range t.config.Through {
		for _, c := range []string{code, before} {
			if !slices.ContainsFunc(d.statuses, func(w wordShape) bool { return w.Code == c }) {
				return fmt.Errorf("through: the account has no status %q: %w", c, connectors.ErrDenied)
			}
		}
	}
	return nil
}
