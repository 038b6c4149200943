package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/project"
)

func TestEachSourceHasItsClock(t *testing.T) {
	c, err := readClocks([]string{"10m", "old=25m"})
	if err != nil {
		t.Fatal(err)
	}
	archive := &project.System{Name: "archive"}
	s := &session{p: &project.Project{Archive: archive}}
	var hops []*hop
	for _, name := range []string{"mail", "old"} {
		hops = append(hops, &hop{s: s, from: &project.System{Name: name}, to: archive, pull: true})
	}
	hops = append(hops, &hop{s: s, from: archive, to: &project.System{Name: "new"}})
	began := time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)
	for minute, want := range []string{0: "mail old archive", 10: "mail archive", 20: "mail old archive", 30: "mail archive", 40: "mail old archive", 41: "archive", 42: "mail old archive"} {
		if want == "" {
			continue
		}
		var got []string
		for _, h := range c.due(hops, began.Add(time.Duration(minute)*time.Minute), minute == 42) {
			got = append(got, h.from.Name)
		}
		if !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("minute %d: %v are due, want %s", minute, got, want)
		}
	}
}

func TestClocksThatAreNone(t *testing.T) {
	for want, values := range map[string][]string{
		"goes with --every SPAN":  {"old=1h"},
		"said twice":              {"1h", "2h"},
		"want a span of a second": {"1h", "old=soon"},
	} {
		if _, err := readClocks(values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", values, err, want)
		}
	}
}
