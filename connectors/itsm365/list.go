package itsm365

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// A list is asked for by offset and limit, and has no order that anybody vouches for: while it
// is gone through, an object may slip from a page that is to come onto one that was. So a list
// of several pages is gone through again until that brings nothing new, and nothing twice: pages
// that have each of their objects once have all that there are, if as many are there as before.

// mostRows is the most rows that clients ask for at once, and sureRows what every server gives
// if it has them: a page that is shorter is the last.
const (
	mostRows = 1000
	sureRows = 100
	// mostWalks is how often a list is gone through that does not come to rest.
	mostWalks = 10
)

func (a *api) rows() int {
	if a.config.page > 0 {
		return a.config.page
	}
	return mostRows
}

// list gives each object of a class once, whose attributes equal a filter.
func (a *api) list(ctx context.Context, fqn string, filter map[string]any, attrs []string) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		seen := map[desk.ID]bool{}
		for walk := 0; walk < mostWalks; walk++ {
			fresh, pages, twice, stopped := 0, 0, false, false
			walked := map[desk.ID]bool{}
			err := a.walk(ctx, fqn, filter, attrs, func(rows []row) bool {
				pages++
				for _, r := range rows {
					twice = twice || walked[r.id()]
					walked[r.id()] = true
					if seen[r.id()] {
						continue
					}
					seen[r.id()], fresh = true, fresh+1
					if stopped = !yield(r, nil); stopped {
						return false
					}
				}
				return true
			})
			if err != nil {
				yield(nil, err)
				return
			}
			if stopped || pages <= 1 || walk > 0 && fresh == 0 && !twice {
				return
			}
		}
		yield(nil, fmt.Errorf("find/%s: each time that the list is gone through it has others, or some twice: run again when fewer people are at work, and look at url if that does not help: %w", fqn, connectors.ErrBusy))
	}
}

// walk goes through a list once, page by page. It ends at a page that is empty, surely the
// last, or the same as the one before, which is handed over too: the list moved, or the server
// takes no notice of offset.
func (a *api) walk(ctx context.Context, fqn string, filter map[string]any, attrs []string, take func([]row) bool) error {
	var before []desk.ID
	for offset := 0; ; {
		rows, err := a.find(ctx, fqn, filter, attrs, offset, a.rows())
		if err != nil {
			return err
		}
		var ids []desk.ID
		for _, r := range rows {
			ids = append(ids, r.id())
		}
		if len(rows) == 0 && offset > 0 {
			return nil
		}
		if !take(rows) || len(rows) < min(a.rows(), sureRows) || slices.Equal(ids, before) {
			return nil
		}
		before, offset = ids, offset+len(rows)
	}
}
