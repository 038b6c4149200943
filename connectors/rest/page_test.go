package rest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPagesEndWhenTheyGoRound(t *testing.T) {
	for name, next := range map[string]map[string]string{
		"itself": {"1": "2", "2": "2"},
		"back":   {"1": "2", "2": "3", "3": "1"},
	} {
		n := 0
		var last error
		for _, err := range Pages(t.Context(), "1", func(_ context.Context, page string) (Page[string], error) {
			return Page[string]{Items: []string{page}, Next: next[page]}, nil
		}) {
			if n++; n > 10 {
				t.Fatalf("%s: no end", name)
			}
			last = err
		}
		if last == nil || !strings.Contains(last.Error(), "circle") {
			t.Errorf("%s: ended with %v", name, last)
		}
	}
}

func TestPagesGiveEverything(t *testing.T) {
	var got []string
	broken := errors.New("broken")
	for item, err := range Pages(t.Context(), "a", func(_ context.Context, page string) (Page[string], error) {
		switch page {
		case "a":
			return Page[string]{Items: []string{"1", "2"}, Next: "b"}, nil
		case "b":
			return Page[string]{Next: "c"}, nil // an empty page is not the last
		case "c":
			return Page[string]{Items: []string{"3"}, Next: "d"}, nil
		}
		return Page[string]{}, broken
	}) {
		if err != nil {
			got = append(got, err.Error())
			break
		}
		got = append(got, item)
	}
	if fmt.Sprint(got) != "[1 2 3 broken]" {
		t.Error(got)
	}
}

// desk is a list by time of change, oldest first, that shows changes late.
type change struct {
	id string
	at time.Time
}

func TestSinceMissesNothing(t *testing.T) {
	at := func(s int) time.Time { return time.Date(2024, 1, 1, 0, 0, s, 0, time.UTC) }
	list := []change{{"a", at(1)}, {"b", at(5)}, {"c", at(5)}}
	read := func(s *Since) (got []string) {
		rows := slices.Clone(list)
		slices.SortStableFunc(rows, func(a, b change) int { return a.at.Compare(b.at) })
		for range 2 { // the window is asked for twice
			for _, r := range rows {
				if !r.at.Before(s.From()) && s.New(r.id, r.at) {
					got = append(got, r.id)
				}
			}
		}
		return got
	}
	s := ParseSince("", 10*time.Second)
	if got := fmt.Sprint(read(s)); got != "[a b c]" {
		t.Error(got)
	}
	list = append(list, change{"late", at(4)}, change{"tie", at(5)}, change{"new", at(60)})
	if got := fmt.Sprint(read(ParseSince(s.Cursor(), 10*time.Second))); !strings.Contains(got, "late") || !strings.Contains(got, "tie") || !strings.Contains(got, "new") {
		t.Errorf("after the cursor came %s", got)
	}
	if got := read(ParseSince("nonsense", time.Second)); len(got) != len(list) {
		t.Errorf("a cursor that is none gave %s", got)
	}
}

// What is remembered does not grow with what was read.
func TestSinceForgets(t *testing.T) {
	s := ParseSince("", time.Second)
	for i := range 100_000 {
		s.New(fmt.Sprint(i), time.Unix(int64(i), 0))
	}
	if len(s.seen) > 1000 {
		t.Errorf("%d are remembered", len(s.seen))
	}
}
