package main

import (
	"cmp"
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
// nobody, unless a canary has shown it, or the administrator goes without. One of which a
// canary has shown that it mails is refused in any case.
func (h *hop) proven() error {
	if h.pull || h.canary {
		return nil
	}
	_, writes := h.to.Spec.CapsOf(h.to.Config)
	c, changed, err := h.s.lastCanary(h.to)
	switch {
	case err != nil:
		return err
	case c != nil && c.Loud() && (writes.Declared != "" || len(changed) == 0):
		next := cmp.Or(h.s.howToAnswer(c, changed), "put right what mails, then see that a new canary is silent: "+h.s.canaryCommand(cmp.Or(c.Address, "ADDRESS")))
		return usage(fmt.Errorf("%s: %s, so that customers would be mailed – %s", h.to.Name, mailsBy(c), next))
	case writes.Declared == "" || h.to.Waived:
		return nil
	}
	why, address := unproven(c, changed, h.to, writes.Declared), "ADDRESS"
	if why == "" {
		return nil
	}
	if c != nil {
		address = cmp.Or(c.Address, address)
	}
	next := cmp.Or(h.s.howToAnswer(c, changed), "write one ticket to an address of yours, and see what comes: "+h.s.canaryCommand(address))
	return usage(fmt.Errorf("%s – %s; or set canary: waived for %s, and go without", why, next, h.to.Name))
}

// howToAnswer says how to answer a canary that is written and waits for that; "" if none
// does.
func (s *session) howToAnswer(c *project.Canary, changed []string) string {
	if c == nil || c.Answer != "" || c.Stage < canaryStages || len(changed) > 0 {
		return ""
	}
	return fmt.Sprintf("say what came: %s, or --came mail", s.canaryCommand(c.Address, "--came", "nothing"))
}

// unproven says why a canary does not show that the target is silent; "" if it does.
func unproven(c *project.Canary, changed []string, to *project.System, declared string) string {
	switch {
	case c == nil:
		return fmt.Sprintf("%s: that nobody is mailed (%s) is only declared, and no canary has shown it", to.Name, declared)
	case len(changed) > 0:
		return fmt.Sprintf("%s: it is configured otherwise than when the canary was written (%s)", to.Name, strings.Join(changed, ", "))
	case c.Answer == "":
		return fmt.Sprintf("%s: the canary to %s waits for its answer", to.Name, c.Address)
	case len(c.Unproven()) > 0:
		return fmt.Sprintf("%s: the canary to %s was silent, but the target refused a part of it, and nothing shows that nobody is mailed about these calls of a run: %s; put right what it refuses",
			to.Name, c.Address, strings.Join(c.Unproven(), ", "))
	}
	return ""
}

// mailsBy says by what it is known that a target sends e-mails.
func mailsBy(c *project.Canary) string {
	if c.Run > 0 {
		return fmt.Sprintf("in run %d it sent an e-mail (%s)", c.Run, strings.Join(c.Mails, "; "))
	}
	if c.Answer != project.CameMail {
		return "it sent an e-mail, and the canary since, to " + c.Address + ", has not shown yet that it no longer does"
	}
	return "the last canary came as an e-mail to " + c.Address
}

// shown says in a few words what the last canary at a target showed.
func shown(c *project.Canary) string {
	left := ""
	if len(c.Left) > 0 {
		left = "; still there, to be seen to by hand: " + strings.Join(c.Left, ", ")
	} else if !c.Cleared {
		left = "; its ticket is still there, and the next check --canary deletes it"
	}
	switch stateOfCanary(c) {
	case "incomplete":
		return fmt.Sprintf("silent on %s (to %s), but not written whole, so that it shows nothing of some calls (%s): runs are refused%s", c.Answered.Local().Format(time.DateTime), c.Address, strings.Join(c.Unproven(), ", "), left)
	case "silent":
		return fmt.Sprintf("silent on %s (to %s)%s", c.Answered.Local().Format(time.DateTime), c.Address, left)
	case "mail":
		if c.Run > 0 {
			return fmt.Sprintf("NOT silent: in run %d, on %s, an e-mail was sent: runs are refused%s", c.Run, c.Answered.Local().Format(time.DateTime), left)
		}
		return fmt.Sprintf("NOT silent on %s (to %s): runs are refused%s", c.Answered.Local().Format(time.DateTime), c.Address, left)
	}
	return fmt.Sprintf("waits for its answer since %s (to %s)", c.Began.Local().Format(time.DateTime), c.Address)
}
