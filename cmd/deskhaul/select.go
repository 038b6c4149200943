package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// selecting adds the flags that narrow a run.
func (m *move) selecting(c *cobra.Command) *cobra.Command {
	f := c.Flags()
	f.Func("sample", "move only `N` tickets, chosen for being awkward as well as ordinary, and show each beside its copy", m.setSample)
	f.StringVar(&m.since, "since", "", "move only tickets that changed since a `date` (2026-01-31) or within a span (30d, 12h)")
	f.StringSliceVar(&m.kinds, "kinds", nil, "move only these `kinds`: organization, group, agent, category, contact, ticket")
	f.StringVar(&m.losses, "losses", "", "also write each loss, with what would save it, as a row of a CSV `file`")
	return c
}

func (m *move) setSample(value string) (err error) {
	m.sample, err = sampleSize(value)
	return err
}

// sampleSize reads how many tickets are asked for. None would mean all elsewhere.
func sampleSize(value string) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		return 0, errors.New("want a number of tickets, like --sample 20")
	}
	return n, nil
}

// selection turns the flags into what the pipeline passes.
func (m *move) selection() (pipeline.Selection, error) {
	var s pipeline.Selection
	if m.since != "" {
		at, err := parseSince(m.since, time.Now())
		if err != nil {
			return s, err
		}
		s.Since = at
	}
	for _, word := range m.kinds {
		kind, err := parseKind(word)
		if err != nil {
			return s, err
		}
		s.Kinds = append(s.Kinds, kind)
	}
	return s, nil
}

// parseSince reads a date, a time, or a span that ends now.
func parseSince(s string, now time.Time) (time.Time, error) {
	if t, err := time.ParseInLocation(time.DateOnly, s, time.Local); err == nil {
		return t.UTC(), nil
	}
	if t, ok := parseTime(s); ok {
		return t.UTC(), nil
	}
	if span, ok := parseSpan(s); ok {
		return span(now, -1).UTC(), nil
	}
	return time.Time{}, fmt.Errorf("--since %s: want a date like 2026-01-31, a time like 2026-01-31T08:00:00Z, or a span like 30d or 12h", s)
}

// parseTime reads a time of day; without a zone it is this machine's.
func parseTime(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, s, time.Local); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// parseSpan reads a span of days or less, as what moves a time by it, forwards (1) or
// backwards (-1).
func parseSpan(s string) (func(from time.Time, sign int) time.Time, bool) {
	if days, err := strconv.Atoi(strings.TrimSuffix(s, "d")); err == nil && strings.HasSuffix(s, "d") && days > 0 {
		return func(from time.Time, sign int) time.Time { return from.AddDate(0, 0, sign*days) }, true
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		return func(from time.Time, sign int) time.Time { return from.Add(time.Duration(sign) * d) }, true
	}
	return nil, false
}

// parseKind reads a kind as people write it.
func parseKind(word string) (desk.Kind, error) {
	w := strings.ToLower(strings.TrimSpace(word))
	w = strings.ReplaceAll(w, "organis", "organiz")
	for _, k := range desk.Kinds {
		if w == string(k) || w == string(k)+"s" || w == "categories" && k == desk.KindCategory {
			return k, nil
		}
	}
	return "", fmt.Errorf("--kinds %s: there is no such kind; there are %s (messages and files go with their tickets)", word, kindList())
}

func kindList() string {
	var out []string
	for _, k := range desk.Kinds {
		out = append(out, string(k))
	}
	return strings.Join(out, ", ")
}
