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
func (s *session) askAbout(ctx context.Context, c *project.Canary, ask canaryAsk, who *person) error {
	if _, err := io.WriteString(forPeople{s.stderr}, written(c)); err != nil {
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

// written says what a person may look at now, and how far the canary shows what a run does.
func written(c *project.Canary) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: a canary to %s is written, ticket %s", c.Name, c.Address, c.Ticket)
	if c.Link != "" {
		fmt.Fprintf(&b, ": %s", c.Link)
	}
	fmt.Fprintf(&b, "\nIt has gone through this of what a run writes: %s.\n", strings.Join(c.Wrote, "; "))
	if c.Agent == "" {
		b.WriteString("No agent was named (--agent), so that it was assigned to nobody.\n")
	}
	if c.Unassigned != "" {
		fmt.Fprintf(&b, "It is not assigned to %s, so that it shows nothing of what the target does about an assignment: %s\n", c.Agent, c.Unassigned)
	}
	for _, r := range c.Refused {
		why := "no setting has to keep it quiet in a run"
		if r.Unproven {
			why = "nothing will show that it is quiet in a run"
		}
		fmt.Fprintf(&b, "Not %s (%s): %s\n", r.Part, why, r.Why)
	}
	fmt.Fprintf(&b, "Look into the mailbox of %s, also among what it takes for junk.\n", c.Address)
	return b.String()
}

// told is the canary as it stands now.
func (s *session) told(c *project.Canary) canaryTold {
	t := canaryTold{
		Target: c.Name, Address: c.Address, State: stateOfCanary(c), By: c.By, Ticket: c.Ticket, Link: c.Link, Mails: c.Mails, Left: c.Left, Unproven: c.Unproven(),
	}
	for _, r := range c.Refused {
		t.Refused = append(t.Refused, r.Part+": "+r.Why)
	}
	switch t.State {
	case "waiting":
		t.Next = []string{s.canaryCommand(c.Address, "--came", "nothing"), s.canaryCommand(c.Address, "--came", "mail")}
	case "mail", "incomplete":
		t.Next = []string{s.canaryCommand(c.Address)}
	}
	return t
}

// stateOfCanary is what a canary showed.
func stateOfCanary(c *project.Canary) string {
	switch {
	case c.Answer == project.CameMail:
		return "mail"
	case c.Answer == "":
		return "waiting"
	case len(c.Unproven()) > 0:
		return "incomplete"
	}
	return "silent"
}

func (t canaryTold) text() string {
	var b strings.Builder
	switch t.State {
	case "silent", "incomplete":
		fmt.Fprintf(&b, "%s: %s\n", t.Target, t.nothing())
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
		fmt.Fprintf(&b, "  Still there, see to it by hand: %s\n", l)
	}
	switch t.State {
	case "mail":
		b.WriteString("Put right what mails (see deskhaul connectors), then write a new one:\n")
	case "incomplete":
		b.WriteString("Put right what the target refuses, then write a new one; or set canary: waived for it, and go without:\n")
	}
	for _, n := range t.Next {
		fmt.Fprintf(&b, "  %s\n", n)
	}
	return b.String()
}

// nothing says what it means that nothing came.
func (t canaryTold) nothing() string {
	if t.State == "silent" {
		return fmt.Sprintf("silent. Nothing came to %s; runs may write there.", t.Address)
	}
	return fmt.Sprintf("not shown to be silent. Nothing came to %s, but of the canary the target would not have all, and nothing shows what mails these calls of a run send: %s. Runs are refused.\n  Refused there: %s",
		t.Address, strings.Join(t.Unproven, ", "), strings.Join(t.Refused, "; "))
}

// canaryCommand is the command that writes a canary, or answers it.
func (s *session) canaryCommand(address string, more ...string) string {
	flags := append([]string{"--canary", quote(address)}, more...)
	return s.commandWith("check", append(flags, s.systemFlags()...)...)
}
