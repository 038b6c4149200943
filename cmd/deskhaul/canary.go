package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/report"
)

// canaryAsk is what check was asked about canaries.
type canaryAsk struct {
	address string // of the administrator's
	agent   string // of an agent who stands at the target
	wait    time.Duration
	came    string // the answer, of a canary that was written before
}

// canaryTold is what became of the canary at one target, as --json prints it.
type canaryTold struct {
	Target  string   `json:"target"`
	Address string   `json:"address"`
	State   string   `json:"state"` // silent, mail, incomplete, waiting
	By      string   `json:"by,omitempty"`
	Ticket  desk.ID  `json:"ticket,omitempty"`
	Link    string   `json:"link,omitempty"`
	Refused []string `json:"refused,omitempty"` // parts that the target would not have, and why
	// Unproven are the calls of which it shows nothing, although a run makes them.
	Unproven []string `json:"unproven,omitempty"`
	Mails    []string `json:"mails,omitempty"` // that the target itself noted
	Left     []string `json:"left,omitempty"`  // to be deleted by hand
	Next     []string `json:"next,omitempty"`
}

// canaryWait is how long is waited for e-mails unless it is said.
const canaryWait = 2 * time.Minute

// check refuses what cannot be asked. given tells whether any of the flags was.
func (ask *canaryAsk) check() (given bool, err error) {
	other := ask.agent != "" || ask.came != ""
	switch {
	case ask.address == "" && other:
		return true, errors.New("--agent and --came go with --canary ADDRESS")
	case ask.address == "":
		return false, nil
	case ask.came != "" && ask.came != string(project.CameNothing) && ask.came != string(project.CameMail):
		return true, fmt.Errorf("--came %s: write nothing or mail", ask.came)
	case ask.came != "" && ask.agent != "":
		return true, errors.New("--agent goes with a canary that is written, not with --came")
	case ask.wait < 0:
		return true, errors.New("--wait is negative")
	}
	for flag, address := range map[string]*string{"--canary": &ask.address, "--agent": &ask.agent} {
		if *address == "" {
			continue
		}
		a, err := mail.ParseAddress(*address)
		if err != nil || a.Name != "" {
			return true, fmt.Errorf("%s %s: this is no e-mail address", flag, *address)
		}
		*address = a.Address
	}
	return true, nil
}

// canary writes a canary to each target that could mail somebody, or takes the answer to
// those that were written.
func (s *session) canary(ctx context.Context, ask canaryAsk) error {
	targets := slices.DeleteFunc(slices.Clone(s.p.Targets), func(t *project.System) bool { return !t.Spec.Mails() })
	if len(targets) == 0 {
		return usage(errors.New("there is no target that could mail anybody: no canary is needed"))
	}
	who := &person{app: s.app}
	var list []canaryTold
	var failed error
	for _, to := range targets {
		var told canaryTold
		told, failed = s.canaryAt(ctx, to, ask, who)
		if told.Target != "" { // what is known is told, also where something fails after it
			list = append(list, told)
		}
		if told.Target != "" && !s.json {
			if _, err := io.WriteString(forPeople{s.result()}, told.text()); err != nil {
				return err
			}
		}
		if failed != nil {
			break
		}
	}
	if s.json && list != nil {
		if err := report.JSON(s.result(), list); err != nil {
			return err
		}
	}
	return canaryExit(list, failed)
}

// canaryExit is how a check ends: with an e-mail, whatever else there is; else with what
// failed, then with what showed too little, and then with what waits for an answer.
func canaryExit(list []canaryTold, failed error) error {
	one := func(state string) bool {
		return slices.ContainsFunc(list, func(t canaryTold) bool { return t.State == state })
	}
	switch {
	case one("mail"):
		return &exit{exitUsage, failed}
	case failed != nil:
		return failed
	case one("incomplete"):
		return &exit{code: exitUsage}
	case one("waiting"):
		return &exit{code: exitUnconfirmed}
	}
	return nil
}

// canaryAt does what was asked at one target.
func (s *session) canaryAt(ctx context.Context, to *project.System, ask canaryAsk, who *person) (canaryTold, error) {
	if ask.came != "" {
		return s.answerCame(ctx, to, ask)
	}
	if err := (&hop{s: s, to: to}).silent(); err != nil {
		return canaryTold{}, err
	}
	c, err := s.begunCanary(ctx, to, ask)
	if err != nil {
		return canaryTold{}, err
	}
	if c.Stage < canaryStages && !s.quiet {
		if _, err := fmt.Fprintf(forPeople{s.stderr}, "%s: writing a canary to %s …\n", to.Name, c.Address); err != nil {
			return canaryTold{}, err
		}
	}
	if err := s.writeCanary(ctx, c, to); err != nil {
		return s.toldIfMail(c), fmt.Errorf("%w – the same command goes on with this canary", err)
	}
	if c.Answer != project.CameMail {
		err := s.askAbout(ctx, c, ask, who)
		if errors.Is(err, context.Canceled) {
			err = fmt.Errorf("%s: the canary waits for its answer – the same command asks again: %w", to.Name, err)
		}
		if err != nil {
			return canaryTold{}, err
		}
	}
	return s.settleCanary(ctx, c, to)
}

