package main

import (
	"errors"
	"fmt"
	"testing"
)

// What went wrong beside a command that has told its outcome is told too, once.
func TestUntold(t *testing.T) {
	ledger, silent := errors.New("the ledger was not closed"), &exit{code: exitQuarantine}
	for want, err := range map[string]error{
		"":                                    errors.Join(silent, nil),
		"the ledger was not closed":           errors.Join(silent, ledger),
		"no such file":                        &exit{exitUsage, errors.New("no such file")},
		"all: the ledger was not closed":      fmt.Errorf("all: %w", ledger),
		"the ledger was not closed\nno trace": errors.Join(errors.Join(silent, ledger), errors.New("no trace")),
	} {
		got := ""
		if left := untold(err); left != nil {
			got = left.Error()
		}
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
	if untold(nil) != nil || codeOf(errors.Join(silent, ledger)) != exitQuarantine {
		t.Error("the exit code is the outcome's")
	}
}
