// Command run measures deskhaul beside notmuch and mu on the same mail, in one go; or,
// with -imap, beside mbsync on the same server.
//
//	go run ./bench/run -n 10000
//	go run ./bench/run -n 10000 -growth -peers=false
//	go run ./bench/run -n 10000 -imap -rounds 3
//
// Every step is a process of its own; what it used is what the system says of it.
// bench/README.md says what is measured, and how to get the peers.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

type options struct {
	n      int
	seed   uint64
	peers  bool
	growth bool
	keep   bool
	json   string
	work   string

	imap    bool
	rounds  int
	away    time.Duration
	dovecot string
}

func main() {
	var o options
	parse := flag.String("parse", "", "only decode this mbox file, discard the result, and say how many messages it had")
	flag.IntVar(&o.n, "n", 10_000, "how many messages")
	flag.Uint64Var(&o.seed, "seed", 1, "which mailbox")
	flag.BoolVar(&o.peers, "peers", true, "measure notmuch and mu, too")
	flag.BoolVar(&o.growth, "growth", false, "also pull twice and four times as many messages")
	flag.BoolVar(&o.keep, "keep", false, "leave the working folder in place")
	flag.StringVar(&o.json, "json", "", "write the figures to this file, too")
	flag.StringVar(&o.work, "work", "", "the folder to make the working folder in; default the system's for temporary files")
	flag.BoolVar(&o.imap, "imap", false, "measure how a mailbox on a server is moved, beside mbsync, instead")
	flag.IntVar(&o.rounds, "rounds", 1, "with -imap: how often each is measured, one after the other")
	flag.DurationVar(&o.away, "away", 0, "with -imap: how long a round trip to the server takes")
	flag.StringVar(&o.dovecot, "dovecot", theScript(), "with -imap: the script that starts a Dovecot")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if *parse != "" {
		var n int
		n, err = parseAll(*parse)
		fmt.Println(n, "messages")
	} else {
		err = run(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	work, err := os.MkdirTemp(o.work, "deskhaul-bench-")
	if err != nil {
		return fmt.Errorf("working folder: %w", err)
	}
	if o.keep {
		fmt.Fprintln(os.Stderr, "working folder:", work)
	} else {
		defer os.RemoveAll(work) //nolint:errcheck // only temporary files are left behind
	}
	b := &bench{options: o, work: work, deskhaul: filepath.Join(work, "deskhaul")}
	if err := b.prepare(ctx); err != nil {
		return err
	}
	steps := b.all
	if o.imap {
		steps = b.mailbox
	}
	if err := steps(ctx); err != nil {
		return err
	}
	if err := b.print(os.Stdout); err != nil {
		return err
	}
	if o.json != "" {
		return b.writeJSON(o.json)
	}
	return nil
}
