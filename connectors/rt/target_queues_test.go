package rt

import (
	"errors"
	"net/http"
	"slices"
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

// Where the standard queue stands for a category, a ticket without one seems to have it:
// that is told in the plan and of the ticket.
func TestTicketWithoutCategoryBesideOneOfTheStandardQueue(t *testing.T) {
	for name, stands := range map[string]bool{"it stands for a category": true, "it stands for none": false} {
		t.Run(name, func(t *testing.T) {
			d := targetAt(t, rttest.New(), nil)
			if stands {
				if _, err := d.Find(t.Context(), &desk.Category{Meta: desk.Meta{ID: "c", Mark: "c"}, Name: "General"}); err != nil {
					t.Fatal(err)
				}
			}
			r := ticketOf("lamp", "It is dark.")
			foreseen, err := d.Foresee(t.Context(), connectors.Write{Record: r})
			if err != nil {
				t.Fatal(err)
			}
			got, err := d.Create(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			for when, losses := range map[string][]connectors.Loss{"plan": foreseen, "report": got.Losses} {
				told := slices.ContainsFunc(losses, func(l connectors.Loss) bool {
					return l.Field == "category" && strings.Contains(l.Detail, "has no category")
				})
				if told != stands {
					t.Errorf("%s: told %v: %+v", when, told, losses)
				}
			}
		})
	}
}
