package main

import (
	"errors"
	"strings"
	"testing"
)

// An e-mail counts more than what is not known yet, and than what failed beside it.
func TestExitOfCanaries(t *testing.T) {
	broken := errors.New("the line broke")
	for name, x := range map[string]struct {
		states string
		failed error
		code   int
	}{
		"silent":             {"silent silent", nil, exitDone},
		"one waits":          {"silent waiting", nil, exitUnconfirmed},
		"one mails":          {"mail waiting", nil, exitUsage},
		"the other one does": {"waiting mail", nil, exitUsage},
		"one shows little":   {"waiting incomplete", nil, exitUsage},
		"one fails":          {"waiting", broken, exitError},
		"one mails and then": {"mail", broken, exitUsage},
	} {
		var list []canaryTold
		for _, state := range strings.Fields(x.states) {
			list = append(list, canaryTold{State: state})
		}
		err := canaryExit(list, x.failed)
		if codeOf(err) != x.code || x.failed != nil && !strings.Contains(err.Error(), "the line broke") {
			t.Errorf("%s: exit code %d: %v", name, codeOf(err), err)
		}
	}
}
