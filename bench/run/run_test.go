package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/bench/mailgen"
)

func TestParserStep(t *testing.T) {
	b := &bench{options: options{seed: 1}}
	box := filepath.Join(t.TempDir(), "x.mbox")
	size, err := b.write(0, 20, box, "")
	if err != nil || size == 0 {
		t.Fatalf("%d bytes, %v", size, err)
	}
	if _, err := b.write(20, 5, box, ""); err != nil {
		t.Fatal(err)
	}
	n, err := parseAll(box)
	if err != nil || n != 25 {
		t.Errorf("parsed %d mails, want 25: %v", n, err)
	}
	var want []byte
	for m := range mailgen.Messages(1) {
		if m.N == 25 {
			break
		}
		want = append(want, m.Raw...)
	}
	got, err := os.ReadFile(box)
	if err != nil || len(got) < len(want) {
		t.Errorf("the mailbox has %d bytes, its mails %d: %v", len(got), len(want), err)
	}
}

func TestMeasure(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b := new(bench)
	f, err := b.measure(t.Context(), step{name: "list", args: []string{self, "-test.list", "Nothing"}, n: 3, bytes: 4})
	if err != nil || f.Seconds <= 0 || f.CPU <= 0 || f.Messages != 3 || f.Bytes != 4 {
		t.Errorf("%+v, %v", f, err)
	}
	if f, err := b.measure(t.Context(), step{name: "none", args: []string{"no-such-program-anywhere"}}); f != nil || err != nil {
		t.Errorf("a peer that is not there: %v, %v", f, err)
	}
	if _, err := b.measure(t.Context(), step{name: "wrong", args: []string{self, "-no-such-flag"}}); err == nil || !strings.Contains(err.Error(), "no-such-flag") {
		t.Errorf("a step that fails says %v", err)
	}
	var out bytes.Buffer
	b.n, b.Steps = 10, []figures{{Name: "parser alone", CPU: 2}, {Name: "pull", CPU: 5, Seconds: 3, Messages: 10}, {Name: "notmuch new", Seconds: 40, CPU: 30}, {Name: "mu index", Seconds: 29, CPU: 20}, {Name: "mu init", Seconds: 1}}
	if err := b.print(&out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "no-such-program-anywhere is not installed") {
		t.Errorf("does not say what is missing:\n%s", &out)
	}
	var got []float64
	for _, r := range b.ratios() {
		got = append(got, r.Value)
	}
	if len(got) != 3 || got[0] != 2.5 || got[1] != 10 || got[2] != 4 {
		t.Errorf("ratios %v, want 2.5, 10, 4", got)
	}
	path := filepath.Join(t.TempDir(), "x.json")
	if err := b.writeJSON(path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || !json.Valid(data) {
		t.Errorf("%s, %v", data, err)
	}
}

func TestRatiosOfAMailbox(t *testing.T) {
	b := &bench{options: options{imap: true}, Steps: []figures{
		{Name: "mbsync imap→imap", Seconds: 12},
		{Name: "deskhaul imap→imap", Seconds: 9},
		{Name: "mbsync imap→imap", Seconds: 11},
		{Name: "deskhaul imap→imap", Seconds: 10},
		{Name: "deskhaul imap→maildir", Seconds: 3},
	}}
	got := b.ratios()
	if len(got) != 1 || got[0].Value != 11.0/9 {
		t.Errorf("%+v, want 11/9 of the fastest rounds alone", got)
	}
}

func TestMailsIn(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"INBOX/cur/a", "INBOX/new/b", "INBOX/tmp/c", "INBOX/d", ".Sales/cur/e"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := mailsIn(dir); n != 3 || err != nil {
		t.Errorf("%d mails, %v, want 3", n, err)
	}
	b := &bench{options: options{n: 4}}
	if err := b.came(func() (int, error) { return mailsIn(dir) })(); err == nil {
		t.Error("three of four mails do for it")
	}
}
