package main

import (
	"errors"
	"fmt"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
)

func TestSaidOnce(t *testing.T) {
	full := errors.New("the disk is full: free some space")
	err := errors.Join(fmt.Errorf("mbox → archive: %w", full), full, errors.New("and another"))
	if got, want := said(err), "mbox → archive: the disk is full: free some space\nand another"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What stops a run is told by what to do, and not by our word for it.
func TestNoJargonIsSaid(t *testing.T) {
	for err, want := range map[error]string{
		fmt.Errorf("rt: make a token: %w", connectors.ErrDenied):               "rt: make a token",
		fmt.Errorf("rt: is url that of RT? %w", connectors.ErrDenied):          "rt: is url that of RT?",
		fmt.Errorf("a: %w: %w", connectors.ErrDenied, connectors.ErrUnsure):    "a: outcome unknown",
		errors.New("the user's words: nothing more will be accepted, it said"): "the user's words: nothing more will be accepted, it said",
	} {
		if got := said(err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
