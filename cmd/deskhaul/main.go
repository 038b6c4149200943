// Command deskhaul moves a support organisation from one helpdesk to another and
// keeps the two in step.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	os.Exit(Main())
}

// Main runs the command line and returns its exit code.
func Main() int {
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
