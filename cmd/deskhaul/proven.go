package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/project"
)

// mayWrite refuses a target that may send e-mails, or of which nothing shows that it does
// not.
func (h *hop) mayWrite() error {
	if err := h.silent(); err != nil {
		return err
	}
	return h.proven()
}

// proven refuses a target of which an administrator's word alone says that it mails
// nobody, unless a canary has shown it, or the administrator goes without.
func (h *hop) proven() error {
	_, writes := h.to.Spec.CapsOf(h.to.Config)
	if h.pull || h.canary || writes.Declared == "" || h.to.Waived {
		return nil
	}
	c, err := h.s.p.CanaryOf(h.to.UUID)
	if err != nil {
		return err
	}
	why := unproven(c, h.to, writes.Declared)
	if why == "" {
		return nil
	}
	address := "ADDRESS"
	if c != nil {
		address = c.Address
	}
	return usage(fmt.Errorf("%s – write one ticket to an address of yours, and see what comes: %s; or set canary: waived for %s, and go without", why, h.s.canaryCommand(address), h.to.Name))
}

// unproven says why a canary does not show that the target is silent; "" if it does.
func unproven(c *project.Canary, to *project.System, declared string) string {
	switch {
	case c == nil:
		return fmt.Sprintf("%s: that nobody is mailed (%s) is only declared, and no canary has shown it", to.Name, declared)
	case c.Answer == project.CameMail:
		return fmt.Sprintf("%s: the last canary came as an e-mail to %s, so that customers would be mailed", to.Name, c.Address)
	case len(c.Changed(to)) > 0:
		return fmt.Sprintf("%s: it is configured otherwise than when the canary was written (%s)", to.Name, strings.Join(c.Changed(to), ", "))
	case c.Answer == "":
		return fmt.Sprintf("%s: the canary to %s waits for its answer", to.Name, c.Address)
	}
	return ""
}

// shown says in a few words what the last canary at a target showed.
func shown(c *project.Canary) string {
	switch c.Answer {
	case project.CameNothing:
		return fmt.Sprintf("silent on %s (to %s)", c.Answered.Local().Format(time.DateTime), c.Address)
	case project.CameMail:
		return fmt.Sprintf("NOT silent on %s (to %s): runs are refused", c.Answered.Local().Format(time.DateTime), c.Address)
	}
	return fmt.Sprintf("waits for its answer since %s (to %s)", c.Began.Local().Format(time.DateTime), c.Address)
}
