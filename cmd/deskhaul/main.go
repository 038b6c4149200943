// Command deskhaul moves a support organisation from one helpdesk to another and
// keeps the two in step.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // zones by name, also where the system has no list of them
)

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryGoal)
	}
	os.Exit(Main())
}

// memoryGoal is from how many bytes on the collector works harder, so that a run of
// any size stays below 200 MiB. It is no limit: SQLite's memory is not in it, and a
// record may need more.
const memoryGoal = 100 << 20

// Main runs the command line and returns its exit code.
func Main() int {
	noCore()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	go func() {
		<-signals
		a.sayStopping()
		stop()
		<-signals // asked twice: leave at once; the ledger survives it
		os.Exit(exitInterrupted)
	}()
	return a.run(ctx, os.Args[1:])
}
