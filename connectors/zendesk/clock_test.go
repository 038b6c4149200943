package zendesk

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
)

// Our clock is a day behind. What was said an hour ago is in no future: it keeps its time.
func TestClockBehindMisdatesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := zendesktest.New(zendesktest.Options{})
		a.Quiet()
		e := env(t, a.Line())
		e.Now = func() time.Time { return time.Now().Add(-26 * time.Hour) }
		d, err := newTarget(&Config{URL: "https://example.zendesk.test", Email: zendesktest.Email, Token: zendesktest.Token, Quiet: "triggers-off"}, e)
		if err != nil {
			t.Fatal(err)
		}
		who, _ := peopled(t, d)
		tk := plainTicket("t", who, "It is dark.")
		tk.Created = time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
		tk.Messages[0].At = tk.Created
		got, err := d.Create(t.Context(), tk)
		if err != nil {
			t.Fatal(err)
		}
		ids := a.Tickets()
		_, comments := a.Ticket(ids[len(ids)-1])
		if at := comments[0]["created_at"]; at != tk.Created.Format(time.RFC3339) || len(got.Losses) > 0 {
			t.Errorf("it was said at %v, not at %s; lost: %+v", at, tk.Created, got.Losses)
		}
	})
}
