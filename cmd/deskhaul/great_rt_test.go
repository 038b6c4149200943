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

// proxyTo is the way to a real Request Tracker. The server finishes what it has begun,
// whoever was killed.
func proxyTo(t *testing.T, s *rttest.Real) http.Handler {
	t.Helper()
	to, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ErrorLog = log.New(io.Discard, "", 0)
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		proxy.ServeHTTP(out, r.WithContext(context.WithoutCancel(r.Context())))
	})
}

// gateTo listens before a server, with weather.
func gateTo(t *testing.T, server http.Handler, w *weather.Weather) (address string) {
	t.Helper()
	gate := httptest.NewUnstartedServer(w.Over(server))
	gate.Config.ErrorLog = log.New(io.Discard, "", 0)
	gate.Start()
	t.Cleanup(gate.Close)
	return gate.URL
}
