package imap

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

// A target that is looked at logs in, tells where mails will go, and makes nothing.
func TestTargetIsLookedAt(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.c.Into = "Helpdesk"
	got, err := r.target(new(conntest.State), time.Now).Describe(t.Context())
	if err != nil || got.Title != "IMAP "+r.c.account() || len(got.Notes) != 1 || !strings.Contains(got.Notes[0].Text, "Helpdesk/deskhaul") {
		t.Errorf("%+v, %v", got, err)
	}
	if r.Said(`^(CREATE|APPEND|SUBSCRIBE)`) > 0 {
		t.Error("something was made")
	}
}

func TestTargetThatLetsNobodyInIsTold(t *testing.T) {
	r := newRig(t, imaptest.Options{})
	r.c.Password = "wrong"
	if _, err := r.target(new(conntest.State), time.Now).Describe(t.Context()); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "look at user and password") {
		t.Errorf("it says %v", err)
	}
}
