package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/deskhaul/deskhaul/bench/mailgen"
)

// bench is one run of all steps.
type bench struct {
	options
	work, deskhaul string
	bytes          int64 // of the n messages
	Steps          []figures
	Grown          []figures
	missing        []string
}

// prepare builds deskhaul and writes the mail.
func (b *bench) prepare(ctx context.Context) error {
	fmt.Fprintln(os.Stderr, "building deskhaul …")
	build := exec.CommandContext(ctx, "go", "build", "-o", b.deskhaul, "github.com/deskhaul/deskhaul/cmd/deskhaul")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build deskhaul: %w", err)
	}
	dir := ""
	if b.peers || b.imap {
		dir = b.path("maildir")
	}
	var err error
	b.bytes, err = b.write(0, b.n, b.path("x.mbox"), dir)
	return err
}

func (b *bench) path(name string) string { return filepath.Join(b.work, name) }

// write writes n messages after the first skip ones.
func (b *bench) write(skip, n int, box, dir string) (size int64, err error) {
	fmt.Fprintf(os.Stderr, "writing %d messages …\n", n)
	w, err := mailgen.Mbox(box, skip > 0)
	if err != nil {
		return 0, err
	}
	to := []mailgen.Writer{w}
	if dir != "" {
		w, err := mailgen.Maildir(dir)
		if err != nil {
			return 0, err
		}
		to = append(to, w)
	}
	for m := range mailgen.Messages(b.seed) {
		if m.N >= skip+n {
			break
		}
		for _, w := range to {
			if m.N < skip {
				continue
			}
			if err := w.Write(m); err != nil {
				return size, err
			}
		}
		if m.N >= skip {
			size += int64(len(m.Raw))
		}
	}
	for _, w := range to {
		if err := w.Close(); err != nil {
			return size, err
		}
	}
	return size, nil
}

// all measures one step after the other.
func (b *bench) all(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	box, project := b.path("x.mbox"), b.path("project")
	steps := []step{
		{name: "parser alone", args: []string{self, "-parse", box}, n: b.n, bytes: b.bytes},
		{name: "pull", args: b.pull(box, project), n: b.n, bytes: b.bytes},
		{name: "pull, idle", args: b.pull(box, project), n: b.n, bytes: b.bytes},
		{name: "pull, 1% more", args: b.pull(box, project), before: b.more},
		{name: "load jsonl", args: b.load("jsonl:"+b.path("all.jsonl"), project), n: b.n + b.n/100, bytes: b.bytes},
		{name: "load maildir", args: b.load("maildir:"+b.path("out"), project), n: b.n + b.n/100, bytes: b.bytes},
	}
	if b.peers {
		steps = append(steps, b.notmuch(), b.muInit(), b.muIndex())
	}
	for _, s := range steps {
		f, err := b.measure(ctx, s)
		if err != nil {
			return err
		}
		if f != nil {
			b.Steps = append(b.Steps, *f)
		}
	}
	if b.growth {
		return b.grow(ctx)
	}
	return nil
}

func (b *bench) pull(box, project string) []string {
	return []string{b.deskhaul, "pull", "--from", "mbox:" + box, "--to", "archive:", "--set", "from.agents.domains=acme.test", project}
}

func (b *bench) load(to, project string) []string {
	return []string{b.deskhaul, "load", "--from", "archive:", "--to", to, project}
}

// more appends one message for each hundred.
func (b *bench) more(s *step) (err error) {
	s.n = max(1, b.n/100)
	s.bytes, err = b.write(b.n, s.n, b.path("x.mbox"), "")
	return err
}

// grow pulls mailboxes of n, 2n and 4n messages.
func (b *bench) grow(ctx context.Context) error {
	for _, times := range []int{1, 2, 4} {
		n := times * b.n
		box, project := b.path(fmt.Sprintf("grown%d.mbox", times)), b.path(fmt.Sprintf("grown%d", times))
		size, err := b.write(0, n, box, "")
		if err != nil {
			return err
		}
		f, err := b.measure(ctx, step{name: fmt.Sprintf("pull of %d", n), args: b.pull(box, project), n: n, bytes: size})
		if err != nil {
			return err
		}
		b.Grown = append(b.Grown, *f)
		if err := os.RemoveAll(project); err != nil {
			return err
		}
		if err := os.Remove(box); err != nil {
			return err
		}
	}
	return nil
}
