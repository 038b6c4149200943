package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/schollz/progressbar/v3"
)

// A line of the log stands on a line of its own, also while a bar is shown.
func TestLinesTakeTheBarAway(t *testing.T) {
	var screen bytes.Buffer
	a := &app{stderr: &screen}
	bar := progressbar.NewOptions64(100, progressbar.OptionSetWriter(&screen), progressbar.OptionSetDescription("mbox → archive"), progressbar.OptionSetWidth(10))
	a.shown.Store(&progress{bar: bar})
	if err := bar.Set64(40); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(screen.String(), "40%") {
		t.Fatalf("no bar in %q", screen.String())
	}
	a.log().Warn("nobody is an agent")
	before, _, ok := strings.Cut(screen.String(), "nobody is an agent")
	at := strings.LastIndexAny(before, "\r\n")
	if !ok || at < 0 || strings.Contains(before[at:], "archive") {
		t.Errorf("the line stands behind the bar: %q", screen.String())
	}
}

// Ctrl-C is how pages are ended: nothing is under way then.
func TestEndOfBrowseIsNoStop(t *testing.T) {
	var screen bytes.Buffer
	a := &app{stderr: &screen}
	a.serving.Store(true)
	if a.sayStopping(); screen.Len() > 0 {
		t.Errorf("it says %q", screen.String())
	}
	a.serving.Store(false)
	if a.sayStopping(); screen.Len() == 0 {
		t.Error("a run is stopped without a word")
	}
}
