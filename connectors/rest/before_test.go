package rest

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// A call that is not worth sending after a time is not sent after it, however long a
// server that turns it away makes it wait; and the caller may try again.
func TestCallsThatComeTooLateAreNotSent(t *testing.T) {
	for name, c := range map[string]struct {
		good  time.Duration
		asked int
		ok    bool
	}{
		"long enough": {good: time.Hour, asked: 2, ok: true},
		"too short":   {good: 5 * time.Minute, asked: 1},
		"over":        {good: -time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				line := &turnsAway{wait: "600"}
				client := clientOf(t, Options{Base: "https://desk.test", Settings: Settings{Retries: new(3)}, Env: connectors.Env{HTTP: &http.Client{Transport: line}, Now: time.Now}})
				_, err := client.JSON(t.Context(), Call{Method: http.MethodPost, Path: "/x", JSON: 1, Before: time.Now().Add(c.good)}, nil)
				if (err == nil) != c.ok || line.asked != c.asked || err != nil && !errors.Is(err, connectors.ErrBusy) {
					t.Errorf("asked %d times, want %d: %v", line.asked, c.asked, err)
				}
			})
		})
	}
}

// turnsAway is a line to a server that turns the first request away.
type turnsAway struct {
	wait  string
	asked int
}

func (l *turnsAway) RoundTrip(r *http.Request) (*http.Response, error) {
	l.asked++
	resp := &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}, Body: http.NoBody, Request: r}
	if l.asked == 1 {
		resp.StatusCode = http.StatusTooManyRequests
		resp.Header.Set("Retry-After", l.wait)
	}
	return resp, nil
}
