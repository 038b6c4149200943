package pipeline_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// losingFive is a run over a ticket of which the mapping, the largest file and the target's
// fields each take something, and whose creation fails as fail says.
func losingFive(t *testing.T, fail func(try int) (before, after error)) []string {
	x := tk("1", "one", msg("a", "a", 1))
	x.Priority = desk.PriorityHigh
	x.Messages[0].Files = []desk.File{conntest.Bytes("big.txt", "text/plain", []byte("0123456789abcdef"))}
	x.Messages[0].Author = desk.To(desk.KindContact, "nobody")
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: {{Record: x}}}}
	src.fetch = func(kind desk.Kind, _ desk.ID) (desk.Record, error) {
		if kind != desk.KindTicket {
			return nil, connectors.ErrNotFound
		}
		return desk.Clone(x), nil
	}
	dst := &mem.Desk{Knobs: mem.Knobs{MaxFile: 10, Fields: map[desk.Kind][]string{desk.KindTicket: {"subject", "status"}, desk.KindMessage: {"text", "author", "files"}}}}
	reads, writes := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
	h := newHop(t, askable{src}, reads, dst, writes)
	h.Map = func(context.Context, desk.Record) (pipeline.Verdict, error) {
		return pipeline.Verdict{Keep: true, Losses: []connectors.Loss{{Field: "subject", Detail: "redacted"}}}, nil
	}
	try := 0
	dst.Fail = func(verb string, _ any) (before, after error) {
		if verb != "create" {
			return nil, nil
		}
		try++
		return fail(try)
	}
	h.run(t)
	var told []string
	for _, e := range h.losses {
		told = append(told, string(e.Kind)+" "+e.Loss.Field)
	}
	slices.Sort(told)
	return told
}

// What is lost of a ticket is told once in a run, however often the run comes back to it,
// and not of one that was not written.
func TestLossesAreToldOnceInARun(t *testing.T) {
	all := []string{"message file", "message message.at", "ticket priority", "ticket reference to contact", "ticket subject"}
	for name, c := range map[string]struct {
		fail func(try int) (before, after error)
		told []string
	}{
		"at the first try": {func(int) (before, after error) { return nil, nil }, all},
		"after it was held": {func(try int) (before, after error) {
			if try <= 5 {
				return fmt.Errorf("busy: %w", connectors.ErrBusy), nil
			}
			return nil, nil
		}, all},
		"after its answer was lost": {func(try int) (before, after error) {
			if try == 1 {
				return nil, fmt.Errorf("cut: %w", connectors.ErrUnsure)
			}
			return nil, nil
		}, all},
		"refused": {func(int) (before, after error) {
			return connectors.Refuse(connectors.ReasonRefused, "", "no"), nil
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if told := losingFive(t, c.fail); !slices.Equal(told, c.told) {
					t.Errorf("told %q, want %q", told, c.told)
				}
			})
		})
	}
}
