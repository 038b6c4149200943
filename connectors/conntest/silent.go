package conntest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func silentRules() []rule {
	return []rule{
		{"Silent", "Caps.Silent: no write sends anybody an e-mail, whether it makes, answers, changes, closes or deletes.", []need{aTarget, {"Writes.Silent", func(r *rig) bool { return r.writes.Silent }}}, staysSilent},
		{"SilenceTold", "Spec.Silence tells of each call that Caps allow what keeps it quiet and what that rests on; what an administrator vouches for is in Caps.Declared, and nothing else.", []need{aTarget}, tellsSilence},
	}
}

// tellsSilence holds a Spec to its lines. What needs a setting is told with it, so that
// the lines hold for every configuration.
func tellsSilence(ctx context.Context, r *rig) error {
	target, err := r.open(ctx)
	if err != nil {
		return err
	}
	_, deletes := target.(connectors.Deleter)
	_, probes := target.(connectors.Prober)
	declared := false
	for _, call := range r.writes.Calls(deletes) {
		lines := r.spec.Of(call)
		if len(lines) == 0 {
			return fmt.Errorf("nothing tells how %q is kept quiet", call)
		}
		for _, line := range lines {
			if err := wholeLine(line, probes); err != nil {
				return fmt.Errorf("%q: %w", call, err)
			}
			declared = declared || line.By == connectors.BySetting
		}
	}
	switch {
	case r.writes.Declared != "" && !r.writes.Silent:
		return errors.New("caps name in Declared what keeps it silent, and do not promise Silent")
	case r.writes.Declared != "" && !declared:
		return fmt.Errorf("caps say that %s is declared, and no call is kept quiet by a setting", r.writes.Declared)
	case r.writes.Silent && r.writes.Declared == "":
		return r.onlyDeclared()
	}
	return nil
}

// onlyDeclared finds a call that is made without its setting and is quiet by it alone.
func (r *rig) onlyDeclared() error {
	for _, line := range r.spec.Silence {
		if line.By == connectors.BySetting && line.Only == "" {
			return fmt.Errorf("%q is kept quiet by an administrator's setting, and caps have nothing in Declared", line.Call)
		}
	}
	return nil
}

func wholeLine(line connectors.Silence, probes bool) error {
	proofs := []connectors.Proof{connectors.Promised, connectors.Tested, connectors.Declared, connectors.Unconfirmed}
	means := []connectors.Means{connectors.ByNobody, connectors.ByEndpoint, connectors.ByFlag, connectors.BySetting}
	switch {
	case line.How == "":
		return errors.New("it is not told how it is kept quiet")
	case !slices.Contains(proofs, line.Proof), !slices.Contains(means, line.By):
		return fmt.Errorf("there is no proof %q, or no means %q", line.Proof, line.By)
	case line.Proof == connectors.Tested && !probes:
		return errors.New("it is said to be tested, and the target is no connectors.Prober")
	case line.By == connectors.BySetting && line.Proof == connectors.Promised:
		return errors.New("a setting is an administrator's word, and no promise")
	}
	return nil
}

// silent tells of e-mails that were sent although none may be.
func (r *rig) silent(when string) error {
	if r.far.Outbox == nil || !r.writes.Silent {
		return nil
	}
	if sent := r.far.Outbox(); len(sent) > 0 {
		return fmt.Errorf("%s the system sent %d e-mails, the first one: %s", when, len(sent), sent[0])
	}
	return nil
}

func staysSilent(ctx context.Context, r *rig) error {
	switch {
	case r.far.Outbox == nil && r.far.HTTP == nil:
		return skipped("needs Far.Outbox, or HTTP")
	case r.far.Outbox == nil:
		return errors.New("caps promise Silent, and nothing tells whether it holds: give Far.Outbox")
	}
	for _, rec := range r.writable(Sample()) {
		got, whole, err := r.create(ctx, rec)
		if err = errors.Join(err, r.silent("when a "+string(rec.Kind())+" was made")); err != nil {
			return err
		}
		if err := r.changeSilently(ctx, got.ID, whole); err != nil {
			return err
		}
	}
	return nil
}

// changeSilently answers, changes and deletes what was made.
func (r *rig) changeSilently(ctx context.Context, id desk.ID, whole desk.Record) error {
	if t, ok := whole.(*desk.Ticket); ok && !r.writes.CreateOnly {
		for _, note := range []bool{false, true} {
			m := lateMessage()
			m.ID, m.Mark = m.ID+desk.ID(fmt.Sprint(note)), m.Mark+fmt.Sprint(note)
			m.Author, m.Note, m.To = t.Assignee, note, []desk.Address{{Email: "olga@gruen.test"}}
			_, err := r.target.Append(ctx, id, &m)
			if err = errors.Join(err, r.silent(fmt.Sprintf("when a message (note: %v) was appended", note))); err != nil {
				return err
			}
		}
	}
	if !r.writes.CreateOnly {
		after, fields := changedSample(whole)
		if whole.Kind() == desk.KindTicket {
			fields = append(slices.Clone(fields), "assignee", "requester")
		}
		_, err := r.target.Update(ctx, id, after, fields)
		if err = errors.Join(err, r.silent("when a "+string(whole.Kind())+" was updated")); err != nil {
			return err
		}
	}
	if d, ok := r.target.(connectors.Deleter); ok && whole.Kind() == desk.KindTicket {
		return errors.Join(d.Delete(ctx, whole.Kind(), id), r.silent("when a ticket was deleted"))
	}
	return nil
}
