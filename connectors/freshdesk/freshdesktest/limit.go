package freshdesktest

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// window is what one class used up of the minute that runs.
type window struct {
	began time.Time
	used  int
}

// The classes of calls that have limits of their own, by the vendor's table of plans.
const (
	ClassTicketCreate = "ticket create"
	ClassTicketUpdate = "ticket update"
	ClassTicketList   = "ticket list"
	ClassContactList  = "contact list"
)

// Growth is what the smallest plan with limits of its own allows a minute.
var Growth = map[string]int{"": 200, ClassTicketCreate: 80, ClassTicketUpdate: 80, ClassTicketList: 20, ClassContactList: 20}

// classOf tells which allowance a request uses up.
func classOf(r *http.Request) string {
	path := strings.TrimPrefix(r.URL.Path, "/api/v2/")
	ticket := strings.HasPrefix(path, "tickets/") && strings.Count(path, "/") == 1
	switch {
	case path == "tickets" && r.Method == http.MethodPost:
		return ClassTicketCreate
	case path == "tickets":
		return ClassTicketList
	case ticket && r.Method == http.MethodPut:
		return ClassTicketUpdate
	case path == "contacts" && r.Method == http.MethodGet:
		return ClassContactList
	}
	return ""
}

// credits is what a request costs: each include of a list costs two more, of a
// ticket one, its conversations two.
func credits(r *http.Request) int {
	n := 1
	for _, include := range strings.Split(r.URL.Query().Get("include"), ",") {
		switch {
		case include == "":
		case classOf(r) == ClassTicketList, include == "conversations":
			n += 2
		default:
			n++
		}
	}
	return n
}

// within tells whether the request is within what the minute allows, and says so in
// the headers. A request that is turned away costs as well.
func (x *exchange) within() bool {
	most := x.s.Limits[x.class]
	if most == 0 {
		most = x.s.Limits[""]
	}
	if most == 0 {
		most = 1_000_000
	}
	if x.s.windows == nil {
		x.s.windows = map[string]*window{}
	}
	now := x.s.now()
	w := x.s.windows[x.class]
	if w == nil || now.Sub(w.began) >= time.Minute {
		w = &window{began: now}
		x.s.windows[x.class] = w
	}
	cost := credits(x.r)
	h := x.w.Header()
	h.Set("X-Ratelimit-Total", strconv.Itoa(most))
	h.Set("X-Ratelimit-Used-Currentrequest", strconv.Itoa(cost))
	if w.used+cost > most {
		h.Set("X-Ratelimit-Remaining", "0")
		if !x.s.NoRetryAfter {
			left := w.began.Add(time.Minute).Sub(now)
			h.Set("Retry-After", strconv.Itoa(int((left+time.Second-1)/time.Second)))
		}
		x.json(http.StatusTooManyRequests, map[string]any{"message": "You have exceeded the limit of requests per minute"})
		return false
	}
	w.used += cost
	h.Set("X-Ratelimit-Remaining", strconv.Itoa(most-w.used))
	return true
}
