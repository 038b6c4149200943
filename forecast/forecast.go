// Package forecast tells what would save what a move would lose: a line of the mapping,
// a setting of the target, or nothing.
package forecast

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// Target is a target as a project names it.
type Target struct {
	Name   string
	Config any // may be a connectors.Savior
	// Notes says that private notes can hold what it loses: it keeps such notes, and
	// writes none of its own.
	Notes bool
}

// Advise says, with a sort of loss, what would save it, and which line of the mapping it
// concerns. The first change is the best; each does it by itself.
func Advise(m *mapping.Mapping, t Target, l *report.Loss) {
	if l.Kept {
		return
	}
	a := &advice{m: m, to: t, loss: l, like: connectors.Loss{Field: l.Field, Why: l.Why, Takes: strings.Join(l.Takes, "\n")}}
	if len(l.Values) > 0 {
		a.like.Value = l.Values[0].Value
	}
	a.settings()
	a.values()
	a.tags()
	a.note()
	a.line()
}

type advice struct {
	m    *mapping.Mapping
	to   Target
	loss *report.Loss
	like connectors.Loss
}

// save adds a change: keys of deskhaul.yaml.
func (a *advice) save(change map[string]any, format string, args ...any) {
	b, err := yaml.Marshal(change)
	if err != nil {
		return // it is made of texts and lists, which YAML can hold
	}
	a.loss.Save = append(a.loss.Save, report.Save{YAML: string(b), Does: fmt.Sprintf(format, args...)})
}

func (a *advice) remark(text string) {
	if text != "" && a.loss.Remark == "" {
		a.loss.Remark = text
	}
}

// settings asks the target's configuration.
func (a *advice) settings() {
	savior, ok := a.to.Config.(connectors.Savior)
	if !ok {
		return
	}
	settings, also, ok := savior.Saves(a.loss.Kind, a.like)
	a.remark(also)
	if ok {
		a.save(map[string]any{"targets": map[string]any{a.to.Name: settings}}, "the target keeps it")
	}
}

// note offers the private note.
func (a *advice) note() {
	if a.to.Notes && !a.m.Leftovers() && pipeline.NoteHolds(a.loss.Kind, a.like) {
		a.save(inMapping(map[string]any{"tickets": map[string]any{"leftovers": "note"}}), "a private note of each ticket holds it")
	}
}

// line tells which line of the mapping gives the field its value.
func (a *advice) line() {
	if a.loss.Why == connectors.WhyRedacted {
		a.remark("the mapping itself blacks it out, under redact")
		return
	}
	made, ok := a.m.Makes(a.loss.Kind, a.loss.Field, a.like.Value)
	switch {
	case ok && len(made.Places) > 0:
		a.loss.At = made.Places[0].String()
	case ok:
		a.loss.At = made.Place.String()
	case a.loss.Field == "requester" && a.loss.Why == connectors.WhyNobody:
		a.remark("give such tickets one in the mapping, under tickets, defaults: requester: {value: ID}, by the id of a contact of the source")
	case a.loss.Why == connectors.WhyNoField:
		a.remark(fmt.Sprintf("or make the field %q at %s before the run", strings.TrimPrefix(a.loss.Field, "fields."), a.to.Name))
	}
}

// tags offers to write no white space into tags, where that is what the target changes.
func (a *advice) tags() {
	_, ok := a.m.Makes(desk.KindTicket, "tags", "")
	if a.loss.Field != "tags" || a.loss.Kind != desk.KindTicket || ok || !strings.ContainsAny(a.like.Value, " \t") {
		return
	}
	a.save(inMapping(map[string]any{"tickets": map[string]any{"set": map[string]any{"tags": `map(ticket.tags, join(split(trim(replace(#, "\t", " ")), " "), "_"))`}}}),
		"the mapping itself writes tags with _ in them")
}

func inMapping(change map[string]any) map[string]any { return map[string]any{"mapping": change} }

// Line is a change on one line, which YAML is as well.
func Line(change string) string {
	var v any
	if yaml.Unmarshal([]byte(change), &v) != nil {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
