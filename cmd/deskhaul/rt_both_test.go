//go:build integration

package main

import (
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// A real Request Tracker, at which people work while customers write to the old address.
func TestBothSidesAtRequestTracker(t *testing.T) {
	t.Cleanup(rttest.Forget)
	s := rttest.StartReal(t)
	to, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TOKEN_RT", s.Token)
	bothSides(t, &cloud{
		connector: "rt", url: s.URL, token: s.Token, settings: []string{"quiet=scrips", "settling=5s"}, outbox: s.Mails,
		people: rtPeople{httputil.NewSingleHostReverseProxy(to), s.Token},
	})
}
