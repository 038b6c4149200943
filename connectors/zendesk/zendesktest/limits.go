package zendesktest

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// class is an allowance: calls in a minute.
type class struct {
	name  string
	calls int
}

// classes are the allowances that a request uses up: that of the account, and those
// of endpoints (exports 10 in a minute, updates of tickets 100).
func (a *Account) classes(r *http.Request) []class {
	out := []class{{"account", orInt(a.o.Rate, 700)}}
	switch {
	case strings.HasPrefix(r.URL.Path, "/attachments/"):
		return nil
	case strings.HasPrefix(r.URL.Path, "/api/v2/incremental/"):
		out = append(out, class{"export", orInt(a.o.ExportRate, 10)})
	case r.Method == http.MethodPut && strings.HasPrefix(r.URL.Path, "/api/v2/tickets/"):
		out = append(out, class{"update", orInt(a.o.UpdateRate, 100)})
	case strings.HasPrefix(r.URL.Path, "/api/v2/deleted_tickets"):
		out = append(out, class{"deleted", 10})
	}
	return out
}

func orInt(n, other int) int {
	if n == 0 {
		return other
	}
	return n
}

// spend takes a call out of its allowances, or turns it away. It gives the headers
// that tell what is left.
func (a *Account) spend(r *http.Request) (*reply, http.Header) {
	now := a.now()
	h := http.Header{}
	for _, c := range a.classes(r) {
		if c.calls < 0 {
			continue
		}
		w := a.windows[c.name]
		for len(w) > 0 && now.Sub(w[0]) >= time.Minute {
			w = w[1:]
		}
		a.windows[c.name] = w
		reset := time.Minute
		if len(w) > 0 {
			reset = time.Minute - now.Sub(w[0])
		}
		seconds := strconv.Itoa(int(math.Ceil(reset.Seconds())))
		if len(w) >= c.calls {
			h.Set("Retry-After", seconds)
			return &reply{status: http.StatusTooManyRequests, header: h, body: obj{"error": "APIRateLimitExceeded", "description": "Number of allowed API requests per minute exceeded"}}, nil
		}
		a.windows[c.name] = append(w, now)
		if c.name == "account" {
			left := strconv.Itoa(c.calls - len(w) - 1)
			h["X-Rate-Limit"], h["X-Rate-Limit-Remaining"] = []string{strconv.Itoa(c.calls)}, []string{left}
			h["Ratelimit-Limit"], h["Ratelimit-Remaining"], h["Ratelimit-Reset"] = []string{strconv.Itoa(c.calls)}, []string{left}, []string{seconds}
		}
	}
	return nil, h
}
