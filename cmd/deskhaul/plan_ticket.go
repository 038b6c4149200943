package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/forecast"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// ticketPlan is one ticket on one leg, as --json prints it.
type ticketPlan struct {
	From   string          `json:"from"`
	To     string          `json:"to"`
	Before json.RawMessage `json:"before"` // as the source has it
	After  json.RawMessage `json:"after,omitempty"`
	Calls  []plannedCall   `json:"calls"`
	// Outcome is what would become of the ticket; Detail says why it would be left.
	Outcome pipeline.Outcome `json:"outcome"`
	Detail  string           `json:"detail,omitempty"`
	Losses  []ticketLoss     `json:"losses,omitempty"`
}

// ticketLoss is one thing that the ticket or one of its messages would lose.
type ticketLoss struct {
	Kind   desk.Kind      `json:"kind"`
	ID     desk.ID        `json:"id"`
	Field  string         `json:"field"`
	Why    connectors.Why `json:"why,omitempty"`
	Kept   bool           `json:"kept,omitempty"`
	Detail string         `json:"detail"`
	At     string         `json:"at,omitempty"`
	Save   []report.Save  `json:"save,omitempty"`
	Remark string         `json:"remark,omitempty"`
}

// plannedCall is one call that a run would make.
type plannedCall struct {
	Verb   pipeline.Verb `json:"verb"`
	Kind   desk.Kind     `json:"kind"`
	ID     desk.ID       `json:"id"`
	Fields []string      `json:"fields,omitempty"`
}

// planTicket shows one ticket on every leg that knows it.
func (s *session) planTicket(ctx context.Context, ask planAsk, hops []*hop) error {
	file, err := newLossFile(ask.losses)
	if err != nil {
		return err
	}
	plans := []ticketPlan{}
	for _, h := range hops {
		found, err := h.planTicket(ctx, ask.ticket, file)
		if err != nil {
			return errors.Join(err, file.drop())
		}
		plans = append(plans, found...)
	}
	if len(plans) == 0 {
		err := usage(fmt.Errorf("there is no ticket %q in any source or in the archive – ids are shown by \"deskhaul browse\" and \"deskhaul quarantine\"", ask.ticket))
		return errors.Join(err, file.drop())
	}
	if err := file.close(); err != nil {
		return err
	}
	if ask.out != "" {
		if err := writePlan(ask.out, plans); err != nil {
			return err
		}
	}
	if s.json {
		return report.JSON(s.result(), plans)
	}
	for _, p := range plans {
		if err := s.printTicket(p); err != nil {
			return err
		}
	}
	return nil
}

func (h *hop) planTicket(ctx context.Context, id string, file *lossFile) (found []ticketPlan, err error) {
	if err := h.open(ctx); err != nil {
		if h.pull && !h.last {
			return nil, nil // the archive may have it
		}
		return nil, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if err := h.stage(ctx); err != nil {
		return nil, err
	}
	for _, try := range h.spellings(id) {
		p, err := h.rehearsal(ctx)
		if err != nil {
			return nil, err
		}
		plan := ticketPlan{From: h.from.Name, To: h.to.Name, Calls: []plannedCall{}}
		file.advised(h.label(), h.advises())
		p.Watch = plan.watch(try, h.label(), h.advises(), file)
		before, err := p.One(ctx, desk.KindTicket, try)
		if errors.Is(err, connectors.ErrNotFound) || errors.Is(err, connectors.ErrUnsupported) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if plan.Before, err = desk.Marshal(before); err != nil {
			return nil, err
		}
		return []ticketPlan{plan}, nil
	}
	return nil, nil
}

// spellings are the ids that a source may know the ticket by: the archive puts the
// name of its source before it.
func (h *hop) spellings(id string) []desk.ID {
	out := []desk.ID{desk.ID(id)}
	if h.pull {
		if rest, ok := strings.CutPrefix(id, h.from.Name+"/"); ok {
			out = append(out, desk.ID(rest))
		}
		return out
	}
	for _, src := range h.s.p.Sources {
		out = append(out, desk.ID(src.Name+"/"+id))
	}
	return out
}

// watch gathers what the dry run tells of one ticket.
func (t *ticketPlan) watch(id desk.ID, hop string, a adviser, file *lossFile) func(pipeline.Event) {
	var mu sync.Mutex
	return func(e pipeline.Event) {
		mu.Lock()
		defer mu.Unlock()
		ours := e.Kind == desk.KindTicket && e.ID == id || e.Parent == id
		switch {
		case e.Loss != nil && ours:
			file.write(hop, e)
			l := a.of(hop, e)
			t.Losses = append(t.Losses, ticketLoss{e.Kind, e.ID, l.Field, l.Why, l.Kept, e.Loss.Detail, l.At, l.Save, l.Remark})
		case e.Step != nil:
			t.Calls = append(t.Calls, plannedCall{e.Step.Verb, e.Kind, e.ID, e.Step.Fields})
			whole := e.Step.Record
			if e.Step.Whole != nil {
				whole = e.Step.Whole // the call has only the first messages
			}
			if ticketIn(e) == id && t.After == nil {
				t.After, _ = desk.Marshal(whole) // what cannot be shown is not shown
			}
		case e.Outcome != "" && e.Kind == desk.KindTicket && e.ID == id:
			t.Outcome, t.Detail = e.Outcome, e.Detail
		}
	}
}

func (s *session) printTicket(p ticketPlan) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s → %s: would be %s", p.From, p.To, p.Outcome)
	if p.Detail != "" {
		fmt.Fprintf(&b, " (%s)", p.Detail)
	}
	fmt.Fprintf(&b, "\n\nAs it is:\n%s\n", indent(p.Before))
	if p.After != nil {
		fmt.Fprintf(&b, "\nAs it would be written:\n%s\n", indent(p.After))
	}
	b.WriteString("\nCalls:\n")
	for _, c := range p.Calls {
		fmt.Fprintf(&b, "  %s %s %s %s\n", c.Verb, c.Kind, c.ID, strings.Join(c.Fields, ", "))
	}
	if len(p.Calls) == 0 {
		b.WriteString("  none\n")
	}
	for _, l := range p.Losses {
		l.text(&b)
	}
	_, err := fmt.Fprint(forPeople{s.result()}, b.String())
	return err
}

// text says one loss, and what would save it.
func (l ticketLoss) text(b *strings.Builder) {
	verb := "loses"
	if l.Kept {
		verb = "keeps in a note"
	}
	fmt.Fprintf(b, "  %s: %s\n", verb, l.Detail)
	if l.At != "" {
		fmt.Fprintf(b, "      given by %s\n", l.At)
	}
	for _, s := range l.Save {
		fmt.Fprintf(b, "      %s: %s\n", s.Does, forecast.Line(s.YAML))
	}
	if l.Remark != "" {
		fmt.Fprintf(b, "      %s\n", l.Remark)
	}
	if len(l.Save) == 0 && !l.Kept {
		b.WriteString("      no setting saves it\n")
	}
}

func indent(raw json.RawMessage) string {
	b, err := json.MarshalIndent(raw, "", "  ")
	if err != nil {
		return string(raw)
	}
	return string(b)
}
