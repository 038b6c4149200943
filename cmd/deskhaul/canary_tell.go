package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/project"
)

// askAbout says what was written, waits, and asks what came, where there is somebody to
// ask.
func (s *session) askAbout(ctx context.Context, c *project.Canary, ask canaryAsk, who *person, refused []string) error {
	if _, err := io.WriteString(forPeople{s.stderr}, written(c, refused)); err != nil {
		return err
	}
	if !s.interactive() {
		return nil
	}
	if err := s.wait(ctx, ask.wait); err != nil {
		return err
	}
	answer, err := s.askWhatCame(ctx, who, c.Address)
	if err != nil || answer == "" {
		return err
	}
	c.Answer, c.By, c.Answered = answer, "you", time.Now().UTC()
	return nil
}

// written says what a person may look at now.
func written(c *project.Canary, refused []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: a canary to %s is written, ticket %s", c.Name, c.Address, c.Ticket)
	if c.Link != "" {
		fmt.Fprintf(&b, ": %s", c.Link)
	}
	b.WriteString("\nIt has gone through what a run writes: made with a message and a file; answered, by an agent and by the customer; noted; changed; solved; closed.\n")
	if c.Agent == "" {
		b.WriteString("No agent was named (--agent), so that it was assigned to nobody.\n")
	}
	for _, r := range refused {
		fmt.Fprintf(&b, "Not written, nor is it in a run: %s\n", r)
	}
	fmt.Fprintf(&b, "Look into the mailbox of %s, also among what it takes for junk.\n", c.Address)
	return b.String()
}

// told is the canary as it stands now.
func (s *session) told(c *project.Canary) canaryTold {
	t := canaryTold{Target: c.Name, Address: c.Address, State: stateOfCanary(c), By: c.By, Ticket: c.Ticket, Link: c.Link, Mails: c.Mails, Left: c.Left}
	switch t.State {
	case "waiting":
		t.Next = []string{s.canaryCommand(c.Address, "--came", "nothing"), s.canaryCommand(c.Address, "--came", "mail")}
	case "mail":
		t.Next = []string{s.canaryCommand(c.Address)}
	}
	return t
}

// stateOfCanary is what a canary showed.
func stateOfCanary(c *project.Canary) string {
	switch c.Answer {
	case project.CameNothing:
		return "silent"
	case project.CameMail:
		return "mail"
	}
	return "waiting"
}

func (t canaryTold) text() string {
	var b strings.Builder
	switch t.State {
	case "silent":
		fmt.Fprintf(&b, "%s: silent. Nothing came to %s; runs may write there.\n", t.Target, t.Address)
		if !slices.ContainsFunc(t.Left, func(l string) bool { return strings.HasPrefix(l, "ticket ") }) {
			fmt.Fprintf(&b, "  The canary's ticket %s has been deleted there.\n", t.Ticket)
		}
	case "mail":
		fmt.Fprintf(&b, "%s: NOT silent. An e-mail was sent about the canary to %s: runs are refused until a later canary is silent.\n", t.Target, t.Address)
		for _, m := range t.Mails {
			fmt.Fprintf(&b, "  noted there: %s\n", m)
		}
	default:
		fmt.Fprintf(&b, "%s: not yet confirmed. Say what came to %s:\n", t.Target, t.Address)
	}
	for _, l := range t.Left {
		fmt.Fprintf(&b, "  It could not be deleted, do it by hand: %s\n", l)
	}
	if t.State == "mail" {
		b.WriteString("Put right what mails (see deskhaul connectors), then write a new one:\n")
	}
	for _, n := range t.Next {
		fmt.Fprintf(&b, "  %s\n", n)
	}
	return b.String()
}

// canaryCommand is the command that writes a canary, or answers it.
func (s *session) canaryCommand(address string, more ...string) string {
	flags := append([]string{"--canary", quote(address)}, more...)
	return s.commandWith("check", append(flags, s.systemFlags()...)...)
}
