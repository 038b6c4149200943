package main

import (
	"context"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// before tells, of a leg from the archive, what was lost on the way into it: the run told
// that, and so does a verification. Nil of other legs.
func (w *verifying) before(ctx context.Context, h *hop) (func(context.Context, desk.Kind, desk.ID) ([]checkpoints.Loss, error), error) {
	if h.from != w.s.p.Archive {
		return nil, nil
	}
	ledgers := map[string]checkpoints.Ledger{} // by what the archive puts before the ids
	for _, src := range w.s.p.Sources {
		prefix, err := w.s.prefix(ctx, src)
		if err != nil {
			return nil, err
		}
		if ledgers[prefix], err = w.s.store.Ledger(ctx, pairOf(pullRoute, src, h.from)); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context, kind desk.Kind, id desk.ID) (out []checkpoints.Loss, err error) {
		for prefix, ledger := range ledgers {
			was, ours := strings.CutPrefix(string(id), prefix)
			if !ours || prefix == "" && len(ledgers) > 1 {
				continue
			}
			all, err := ledger.Losses(ctx, kind, desk.ID(was))
			if err != nil {
				return nil, err
			}
			for _, l := range all {
				if l.Parent == "" {
					l.ID = id
				} else { // the ids of messages stay as they are
					l.Parent = id
				}
				out = append(out, l)
			}
		}
		return out, nil
	}, nil
}
