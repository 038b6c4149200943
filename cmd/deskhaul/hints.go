package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/report"
)

// command is a command line of this project for the user to try next.
func (s *session) command(verb string) string {
	var flags []string
	if verb != "quarantine" && verb != "status" {
		flags = s.systemFlags()
	}
	return s.commandWith(verb, flags...)
}

func (s *session) commandWith(verb string, flags ...string) string {
	out := []string{invoked(), verb}
	for _, f := range flags {
		if f != "" {
			out = append(out, f)
		}
	}
	if s.folder != "." {
		out = append(out, quote(s.folder))
	}
	return strings.Join(out, " ")
}

// beforeMoving are commands that a plan's page tells of before the one that moves.
func (s *session) beforeMoving(m move, p *report.Plan) (out []report.Step) {
	if len(p.Losses) > 0 {
		out = append(out, report.Step{Command: s.commandWith("plan", "--losses losses.csv", s.arguments(m)), Why: report.WhyLosses})
	}
	if m.sample == 0 {
		m.sample = 20
		out = append(out, report.Step{Command: s.commandWith("migrate", s.arguments(m)), Why: report.WhyRehearse})
	}
	return out
}

// afterMoving are the commands that the page of a run tells of.
func (s *session) afterMoving(r *report.Run) []report.Step {
	if r.State != checkpoints.RunDone && r.State != checkpoints.RunPartial {
		return r.Next
	}
	at := slices.IndexFunc(r.Next, func(n report.Step) bool { return n.Why == report.WhyBrowse || n.Why == report.WhySync })
	if at < 0 {
		at = len(r.Next)
	}
	return slices.Insert(slices.Clone(r.Next), at, report.Step{Command: s.command("verify"), Why: report.WhyVerify})
}

// afterVerifying are commands that follow what a verification found.
func (s *session) afterVerifying(v *report.Verification) (out []report.Step) {
	add := func(n int64, verb, why string) {
		if n > 0 {
			out = append(out, report.Step{Command: s.command(verb), Why: why})
		}
	}
	add(v.Unseen, "verify", report.WhyLookAgain)
	add(v.Aside, "quarantine", report.WhyQuarantine)
	add(v.Aside, "retry", report.WhyRetry)
	add(v.Waiting, "sync", report.WhySync)
	return out
}

// browsing is the command that shows the archive, wherever it lies.
func (s *session) browsing() string {
	c, ok := s.p.Archive.Config.(*archive.Config)
	if !ok || c.Path == filepath.Join(s.p.Hidden(), "archive") || len(s.to) == 0 {
		return s.commandWith("browse")
	}
	return s.commandWith("browse", "--from", quote("archive:"+c.Path))
}

// systemFlags are the flags that stand for a configuration file, for a shell.
func (s *session) systemFlags() (out []string) {
	for _, x := range []struct {
		flag   string
		values []string
	}{{"--from", s.from}, {"--to", s.to}, {"--set", s.set}} {
		for _, v := range x.values {
			out = append(out, x.flag, quote(v))
		}
	}
	return out
}

// retries are the commands that take up what the runs of the given numbers put
// aside, each with the flags of its run.
func (s *session) retries(ctx context.Context, runs map[int64]bool) ([]string, error) {
	list, err := s.store.Runs(ctx, 0)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, r := range list {
		var flags []string
		if at := flagsIn(r.Args); at >= 0 {
			flags = []string{r.Args[at:]}
		}
		if c := s.commandWith("retry", flags...); runs[r.ID] && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out, nil
}

// flagsIn tells where in a run's arguments the system flags begin; -1 nowhere.
func flagsIn(args string) int {
	first := -1
	for _, flag := range []string{"--from ", "--to ", "--set "} {
		if at := strings.Index(args, flag); at >= 0 && (first < 0 || at < first) {
			first = at
		}
	}
	return first
}

// invoked is how the user starts the program: installed, or from its sources.
func invoked() string {
	if path, err := os.Executable(); err == nil && strings.Contains(path, string(filepath.Separator)+"go-build") {
		return "go run ./cmd/deskhaul"
	}
	return "deskhaul"
}

// quote writes an argument as a shell takes it.
func quote(arg string) string {
	if arg != "" && !strings.ContainsAny(arg, " \t\n'\"\\$`&|;<>()*?[]{}!#~") {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
