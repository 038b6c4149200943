package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/report"
)

// listedOf are lists of everything, with values that would break a page.
func listedOf() report.Listed {
	var of report.Listed
	for i, class := range []string{"failed", "held", "before", "lost", "kept", "conflict", "created", "appended", "updated", "adopted", "unchanged", "skipped"} {
		for _, kind := range []desk.Kind{desk.KindTicket, desk.KindMessage, desk.KindContact} {
			f := report.Found{Class: class, Kind: kind, Count: 100_000, Cause: hostile[i%len(hostile)]}
			switch class {
			case "failed", "held", "before", "skipped":
				f.Field = string(connectors.Reasons[i%len(connectors.Reasons)])
			case "lost", "kept":
				f.Field, f.Why = "priority", connectors.WhyValue
				of.Losses = append(of.Losses, report.Loss{
					Kind: kind, Field: f.Field, Why: f.Why, Kept: class == "kept", Values: []report.Value{{Value: hostile[1], Count: 12}}, At: "deskhaul.yaml:7:3",
					Save: []report.Save{{YAML: "mapping:\n  tables:\n    priority: {" + hostile[0] + ": high}\n", Does: "another value stands there"}},
				})
			default:
			}
			for n := range 3 {
				e := report.Example{
					ID: fmt.Sprint(1000+n, hostile[n]), Target: fmt.Sprint(77 + n), Detail: hostile[(i+n)%len(hostile)], Name: hostile[(i+n+3)%len(hostile)],
					Old: "https://old.example/tickets/1", New: "javascript:alert(1)",
				}
				if kind == desk.KindMessage {
					e.Ticket, e.ID, e.N = e.ID, "", 12
				}
				f.First = append(f.First, e)
			}
			of.Found = append(of.Found, f)
		}
	}
	return of
}

// planned is a plan that has something of everything.
func planned() *report.Plan {
	n := report.Planned{Read: 700_000, Create: 100_000, Adopt: 100_000, Update: 100_000, Append: 100_000, Unchanged: 100_000, Skip: 100_000, Hold: 100_000, Refuse: 100_000, Lose: 100_000}
	p := &report.Plan{
		Project: hostile[0] + " Acme", Made: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC), Seconds: 4000, Requests: 20_000, Command: "deskhaul migrate './" + hostile[1] + "'",
		Hops: []report.PlannedHop{
			{From: "old", To: "archive", Unopened: "open the source old: " + hostile[2]},
			{From: "archive", To: `zendesk <b>"acme"</b>`, Last: true, Kinds: map[desk.Kind]report.Planned{desk.KindTicket: n, desk.KindMessage: n, desk.KindContact: n}, Drops: []desk.Kind{desk.KindCategory}, Listed: listedOf()},
		},
		First: []string{"no canary: " + hostile[0]}, Problems: []string{hostile[4]}, Unforeseen: []string{"tags: " + hostile[5]}, Losses: []report.Loss{{Count: 3}},
		Then: []report.Step{{Command: "deskhaul plan --losses losses.csv", Why: report.WhyLosses}},
	}
	p.Losing.Tickets = 12
	for _, s := range sampleOf() {
		p.Sample = append(p.Sample, report.SampledTicket{From: s.From, To: s.To, ID: s.ID, Subject: s.Subject, Old: s.Old, Why: s.Why})
	}
	p.Causes.Add("archive → zendesk", desk.KindTicket, "", "1", "refused", "no")
	p.Complete()
	return p
}

// done is a run that has something of everything.
func done() *report.Run {
	n := checkpoints.Count{Read: 600_000, Created: 100_000, Adopted: 100_000, Updated: 100_000, Unchanged: 100_000, Skipped: 100_000, Held: 100_000, Failed: 100_000}
	r := &report.Run{
		ID: 7, Verb: "migrate", State: checkpoints.RunPartial, Seconds: 4000, Requests: 20_000, Quarantine: 21, Waiting: 1, Problems: []string{hostile[1]}, Error: hostile[2],
		Project: hostile[0] + " Acme", Began: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC),
		Hops: []report.Hop{{From: "archive", To: hostile[3], Last: true, Seconds: 3600, Kinds: checkpoints.Counts{desk.KindTicket: n, desk.KindMessage: n, desk.KindContact: n}, Listed: listedOf()}},
		Then: []report.Step{{Command: "deskhaul retry acme", Why: report.WhyRetry}, {Command: "deskhaul verify acme", Why: report.WhyVerify}},
	}
	r.Hops[0].Listed.Bytes = 5_000_000_000
	r.Sample = sampleOf()
	r.Complete()
	return r
}

