package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
)

// said is an error for people. Where several things failed for one reason, each
// says it; here it is said once. What an error means to a run is left out where it
// shows by itself: the run has stopped.
func said(err error) string {
	var lines []string
	for line := range strings.SplitSeq(plainly(err), "\n") {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, line) }) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// plainly is the text of an error without the name of connectors.ErrDenied, which
// stands behind what happened and what to do.
func plainly(err error) string {
	text := err.Error()
	if word := connectors.ErrDenied.Error(); errors.Is(err, connectors.ErrDenied) && text != word {
		text = strings.NewReplacer(": "+word, "", " "+word, "").Replace(text)
	}
	return text
}
