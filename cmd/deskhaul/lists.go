package main

import (
	"context"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/project"
)

// lists tells which records of the archive come from sources that have people but
// no tickets: a list of customers is there to be brought. What was pulled tells
// it; of a source that was not, what its configuration promises.
func (h *hop) lists(ctx context.Context) (func(desk.Record) bool, error) {
	if h.from != h.s.p.Archive {
		return nil, nil
	}
	prefixes, pulled, err := h.s.pulledLists(ctx)
	if err != nil {
		return nil, err
	}
	for _, src := range h.s.p.Sources {
		if reads, _ := src.Spec.CapsOf(src.Config); !pulled[src.UUID] && !reads.Has(desk.KindTicket) {
			prefixes = append(prefixes, futurePrefix(src))
		}
	}
	if prefixes == nil {
		return nil, nil
	}
	listed := func(id desk.ID) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(string(id), p) })
	}
	return func(r desk.Record) bool {
		if listed(r.About().ID) || h.persons == nil || r.Kind() != desk.KindContact {
			return listed(r.About().ID)
		}
		parts, err := h.persons.Parts(context.WithoutCancel(ctx), r.About().ID)
		return err != nil || slices.ContainsFunc(parts, listed) // who cannot be told comes
	}, nil
}

// pulledLists returns the prefixes of the pulled sources that had no tickets, and
// which sources were pulled at all.
func (s *session) pulledLists(ctx context.Context) (prefixes []string, pulled map[string]bool, err error) {
	pairs, err := s.store.Pairs(ctx)
	if err != nil {
		return nil, nil, err
	}
	pulled = map[string]bool{}
	for _, pair := range pairs {
		if pair.Route != pullRoute || pair.Target != s.p.Archive.UUID {
			continue
		}
		ledger, err := s.store.Ledger(ctx, pair)
		if err != nil {
			return nil, nil, err
		}
		counts, err := ledger.Count(ctx)
		if err != nil {
			return nil, nil, err
		}
		prefix, planned, err := prefixOf(ctx, ledger)
		if err != nil {
			return nil, nil, err
		}
		if planned { // of a source that says what it holds only when it is read
			prefix = s.futurePrefixOf(pair.Source)
		}
		pulled[pair.Source] = prefix != ""
		if prefix != "" && len(counts[desk.KindTicket]) == 0 {
			prefixes = append(prefixes, prefix)
		}
	}
	return prefixes, pulled, nil
}

// prefix is what the archive puts before the ids of a source; before anything was
// pulled, as it will be.
func (s *session) prefix(ctx context.Context, src *project.System) (string, error) {
	ledger, err := s.store.Ledger(ctx, pairOf(pullRoute, src, s.p.Archive))
	if err != nil {
		return "", err
	}
	prefix, _, err := prefixOf(ctx, ledger)
	if prefix == "" {
		prefix = futurePrefix(src)
	}
	return prefix, err
}

// prefixOf is the prefix that the first record of a pull shows; "" if there is
// none. planned says that a dry run would bring the first ones.
func prefixOf(ctx context.Context, ledger checkpoints.Ledger) (prefix string, planned bool, err error) {
	for row, err := range ledger.Rows(ctx, checkpoints.Query{States: []checkpoints.State{checkpoints.Done}}) {
		if err != nil {
			return "", false, err
		}
		if strings.HasPrefix(string(row.Target), connectors.PlannedID) {
			planned = true
			continue
		}
		if prefix, ok := strings.CutSuffix(string(row.Target), string(row.ID)); ok {
			return prefix, false, nil
		}
	}
	return "", planned, nil
}

// futurePrefixOf is futurePrefix of the source of a UUID, "" if it is no longer
// configured.
func (s *session) futurePrefixOf(uuid string) string {
	for _, src := range s.p.Sources {
		if src.UUID == uuid {
			return futurePrefix(src)
		}
	}
	return ""
}

// futurePrefix is the prefix that the archive will choose for a new source.
func futurePrefix(src *project.System) string { return strings.ReplaceAll(src.Name, "/", "-") + "/" }
