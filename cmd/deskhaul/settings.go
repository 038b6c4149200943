package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
)

// sayChanged adds what changed tells, if it tells anything.
func (h *hop) sayChanged(ctx context.Context, to *[]string) error {
	text, err := h.changed(ctx)
	if text != "" {
		*to = append(*to, text)
	}
	return err
}

// changed tells in a sentence which settings of the hop's source are no longer
// those that it was first read with, "" if all are. A source that nothing was read
// of yet is noted to be read with those of today.
func (h *hop) changed(ctx context.Context) (string, error) {
	if h.from == h.s.p.Archive {
		return "", nil
	}
	notes := h.s.store.Keys("settings "+h.route()+" "+h.from.UUID, true)
	then, now := map[string]string{}, h.from.Settings()
	for key, err := range notes.Scan(ctx, "", "") {
		if err != nil {
			return "", err
		}
		then[key.Name] = string(key.Value)
	}
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(union(then, now))) {
		if then[key] != now[key] {
			keys = append(keys, key)
		}
	}
	read, err := h.anything(ctx)
	switch {
	case err != nil || len(keys) == 0:
		return "", err
	case read:
		return fmt.Sprintf("the configuration of %s has changed since it was first read (%s): tickets are brought up to date with it, but messages that were brought before keep their authors – to have these anew too, pull into a new folder (a target that was filled from here would get all a second time from there)",
			h.from.Name, strings.Join(keys, ", ")), nil
	}
	for _, key := range keys {
		value := []byte(now[key])
		if now[key] == "" {
			value = nil
		}
		if err := notes.Put(ctx, key, value); err != nil {
			return "", err
		}
	}
	return "", nil
}

// anything tells whether the hop has a line in the ledger in one of the states, or
// any if none is given.
func (h *hop) anything(ctx context.Context, states ...checkpoints.State) (bool, error) {
	for _, err := range h.ledger.Rows(ctx, checkpoints.Query{States: states}) {
		return err == nil, err
	}
	return false, nil
}

func union(a, b map[string]string) map[string]string {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}
