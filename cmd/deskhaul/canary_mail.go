package main

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/project"
)

// cameAsMail writes down at once that the target itself has noted e-mails about a canary,
// whatever somebody said: what fails afterwards, this is not forgotten.
func (s *session) cameAsMail(c *project.Canary, to *project.System, mails ...string) error {
	c.Answer, c.By, c.Answered = project.CameMail, to.Name, time.Now().UTC()
	for _, m := range mails {
		if !slices.Contains(c.Mails, m) {
			c.Mails = append(c.Mails, m)
		}
	}
	return s.p.KeepCanary(*c)
}

// hear hands the events of a run on. That the target has sent somebody an e-mail it writes
// down as soon as it is known, before the run has come to its end, whatever that is.
func (h *hop) hear(run int64, next func(pipeline.Event)) func(pipeline.Event) {
	return func(e pipeline.Event) {
		if errors.Is(e.Err, connectors.ErrMailed) {
			h.noteMail(run, e.Err)
		}
		next(e)
	}
}

// ended is the error of a run, after what it says of e-mails was written down.
func (h *hop) ended(run int64, err error) error {
	if errors.Is(err, connectors.ErrMailed) {
		h.noteMail(run, err)
	}
	return errors.Join(err, h.unnoted)
}

// noteMail writes down that a run had the target send an e-mail: that is the answer of a
// canary, also where none was written. No run writes there again before one was silent.
func (h *hop) noteMail(run int64, mail error) {
	h.noted.Do(func() {
		h.s.mailed.Store(true)
		c, err := h.s.p.CanaryOf(h.to.UUID)
		if err != nil {
			h.unnoted = err
			return
		}
		if c == nil {
			c = &project.Canary{Target: h.to.UUID, Name: h.to.Name, Connector: h.to.Spec.Name, Began: time.Now().UTC(), Cleared: true}
		}
		c.Run = run
		c.Settings, err = h.s.p.QuietSettings(h.to)
		said := strings.TrimSuffix(plainly(mail), ": "+connectors.ErrUnsure.Error()) // that is of the write
		h.unnoted = errors.Join(err, h.s.cameAsMail(c, h.to, said))
	})
}
