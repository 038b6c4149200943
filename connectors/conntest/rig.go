package conntest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// rig is one far system with what stands between it and a rule.
type rig struct {
	t             *testing.T // for temporary folders only; rules return errors
	spec          connectors.Spec
	far           Far
	reads, writes connectors.Caps
	read, written *State // the private memories of source and target
	traces        *traces
	deaf          bool // the states notice no cancelled context
	wrap          func(http.RoundTripper) http.RoundTripper
	dry           bool

	target  connectors.Target
	opened  []any             // to be closed at the end
	targets map[named]desk.ID // what a sample became at the target
}

type named struct {
	kind desk.Kind
	id   desk.ID
}

func newRig(t *testing.T, spec connectors.Spec, far Far) *rig {
	r := &rig{t: t, spec: spec, far: far, read: new(State), written: new(State), targets: map[named]desk.ID{}, traces: &traces{secrets: secretsOf(far.Config)}}
	r.reads, r.writes = spec.CapsOf(far.Config)
	return r
}

func (r *rig) hasSource() bool { return r.spec.Source != nil && !r.far.TargetOnly }
func (r *rig) hasTarget() bool { return r.spec.Target != nil && !r.far.SourceOnly }

func (r *rig) keepsFiles() bool {
	return r.writes.Keeps(desk.KindMessage, "files") && r.writes.Keeps(desk.KindFile, "bytes")
}

func (r *rig) env(name string, state *State) connectors.Env {
	state.deaf = r.deaf
	r.traces.states = append(r.traces.states, state)
	env := connectors.Env{
		Log: slog.New(slog.NewTextHandler(&r.traces.log, &slog.HandlerOptions{Level: slog.LevelDebug})), State: state, Temp: r.t.TempDir(), Now: time.Now, Name: name, DryRun: r.dry,
	}
	rt := r.far.HTTP
	if rt == nil {
		rt = canned(func(*http.Request) (*http.Response, error) { return nil, dialFailure })
	}
	if r.wrap != nil {
		rt = r.wrap(rt)
	}
	env.HTTP = &http.Client{Transport: rt}
	if r.far.Env != nil {
		r.far.Env(&env)
	}
	return env
}

// source opens the source anew.
func (r *rig) source(ctx context.Context) (connectors.Source, error) {
	return r.sourceWith(ctx, r.read)
}

// seeded puts the suite's world into the system and opens the source.
func (r *rig) seeded(ctx context.Context) (connectors.Source, error) {
	if err := r.seed(ctx, world()...); err != nil {
		return nil, err
	}
	return r.source(ctx)
}

func (r *rig) sourceWith(ctx context.Context, state *State) (connectors.Source, error) {
	s, err := r.spec.Source(ctx, r.far.Config, r.env("from", state))
	if err != nil {
		return nil, fmt.Errorf("open the source: %w", err)
	}
	r.opened = append(r.opened, s)
	return s, nil
}

// open opens the target, unless it is open.
func (r *rig) open(ctx context.Context) (connectors.Target, error) {
	if r.target != nil {
		return r.target, nil
	}
	d, err := r.spec.Target(ctx, r.far.Config, r.env("to", r.written))
	if err != nil {
		return nil, fmt.Errorf("open the target: %w", err)
	}
	r.target = d
	return d, nil
}

// sync makes what was written durable, as far as the target asks for it.
func (r *rig) sync(ctx context.Context) error {
	if s, ok := r.target.(connectors.Syncer); ok {
		if err := s.Sync(ctx); err != nil {
			return fmt.Errorf("sync: %w", err)
		}
	}
	return nil
}

// close ends with the target as a run does.
func (r *rig) close(ctx context.Context) error {
	err := r.sync(ctx)
	if c, ok := r.target.(connectors.Closer); ok {
		err = errors.Join(err, c.Close())
	}
	r.target = nil
	return err
}

// forget closes what is still open; what that says is of no interest any more.
func (r *rig) forget() {
	for _, o := range append(r.opened, r.target) {
		if c, ok := o.(connectors.Closer); ok {
			_ = c.Close()
		}
	}
	r.opened, r.target = nil, nil
}

// link gives rec the target's ids, as the pipeline does: what the target has no
// room for, or was never made, is dropped.
func (r *rig) link(rec desk.Record) desk.Record {
	rec = desk.Clone(rec)
	for _, ref := range desk.Refs(rec) {
		if ref.Target = r.targets[named{ref.Kind, ref.ID}]; ref.Target == "" {
			*ref = desk.Ref{}
		}
	}
	switch c := rec.(type) {
	case *desk.Ticket:
		c.Participants = linked(c.Participants)
	case *desk.Agent:
		c.Groups = linked(c.Groups)
	}
	return rec
}

func linked(refs []desk.Ref) (out []desk.Ref) {
	for _, ref := range refs {
		if !ref.IsZero() {
			out = append(out, ref)
		}
	}
	return out
}

// create writes rec, its later messages as the target takes them, and remembers
// what it became. It returns the record as it was handed over.
func (r *rig) create(ctx context.Context, rec desk.Record) (connectors.Receipt, desk.Record, error) {
	d, err := r.open(ctx)
	if err != nil {
		return connectors.Receipt{}, nil, err
	}
	whole := r.link(rec)
	first, rest := r.cut(whole)
	got, err := d.Create(ctx, first)
	if err != nil {
		return got, whole, fmt.Errorf("create %s %s: %w", rec.Kind(), rec.About().ID, err)
	}
	if got.ID == "" {
		return got, whole, fmt.Errorf("create %s %s: the receipt has no id", rec.Kind(), rec.About().ID)
	}
	if adopts := slices.Contains(r.writes.Adopts, rec.Kind()); adopts != got.Adopted {
		return got, whole, fmt.Errorf("create %s %s: the receipt says adopted %v, the promise of the kind %v", rec.Kind(), rec.About().ID, got.Adopted, adopts)
	}
	r.targets[named{rec.Kind(), rec.About().ID}] = got.ID
	for i := range rest {
		if _, err := d.Append(ctx, got.ID, &rest[i]); err != nil {
			return got, whole, fmt.Errorf("append %s: %w", rest[i].ID, err)
		}
	}
	return got, whole, nil
}

// cut leaves in rec as many messages as Create takes.
func (r *rig) cut(rec desk.Record) (desk.Record, []desk.Message) {
	t, ok := rec.(*desk.Ticket)
	n := r.writes.AtOnce
	if !ok || n == 0 || len(t.Messages) <= n {
		return rec, nil
	}
	first := desk.Clone(t).(*desk.Ticket)
	first.Messages = first.Messages[:n]
	return first, t.Messages[n:]
}

// writable leaves the records whose kind the target takes.
func (r *rig) writable(rs []desk.Record) (out []desk.Record) {
	for _, rec := range rs {
		if r.writes.Has(rec.Kind()) {
			out = append(out, rec)
		}
	}
	return out
}

// seed puts records there by Far.Seed or through the target, which is closed
// afterwards.
func (r *rig) seed(ctx context.Context, rs ...desk.Record) error {
	if r.far.Seed != nil {
		r.far.Seed(rs...)
		return nil
	}
	for _, rec := range r.writable(rs) {
		if _, _, err := r.create(ctx, rec); err != nil {
			return fmt.Errorf("seed: %w", err)
		}
	}
	return r.close(ctx)
}
