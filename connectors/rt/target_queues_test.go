package rt

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// A ticket without a category lies in the standard queue, which is nobody's doing. While
// RT does not say which queue that is, be it busy or the token expired, reading the ticket
// fails: otherwise somebody would seem to have put it there.
func TestStandardQueueThatCannotBeAsked(t *testing.T) {
	for _, status := range []int{http.StatusServiceUnavailable, http.StatusUnauthorized} {
		t.Run(http.StatusText(status), func(t *testing.T) { standardQueueAnswers(t, status) })
	}
}

func standardQueueAnswers(t *testing.T, status int) {
	t.Helper()
	away := false
	url := rttest.New().Start(t.Cleanup, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if away && strings.Contains(r.URL.Path, "/queue/") {
				w.WriteHeader(status)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	open := func() *Target {
		return targetOf(t, &Config{URL: url, Token: connectors.Secret(rttest.Token), Quiet: "scrips", wait: time.Millisecond})
	}
	id := create(t, open(), ticketOf("lamp", "It is dark."))
	d := open()
	away = true
	if rec, err := d.Fetch(t.Context(), desk.KindTicket, id); err == nil {
		t.Errorf("the queue could not be asked after, and the ticket came in category %v", rec.(*desk.Ticket).Category)
	}
	away = false
	rec, err := d.Fetch(t.Context(), desk.KindTicket, id)
	if err != nil {
		t.Fatal(err)
	}
	if got := rec.(*desk.Ticket).Category; !got.IsZero() {
		t.Errorf("the ticket is in category %v, and came without one", got)
	}
}

// A queue that was disabled keeps its own new tickets waiting, and no others: it is no
// right that lacks, which would end the run.
func TestTicketForDisabledQueue(t *testing.T) {
	d := targetAt(t, rttest.New(), nil)
	r := ticketOf("lamp", "It is dark.")
	r.Category = desk.Ref{Kind: desk.KindCategory, Target: "2"} // RT's own, for approvals
	_, err := d.Create(t.Context(), r)
	_, foreseen := d.Foresee(t.Context(), connectors.Write{Record: r})
	for _, err := range []error{err, foreseen} {
		if !errors.Is(err, connectors.ErrRefused) || errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), `the queue "___Approvals" is disabled in RT`) {
			t.Errorf("%v", err)
		}
	}
}