// answerCame takes the answer to a canary that was written before.
func (s *session) answerCame(ctx context.Context, to *project.System, ask canaryAsk) (canaryTold, error) {
	c, err := s.p.CanaryOf(to.UUID)
	switch {
	case err != nil:
		return canaryTold{}, err
	case c == nil || !strings.EqualFold(c.Address, ask.address):
		return canaryTold{}, usage(fmt.Errorf("no canary to %s was written to %s – write one first: %s", ask.address, to.Name, s.canaryCommand(ask.address)))
	case c.Stage < canaryStages && ask.came == string(project.CameNothing):
		return canaryTold{}, usage(fmt.Errorf("the canary at %s is not written to its end – do that first: %s", to.Name, s.canaryCommand(ask.address)))
	case c.Answer == project.CameMail && ask.came == string(project.CameNothing):
		return canaryTold{}, usage(fmt.Errorf("of this canary it is known that an e-mail came – write a new one: %s", s.canaryCommand(ask.address)))
	}
	if c.Answer != project.CameMail {
		c.Answer, c.By, c.Answered = project.Answer(ask.came), "you", time.Now().UTC()
	}
	return s.settleCanary(ctx, c, to)
}

// settleCanary writes the answer down, if there is one, and takes back what was written.
// That nothing came is written down by clearCanary, once the target was asked too.
func (s *session) settleCanary(ctx context.Context, c *project.Canary, to *project.System) (canaryTold, error) {
	if c.Answer != project.CameNothing {
		if err := s.p.KeepCanary(*c); err != nil {
			return s.toldIfMail(c), err
		}
	}
	if c.Answer != "" && !c.Cleared {
		if err := s.clearCanary(ctx, c, to); err != nil {
			return s.toldIfMail(c), err
		}
	}
	return s.told(c), nil
}

// toldIfMail is what an error may not hide: that an e-mail came.
func (s *session) toldIfMail(c *project.Canary) canaryTold {
	if c.Answer != project.CameMail {
		return canaryTold{}
	}
	return s.told(c)
}

// lastCanary is the last canary at a target, and what of its settings has changed since; nil
// if there was none.
func (s *session) lastCanary(to *project.System) (c *project.Canary, changed []string, err error) {
	if c, err = s.p.CanaryOf(to.UUID); c == nil || err != nil {
		return nil, nil, err
	}
	changed, err = s.p.Changed(c, to)
	return c, changed, err
}

// begunCanary is the canary that is under way at a target, or a new one. Of one that was
// answered, or written while the target was configured otherwise, what is left is deleted
// first; and of one that was not written to its end, if the next is to go to somebody else:
// its own address may be what keeps it from being written.
func (s *session) begunCanary(ctx context.Context, to *project.System, ask canaryAsk) (*project.Canary, error) {
	c, changed, err := s.lastCanary(to)
	if err != nil {
		return nil, err
	}
	if c != nil && c.Answer == "" && len(changed) == 0 {
		if strings.EqualFold(c.Address, ask.address) && (ask.agent == "" || strings.EqualFold(c.Agent, ask.agent)) {
			return c, nil
		}
		if c.Stage == canaryStages {
			return nil, usage(fmt.Errorf("a canary to %s is under way at %s – finish that one first: %s", c.Address, to.Name, s.canaryCommand(c.Address)))
		}
	}
	if err := s.mayGoTo(ctx, to, ask); err != nil {
		return nil, err
	}
	if c != nil && !c.Cleared {
		if err := s.clearCanary(ctx, c, to); err != nil {
			return nil, err
		}
	}
	settings, err := s.p.QuietSettings(to)
	if err != nil {
		return nil, err
	}
	began := time.Now().UTC()
	fresh := &project.Canary{
		Target: to.UUID, Name: to.Name, Connector: to.Spec.Name, Settings: settings,
		ID: "canary-" + began.Format("20060102-150405") + "-" + strings.ToLower(rand.Text()[:6]), Address: ask.address, Agent: ask.agent, Began: began,
		Before: c != nil && c.Loud(),
	}
	return fresh, s.p.KeepCanary(*fresh)
}
