package zendesk

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// tagged imports tickets with these tags, in one job or one by one, and returns what
// the receipts say of each.
func tagged(t *testing.T, d *Target, bulk bool, all ...[]string) (said []string) {
	t.Helper()
	from, _ := peopled(t, d)
	var rs []desk.Record
	for i, tags := range all {
		tk := plainTicket("t"+number(int64(i)), from, "hello")
		tk.Tags = tags
		rs = append(rs, tk)
	}
	var receipts []connectors.Receipt
	if bulk {
		job, err := d.Begin(t.Context(), rs)
		if err != nil {
			t.Fatal(err)
		}
		got, errs, err := d.Await(t.Context(), job)
		if err != nil || slices.ContainsFunc(errs, func(err error) bool { return err != nil }) {
			t.Fatal(errs, err)
		}
		receipts = got
	} else {
		for _, r := range rs {
			got, err := d.Create(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			receipts = append(receipts, got)
		}
	}
	for _, got := range receipts {
		one := []string{}
		for _, l := range got.Losses {
			one = append(one, l.Field+": "+l.Detail)
		}
		said = append(said, strings.Join(one, "; "))
	}
	return said
}

// What Zendesk makes of a tag is told of each ticket, whether it came alone or in a
// job; of a job one call reads all of them back.
func TestTagsOfJob(t *testing.T) {
	var said [2][]string
	for i, bulk := range []bool{false, true} {
		o := fast()
		o.Tag = strings.ToLower
		a := zendesktest.New(o)
		d := target(t, config(), a)
		said[i] = tagged(t, d, bulk, []string{"VIP", "fine", "two words"}, nil, []string{"fine"}, []string{"Eilt"})
		looks := 0
		for _, call := range a.Requests() {
			if strings.HasSuffix(call, "/tickets/show_many") {
				looks++
			}
		}
		if bulk != (looks == 1) {
			t.Errorf("bulk %v: read back %d times", bulk, looks)
		}
	}
	if !slices.Equal(said[0], said[1]) {
		t.Errorf("one by one:\n%q\nin a job:\n%q", said[0], said[1])
	}
	if !strings.Contains(said[1][0], `"VIP"`) || !strings.Contains(said[1][0], `"two words"`) || said[1][1]+said[1][2] != "" || !strings.Contains(said[1][3], `"Eilt"`) {
		t.Errorf("told: %q", said[1])
	}
}

// Where the tickets cannot be read back they stand all the same, and that nobody
// looked is told.
func TestTagsOfJobUnseen(t *testing.T) {
	for name, f := range map[string]*zendesktest.Fault{"denied": {Status: 403, Body: `{"error":"Forbidden"}`}, "left out": {Status: 200, Body: `{"tickets":[]}`}} {
		a := zendesktest.New(fast())
		a.Break(func(r *http.Request) *zendesktest.Fault {
			if strings.HasSuffix(r.URL.Path, "/tickets/show_many") {
				return f
			}
			return nil
		})
		said := tagged(t, target(t, config(), a), true, []string{"fine"}, nil)
		if !strings.Contains(said[0], "tags: it was not seen") || said[1] != "" {
			t.Errorf("%s: %q", name, said)
		}
	}
}
