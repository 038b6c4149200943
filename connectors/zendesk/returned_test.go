package zendesk

import (
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// What a write gave back differs from what stands later in just that which an agent did in
// between, be it in a custom field that nothing was written to. So it is of a ticket that
// came alone, in a job, in a job that another opening of the target waits for, or that was
// changed.
func TestReturnedTellsWhatAgentsDid(t *testing.T) {
	for name, write := range map[string]func(*testing.T, *Target, *Target, *desk.Ticket) connectors.Receipt{
		"alone": func(t *testing.T, d, _ *Target, r *desk.Ticket) connectors.Receipt {
			return wrote(t)(d.Create(t.Context(), r))
		},
		"in a job": func(t *testing.T, d, _ *Target, r *desk.Ticket) connectors.Receipt {
			return inJob(t, d, d, r)
		},
		"in a job of before": func(t *testing.T, d, later *Target, r *desk.Ticket) connectors.Receipt {
			return inJob(t, d, later, r)
		},
		"changed": func(t *testing.T, d, _ *Target, r *desk.Ticket) connectors.Receipt {
			got := wrote(t)(d.Create(t.Context(), r))
			r.Status = desk.StatusPending
			return wrote(t)(d.Update(t.Context(), got.ID, r, []string{"status"}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := zendesktest.New(fast())
			a.Quiet()
			tier := a.Set("ticket_fields", given{"title": "tier", "type": "text"})
			c := config()
			c.Quiet = "triggers-off"
			d := target(t, c, a)
			from, _ := peopled(t, d)
			got := write(t, d, target(t, c, a), plainTicket("t1", from, "hello"))
			since := func() []string {
				r, err := d.Fetch(t.Context(), desk.KindTicket, got.ID)
				if err != nil {
					t.Fatal(err)
				}
				return desk.PrintsOf(r).Changed(got.Returned)
			}
			if got.Returned == nil || len(since()) > 0 {
				t.Fatalf("nobody was there, and it says %q of %v", since(), got.Returned)
			}
			n, _ := idNumber(got.ID).(int64)
			a.Change("tickets", n, given{"custom_fields": []any{given{"id": tier, "value": "gold"}}})
			if got := since(); !slices.Equal(got, []string{"fields.tier"}) {
				t.Errorf("an agent filled in the tier, and it says %q", got)
			}
		})
	}
}

func wrote(t *testing.T) func(connectors.Receipt, error) connectors.Receipt {
	return func(got connectors.Receipt, err error) connectors.Receipt {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
}

// inJob imports a ticket by a job that one opening of the target begins, and another waits for.
func inJob(t *testing.T, begins, awaits *Target, r *desk.Ticket) connectors.Receipt {
	t.Helper()
	job, err := begins.Begin(t.Context(), []desk.Record{r})
	if err != nil {
		t.Fatal(err)
	}
	got, errs, err := awaits.Await(t.Context(), job)
	if err != nil || errs[0] != nil {
		t.Fatal(errs, err)
	}
	return got[0]
}
