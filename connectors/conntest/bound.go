package conntest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func boundRules() []rule {
	return []rule{
		{"SpecSound", "A Spec names itself in lower case letters and digits, says in a line what it is, makes a fresh configuration each time, and promises only record kinds.", nil, specSound},
		{"WriteCancelled", "A write with a cancelled context says so or does its work; it does not hang, and does not damage what stands.", []need{aTarget, reopening}, writeCancelled},
		{"MaxText", "Caps.MaxText: a longer text is refused with ErrRefused.", []need{aTarget, tickets}, maxText},
		{"MaxMessages", "Caps.MaxMessages: one message more is refused with ErrRefused.", []need{aTarget, tickets, changing, appending}, maxMessages},
	}
}

// dialFailure is what the standard library says when nothing listens.
var dialFailure error = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}

func specSound(_ context.Context, r *rig) error {
	var errs []error
	s := r.spec
	if s.Name == "" || strings.Trim(s.Name, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		errs = append(errs, fmt.Errorf("name %q", s.Name))
	}
	if s.Doc == "" || strings.Contains(s.Doc, "\n") {
		errs = append(errs, fmt.Errorf("doc %q", s.Doc))
	}
	if s.Config == nil || s.Config() == nil || s.Account == nil {
		return errors.Join(append(errs, errors.New("it lacks Config or Account"))...)
	}
	if once := s.Account(r.far.Config); once != s.Account(r.far.Config) {
		errs = append(errs, errors.New("one system has two names by Account"))
	}
	for _, k := range append(append(r.reads.Kinds[:0:0], r.reads.Kinds...), r.writes.Kinds...) {
		if !k.IsRecord() {
			errs = append(errs, fmt.Errorf("%q is no kind of record", k))
		}
	}
	if r.hasSource() && len(r.reads.Kinds) == 0 || r.hasTarget() && len(r.writes.Kinds) == 0 {
		errs = append(errs, errors.New("a side that exists promises no kind"))
	}
	return errors.Join(errs...)
}

func writeCancelled(ctx context.Context, r *rig) error {
	recs := r.writable(crowd("x", 4))
	if len(recs) < 4 {
		return skipped("needs contacts or tickets among Writes.Kinds")
	}
	for i, deaf := range []bool{false, true} {
		r.deaf = deaf
		if err := r.cancelled(ctx, recs[2*i], recs[2*i+1]); err != nil {
			return fmt.Errorf("with a State that notices no cancelled context %v: %w", deaf, err)
		}
	}
	return nil
}

// cancelled makes one record, cancels the making of another, and closes.
func (r *rig) cancelled(ctx context.Context, one, other desk.Record) error {
	got, want, err := r.create(ctx, one)
	if err != nil {
		return err
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err = r.target.Create(gone, r.link(other))
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, connectors.ErrUnsure) {
		return fmt.Errorf("a cancelled write said %w", err)
	}
	back, err := r.back(ctx, got.ID, want)
	if err != nil {
		return err
	}
	return errors.Join(same(ctx, r.writes, want, back), r.close(ctx))
}

func maxText(ctx context.Context, r *rig) error {
	n := r.writes.MaxText
	if n == 0 || n > 64<<20 {
		return skipped("needs Writes.MaxText of at most 64 MiB")
	}
	_, _, err := r.makeTicket(ctx, simple("wordy", strings.Repeat("x", n+1)))
	if !errors.Is(err, connectors.ErrRefused) {
		return fmt.Errorf("a text of %d bytes: %v, want ErrRefused", n+1, said(err))
	}
	return nil
}

func maxMessages(ctx context.Context, r *rig) error {
	n := r.writes.MaxMessages
	if n == 0 || n > 1000 {
		return skipped("needs Writes.MaxMessages of at most 1000")
	}
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprint(i)
	}
	got, _, err := r.makeTicket(ctx, simple("chatty", texts...))
	if err != nil {
		return err
	}
	m := lateMessage()
	if _, err := r.target.Append(ctx, got.ID, &m); !errors.Is(err, connectors.ErrRefused) {
		return fmt.Errorf("message %d: %v, want ErrRefused", n+1, said(err))
	}
	return nil
}
