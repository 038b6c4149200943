package main

import (
	"context"
	"errors"
	"fmt"
)

// The exit codes, as every command's help lists them.
const (
	exitDone        = 0
	exitError       = 1
	exitUsage       = 2
	exitQuarantine  = 3
	exitDifference  = 4
	exitUnconfirmed = 5
	exitInterrupted = 130
)

const exitHelp = `Exit status:
  0    all done
  1    stopped by an error
  2    usage or configuration
  3    finished, with records in quarantine or waiting
  4    verification found a difference
  5    a canary waits for its answer
  130  interrupted; the same command goes on where it was`

// exit is an error that knows its code. A nil err says nothing more: the command
// has printed what there is to say.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.code)
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

// untold is what of an error is still to be said, nil if nothing is: a silent exit has said
// its own, but not what was joined to it.
func untold(err error) error {
	var e *exit
	if !errors.As(err, &e) || e.err != nil {
		return err
	}
	many, is := err.(interface{ Unwrap() []error })
	if !is {
		return nil
	}
	var left []error
	for _, one := range many.Unwrap() {
		left = append(left, untold(one))
	}
	return errors.Join(left...)
}

// usage marks a mistake in the command line or the configuration.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return &exit{exitUsage, err}
}

// codeOf is the exit code that err stands for.
func codeOf(err error) int {
	var e *exit
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &e):
		return e.code
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return exitError
}
