package rest

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
)

// unplugged is a line that cannot be reached for so many attempts.
type unplugged struct{ gone, asked int }

func (l *unplugged) RoundTrip(r *http.Request) (*http.Response, error) {
	l.asked++
	if l.gone > 0 {
		l.gone--
		return nil, &net.OpError{Op: "dial", Err: io.ErrClosedPipe}
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
}

// A read waits for a network that was there and is gone, much longer than anything
// else is repeated. An address that never answered, a write, and what cannot be
// stopped meanwhile do not.
func TestWaitsForTheNetwork(t *testing.T) {
	for name, c := range map[string]struct {
		sound, write, unstoppable bool
		asked                     int
		ok                        bool
	}{
		"a read":                   {sound: true, asked: 9, ok: true},
		"a read, never answered":   {asked: 4},
		"a write":                  {sound: true, write: true, asked: 4},
		"a read nobody could stop": {sound: true, unstoppable: true, asked: 4},
	} {
		t.Run(name, func(t *testing.T) {
			line := new(unplugged)
			client := clientOf(t, Options{Base: "https://desk.test", Settings: Settings{Retries: new(3)}, Env: connectors.Env{HTTP: &http.Client{Transport: line}}})
			var out struct{}
			if c.sound {
				if _, err := client.JSON(t.Context(), Call{Path: "/x"}, &out); err != nil {
					t.Fatal(err)
				}
			}
			line.asked, line.gone = 0, 8
			ctx, call := t.Context(), Call{Path: "/x"}
			if c.write {
				call.Method = http.MethodPost
			}
			if c.unstoppable {
				ctx = context.WithoutCancel(ctx)
			}
			if _, err := client.JSON(ctx, call, &out); (err == nil) != c.ok || line.asked != c.asked {
				t.Errorf("asked %d times, want %d: %v", line.asked, c.asked, err)
			}
		})
	}
}

// Where one has waited to the end for a server that cannot be reached, the next asks once
// and waits no more; when it has answered somebody, it is waited for again.
func TestWaitsInVainOnce(t *testing.T) {
	for name, sound := range map[string]bool{"a server that was there": true, "one that never answered": false} {
		t.Run(name, func(t *testing.T) {
			line := new(unplugged)
			client := clientOf(t, Options{Base: "https://desk.test", Settings: Settings{Retries: new(3)}, Env: connectors.Env{HTTP: &http.Client{Transport: line}}})
			asks := func(gone int, method string) int {
				line.asked, line.gone = 0, gone
				var out struct{}
				_, _ = client.JSON(t.Context(), Call{Method: method, Path: "/x"}, &out) // how often it asked is the question
				return line.asked
			}
			all := 4
			if sound {
				asks(0, http.MethodGet)
				all += patience
				if n := asks(100, http.MethodPost); n != 4 {
					t.Errorf("a write asked %d times", n)
				}
			}
			for i, want := range []int{all, 1, 1} {
				if n := asks(100, http.MethodGet); n != want {
					t.Errorf("call %d asked %d times, want %d", i, n, want)
				}
			}
			if n := asks(100, http.MethodPost); n != 1 {
				t.Errorf("a write after them asked %d times", n)
			}
			asks(0, http.MethodGet)
			if n := asks(3, http.MethodGet); n != 4 {
				t.Errorf("when it had answered, %d times", n)
			}
		})
	}
}

// Whoever waits for a server that cannot be reached is told so after the first attempt,
// once: which, why, and how long it is tried.
func TestTellsOfAServerThatIsNotThere(t *testing.T) {
	var log strings.Builder
	line := &unplugged{gone: 100}
	client := clientOf(t, Options{Base: "https://desk.test", Settings: Settings{Retries: new(3)}, Env: connectors.Env{HTTP: &http.Client{Transport: line}}})
	client.log = slog.New(slog.NewTextHandler(&log, nil))
	for range 2 {
		var out struct{}
		if _, err := client.JSON(t.Context(), Call{Path: "/x"}, &out); err == nil {
			t.Fatal("no error")
		}
	}
	said := log.String()
	if strings.Count(said, "\n") != 1 || !regexp.MustCompile(`desk\.test cannot be reached \(io: read/write on closed pipe\): trying again until about \d\d:\d\d:\d\d`).MatchString(said) {
		t.Errorf("it said %q", said)
	}
}
