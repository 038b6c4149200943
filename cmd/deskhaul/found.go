package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// decided is what a person says of a write whose outcome is unknown: under which id
// it stands at the target, or (at "") that it does not.
type decided struct {
	flag string // as typed, for messages
	id   string
	at   desk.ID
	line inDoubt
}

// inDoubt is one line whose write may have happened.
type inDoubt struct {
	hop    string
	ledger checkpoints.Ledger
	row    checkpoints.Row
}

// settle writes down what a person found at the target, or did not find there. Of
// several, either all are taken or none.
func (s *session) settle(ctx context.Context, found, missing []string) error {
	lines, err := s.inDoubt(ctx)
	if err != nil {
		return err
	}
	var all []decided
	for _, arg := range found {
		d, err := splitFound(arg, lines)
		if err != nil {
			return usage(err)
		}
		all = append(all, d)
	}
	for _, id := range missing {
		all = append(all, decided{flag: "--missing " + id, id: id})
	}
	for i, d := range all {
		line, err := d.pick(lines)
		if err != nil {
			return usage(err)
		}
		all[i].line = line
	}
	for _, d := range all {
		row := pipeline.Missing(d.line.row)
		if d.at != "" {
			row = pipeline.Found(d.line.row, d.at)
		}
		d.line.ledger.Put(row)
	}
	return nil
}

// inDoubt lists the lines of all legs whose writes may have happened.
func (s *session) inDoubt(ctx context.Context) (lines []inDoubt, err error) {
	q := checkpoints.Query{States: []checkpoints.State{checkpoints.Intended, checkpoints.Entered}}
	err = s.ledgers(ctx, func(hop string, l checkpoints.Ledger) error {
		for row, err := range l.Rows(ctx, q) {
			if err != nil {
				return err
			}
			if pipeline.InDoubt(row) {
				lines = append(lines, inDoubt{hop, l, row})
			}
		}
		return nil
	})
	return lines, err
}

// named tells whether the line is the one that a person calls so: by its id, or
// kind:id where two kinds share it.
func (l inDoubt) named(id string) bool {
	return id == string(l.row.ID) || id == string(l.row.Kind)+":"+string(l.row.ID)
}

// splitFound reads ID=TARGETID. Ids may have "=" in them: the parting is where the
// left is something in doubt.
func splitFound(arg string, lines []inDoubt) (decided, error) {
	for at := range len(arg) {
		if arg[at] != '=' || at+1 == len(arg) {
			continue
		}
		for _, l := range lines {
			if l.named(arg[:at]) {
				return decided{flag: "--found " + arg, id: arg[:at], at: desk.ID(arg[at+1:])}, nil
			}
		}
	}
	id, _, both := strings.Cut(arg, "=")
	if !both {
		return decided{}, fmt.Errorf("--found %s: say under which id it stands at the target, like --found %s=4711", arg, arg)
	}
	return decided{}, decided{flag: "--found " + arg, id: id}.unknown()
}

func (d decided) unknown() error {
	return fmt.Errorf("%s: no write of %s is in doubt; \"deskhaul quarantine\" lists those that are", d.flag, d.id)
}

// pick finds the one line that is meant.
func (d decided) pick(lines []inDoubt) (one inDoubt, err error) {
	var are []string
	for _, l := range lines {
		if l.named(d.id) {
			one = l
			are = append(are, fmt.Sprintf("%s:%s (%s)", l.row.Kind, l.row.ID, l.hop))
		}
	}
	switch len(are) {
	case 0:
		return one, d.unknown()
	case 1:
		return one, nil
	}
	return one, fmt.Errorf("%s: there are several of that id: %s – put the kind before the id", d.flag, strings.Join(are, ", "))
}
