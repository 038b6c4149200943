//go:build integration && linux

package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// gateTo is a proxy to a real Request Tracker, with weather before it. The server
// finishes what it has begun, whoever was killed.
func gateTo(t *testing.T, s *rttest.Real, w *weather.Weather) (address string) {
	t.Helper()
	to, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ErrorLog = log.New(io.Discard, "", 0)
	finished := http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		proxy.ServeHTTP(out, r.WithContext(context.WithoutCancel(r.Context())))
	})
	gate := httptest.NewUnstartedServer(w.Over(finished))
	gate.Config.ErrorLog = proxy.ErrorLog
	gate.Start()
	t.Cleanup(gate.Close)
	return gate.URL
}

// realPeople work at a real Request Tracker.
type realPeople struct{ s *rttest.Real }

func (p realPeople) answer(_ *testing.T, ticket string, number int) {
	p.s.Do(http.MethodPost, "ticket/"+ticket+"/correspond", map[string]string{"Content": words(number), "ContentType": "text/plain"})
}

func (p realPeople) note(_ *testing.T, ticket string, number int) {
	p.s.Do(http.MethodPost, "ticket/"+ticket+"/comment", map[string]string{"Content": words(number), "ContentType": "text/plain"})
}

func (p realPeople) solve(_ *testing.T, ticket string) {
	p.s.Do(http.MethodPut, "ticket/"+ticket, map[string]string{"Status": "resolved"})
}

func (p realPeople) open(_ *testing.T, subject string, number int) {
	p.s.Do(http.MethodPost, "ticket", map[string]any{
		"Queue": "General", "Subject": subject, "Requestor": []string{"c1@customer.test"}, "Content": words(number), "ContentType": "text/plain",
	})
}

func (p realPeople) remove(_ *testing.T, ticket string) {
	p.s.Do(http.MethodPut, "ticket/"+ticket, map[string]string{"Status": "deleted"})
}

func (p realPeople) merge(_ *testing.T, ticket, into string) bool {
	p.s.Do(http.MethodPut, "ticket/"+ticket, map[string]string{"MergeInto": into})
	return true
}
