// Package ask puts questions to a person at a terminal: drawn, with lists to move in, or
// line by line, for screen readers, simple terminals and pipes. Either way Ctrl-C, and the
// end of the input, end it with context.Canceled and the terminal as it was.
package ask

import (
	"context"
	"io"
	"os"
)

// Question is what is asked.
type Question struct {
	Title string
	Help  string // a sentence or two; "" none
}

// Choice is one of several answers.
type Choice struct {
	Title string
	Doc   string // one line; "" none
}

// Asker asks. Checks return why an answer cannot be taken; it is asked again then.
type Asker interface {
	// Choose returns which of the choices was taken; start is offered first.
	Choose(ctx context.Context, q Question, choices []Choice, start int) (int, error)
	// Line returns a line; value is what an empty answer stands for.
	Line(ctx context.Context, q Question, value string, check func(string) error) (string, error)
	// Secret returns a line that did not show.
	Secret(ctx context.Context, q Question, check func(string) error) (string, error)
	// Yes returns whether something is so; start is what an empty answer stands for.
	Yes(ctx context.Context, q Question, start bool) (bool, error)
	// Say tells something that needs no answer. The text ends its own lines.
	Say(text string) error
}

// Simple tells whether a terminal is to be asked line by line: it can draw nothing, or who
// sits there wants no decoration. getenv looks up the environment.
func Simple(getenv func(string) (string, bool)) bool {
	term, _ := getenv("TERM")
	_, colourless := getenv("NO_COLOR")
	accessible, _ := getenv("ACCESSIBLE")
	return term == "" || term == "dumb" || colourless || accessible != ""
}

// New asks on a terminal.
func New(in, out *os.File, simple bool) Asker {
	if simple {
		return NewPlain(in, out)
	}
	return &drawn{in: in, out: out}
}

// NewPlain asks line by line.
func NewPlain(in io.Reader, out io.Writer) Asker { return &plain{in: in, out: out} }

// anything is a check that takes all.
func anything(string) error { return nil }
