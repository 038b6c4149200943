package rest

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/deskhaul/deskhaul/connectors"
)

// refusing is a line that answers with a status so many times, and then with what was asked for.
type refusing struct {
	status, times int
	after         string // Retry-After
}

func (l *refusing) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}
	if l.times--; l.times >= 0 {
		answer.StatusCode = l.status
		if l.after != "" {
			answer.Header.Set("Retry-After", l.after)
		}
	}
	return answer, nil
}

// Whoever waits long for a server that turns calls away is told so, and why; of what is
// over in a moment nothing is said, and nothing twice in a minute.
func TestTellsThatCallsAreTurnedAway(t *testing.T) {
	for name, c := range map[string]struct {
		line refusing
		want string
	}{
		"a limit of rate":       {refusing{429, 2, "20"}, "desk.test asks to wait for 20s (429, Too Many Requests): it goes on then"},
		"a short wait":          {refusing{429, 2, "2"}, ""},
		"a server that is ill":  {refusing{503, 5, ""}, "desk.test answers 503 (Service Unavailable): trying again in 4s"},
		"one that fails twice":  {refusing{500, 2, ""}, ""},
		"a server under repair": {refusing{503, 1, "50"}, "desk.test asks to wait for 50s (503, Service Unavailable): it goes on then"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log strings.Builder
				client := clientOf(t, Options{Base: "https://desk.test", Settings: Settings{Retries: new(6)}, Env: connectors.Env{HTTP: &http.Client{Transport: &c.line}}})
				client.http.RetryWaitMin, client.http.RetryWaitMax = firstWait, longestWait // of a clock of its own
				client.log = slog.New(slog.NewTextHandler(&log, nil))
				var out struct{}
				if _, err := client.JSON(t.Context(), Call{Path: "/x"}, &out); err != nil {
					t.Fatal(err)
				}
				said := log.String()
				if got := strings.Count(said, "\n"); got > 1 || (got == 1) != (c.want != "") || !strings.Contains(said, c.want) {
					t.Errorf("told %q, want once %q", said, c.want)
				}
			})
		})
	}
}