func planPage(t *testing.T, lang string) string {
	t.Helper()
	var b bytes.Buffer
	if err := planned().HTMLPage(&b, tongue(t, lang), "reports/all.csv"); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func runPage(t *testing.T, lang string) string {
	t.Helper()
	var b bytes.Buffer
	if err := done().HTMLPage(&b, tongue(t, lang), "reports/all.csv"); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// said is what a page says, after it was seen that it loads nothing, runs nothing, leads to
// harmless addresses alone, that each number with a list leads to it, and that who hears it
// instead of seeing it can find their way: headings in their order, heads of tables.
func said(t *testing.T, page string, least int) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	ids, leads, heading := map[string]bool{}, []string{}, 0
	var text strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			text.WriteString(n.Data)
			continue
		}
		has := map[string]string{}
		for _, a := range n.Attr {
			has[a.Key] = a.Val
			switch {
			case a.Key == "id" && ids[a.Val]:
				t.Errorf("%s is there twice", a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
				leads = append(leads, a.Val[1:])
			case a.Key == "href" && a.Val != "https://old.example/tickets/1" && a.Val != "all.csv", a.Key == "src", strings.HasPrefix(a.Key, "on"):
				t.Errorf("%s=%q", a.Key, a.Val)
			}
		}
		switch n.Data {
		case "script", "img", "iframe", "link", "object", "form":
			t.Errorf("there is a %s in it", n.Data)
		case "th":
			if has["scope"] == "" {
				t.Errorf("the head %+v does not say of what", n.FirstChild)
			}
		case "h1", "h2", "h3", "h4":
			level := int(n.Data[1] - '0')
			if level > heading+1 {
				t.Errorf("after a heading of level %d comes one of %d", heading, level)
			}
			heading = level
		}
	}
	for _, id := range leads {
		if !ids[id] {
			t.Errorf("a number leads to %s, and that is not there", id)
		}
	}
	if len(leads) < least {
		t.Errorf("only %d numbers lead somewhere", len(leads))
	}
	return strings.Join(strings.Fields(text.String()), " ")
}

// The page of a plan says all of it, in either tongue.
func TestPlanPage(t *testing.T) {
	english := said(t, planPage(t, "en"), 20)
	for _, want := range []string{
		"1 record would be put aside. 12 of 600,000 tickets lose something: 3 things are lost.", "in 1 h 6 min", "What does not come", "The first 3 of 100,000. All are in all.csv",
		"priority of tickets: the field does not take the value", "mapping: tables: priority:", "What was not taken: “" + hostile[1] + "” (12).", "deskhaul migrate", "do what is planned",
		"To be settled before anything is written", "12 messages", "categories", hostile[0], hostile[4],
	} {
		if !strings.Contains(english, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if russian := said(t, planPage(t, "ru"), 20); !strings.Contains(russian, "12 из 600 000 заявок теряют") || !strings.Contains(russian, "приоритет (заявки): поле не принимает значение") {
		t.Errorf("%.2000s", russian)
	}
}

// The page of a run says all of it, in either tongue.
func TestRunPage(t *testing.T) {
	english := said(t, runPage(t, "en"), 20)
	for _, want := range []string{
		"Done in 1h6m40s, but 21 records are in quarantine, and 1 waits; the rest was moved.", "5.0 GB", "56 tickets a second", "What did not come", "Aside since an earlier run",
		"deskhaul retry acme", "take it up again", "deskhaul verify acme", "Conflicts", hostile[1], hostile[2], hostile[3],
	} {
		if !strings.Contains(english, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if russian := said(t, runPage(t, "ru"), 20); !strings.Contains(russian, "21 запись в карантине, и 1 ждёт") || !strings.Contains(russian, "Отложено прежними прогонами") {
		t.Errorf("%.2000s", russian)
	}
}
