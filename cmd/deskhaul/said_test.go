package main

import (
	"errors"
	"fmt"
	"testing"
)

func TestSaidOnce(t *testing.T) {
	full := errors.New("the disk is full: free some space")
	err := errors.Join(fmt.Errorf("mbox → archive: %w", full), full, errors.New("and another"))
	if got, want := said(err), "mbox → archive: the disk is full: free some space\nand another"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
