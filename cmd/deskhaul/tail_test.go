package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/report"
)

// watched is a command line that is watched while it runs.
type watched struct {
	lines  *bufio.Scanner
	stop   context.CancelFunc
	code   chan int
	stdout strings.Builder
}

func watch(t *testing.T, args ...string) *watched {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	x := &watched{lines: bufio.NewScanner(r), stop: stop, code: make(chan int, 1)}
	a := &app{stdin: strings.NewReader(""), stdout: io.MultiWriter(w, &x.stdout), stderr: io.Discard}
	go func() {
		x.code <- a.run(ctx, args)
		_ = w.Close()
	}()
	t.Cleanup(func() { stop(); _ = r.Close() })
	return x
}

// until reads lines up to one that has all the words.
func (x *watched) until(t *testing.T, words ...string) string {
	t.Helper()
	for x.lines.Scan() {
		has := true
		for _, w := range words {
			has = has && strings.Contains(x.lines.Text(), w)
		}
		if has {
			return x.lines.Text()
		}
	}
	t.Fatalf("never said %q:\n%s", words, x.stdout.String())
	return ""
}

func tailProject(t *testing.T) (folder, mailbox, config string) {
	folder = t.TempDir()
	mailbox, config = filepath.Join(folder, "support.mbox"), filepath.Join(folder, "deskhaul.yaml")
	if err := appendMails(mailbox, 0, 19); err != nil {
		t.Fatal(err)
	}
	write(t, config, goodTail)
	return folder, mailbox, config
}

const goodTail = `project: Tail
sources:
  mailbox: {connector: mbox, path: support.mbox, agents: {domains: [desk.test]}}
targets:
  out: {connector: jsonl, path: all.jsonl}
`

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A repeated sync says what each run brought, and when a whole interval brought nothing;
// a mistake in the file, made while it goes on, does not end it, and Ctrl-C does.
func TestTail(t *testing.T) {
	t.Parallel()
	folder, mailbox, config := tailProject(t)
	x := watch(t, "sync", "--every", "1s", folder)
	x.until(t, "run 1:", "20 messages new")
	x.until(t, "nothing came in for a whole interval")
	if r := inside(t, "status", folder); r.code != exitDone || strings.Contains(r.all(), "Interrupted") {
		t.Errorf("status beside it: %d\n%s", r.code, r.all())
	}
	if err := appendMails(mailbox, 20, 24); err != nil {
		t.Fatal(err)
	}
	x.until(t, "5 messages new")
	write(t, config, "project: Tail\nsorces: {}\n")
	x.until(t, "no run:", "sorces")
	write(t, config, goodTail)
	x.until(t, "nothing came in")
	x.stop()
	x.until(t, "since brought nothing")
	if code := <-x.code; code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
}

// The last run is when the time is over; that no interval has passed by then is not told.
func TestTailEnds(t *testing.T) {
	t.Parallel()
	var got struct {
		State               string
		Runs, Failed, Quiet int64
		LastNews            *time.Time `json:"last_news"`
		Last                struct {
			Run int64
		}
	}
	for until := time.Second; got.Runs < 2 && until < time.Minute; until *= 4 { // on a busy machine one run takes longer
		folder, _, _ := tailProject(t)
		if err := json.Unmarshal(mustRun(t, "sync", "--every", "1h", "--until", until.String(), "--json", folder), &got); err != nil {
			t.Fatal(err)
		}
	}
	if got.State != "done" || got.Runs != 2 || got.Failed != 0 || got.Quiet != 0 || got.LastNews == nil || got.Last.Run != 2 {
		t.Errorf("%+v", got)
	}
}

// An interval is a whole one only after a run that saw all there was.
func TestTailCountsWholeIntervals(t *testing.T) {
	start := time.Now()
	x := &longTail{app: &app{json: true}, every: time.Hour}
	for i, c := range []struct {
		after time.Duration
		state checkpoints.RunState
		quiet int64
	}{
		{0, checkpoints.RunFailed, 0},
		{time.Hour, checkpoints.RunDone, 0},
		{2 * time.Hour, checkpoints.RunDone, 1},
		{2*time.Hour + time.Minute, checkpoints.RunDone, 1},
		{4 * time.Hour, checkpoints.RunFailed, 1},
		{5 * time.Hour, checkpoints.RunPartial, 1},
		{6 * time.Hour, checkpoints.RunPartial, 2},
	} {
		if x.count(&report.Run{State: c.state}, nil, start.Add(c.after)); x.sum.Quiet != c.quiet {
			t.Errorf("run %d: %d quiet intervals, want %d", i+1, x.sum.Quiet, c.quiet)
		}
	}
}

// What cannot be meant is refused before anything is opened.
func TestTailRefuses(t *testing.T) {
	folder, _, _ := tailProject(t)
	for _, c := range []struct{ words, want string }{
		{"--every soon", "--every soon: want a span"},
		{"--every 10ms", "want a span of a second or more"},
		{"--until 2099-01-01", "goes with --every"},
		{"--every 1h --until 2001-01-01", "is over: it was at 2001-01-02"},
		{"--every 1h --until tomorrow", "--until tomorrow: want a date"},
		{"--every 1h --from jsonl:- --to archive:", "goes through standard input"},
	} {
		r := inside(t, append(append([]string{"sync"}, strings.Fields(c.words)...), folder)...)
		if r.code != exitUsage || !strings.Contains(r.all(), c.want) {
			t.Errorf("%s: %d %s", c.words, r.code, r.all())
		}
	}
}

func TestUntil(t *testing.T) {
	now := time.Date(2026, 11, 28, 10, 0, 0, 0, time.Local)
	for words, want := range map[string]time.Time{
		"2026-12-05":           time.Date(2026, 12, 6, 0, 0, 0, 0, time.Local),
		"2026-12-05 18:00":     time.Date(2026, 12, 5, 18, 0, 0, 0, time.Local),
		"2026-12-05T18:00:00Z": time.Date(2026, 12, 5, 18, 0, 0, 0, time.UTC),
		"14d":                  now.AddDate(0, 0, 14),
		"12h":                  now.Add(12 * time.Hour),
	} {
		if got, err := parseUntil(words, now); err != nil || !got.Equal(want) {
			t.Errorf("%s: %s, %v", words, got, err)
		}
	}
}
