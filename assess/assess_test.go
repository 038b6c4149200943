package assess_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // also where the system has no list of zones

	"github.com/deskhaul/deskhaul/assess"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// surveyed is what a survey finds of records.
func surveyed(t *testing.T, o assess.Options, rs ...desk.Record) *assess.Assessment {
	t.Helper()
	if o.Now.IsZero() {
		o.Now = monday.AddDate(1, 0, 0)
	}
	o.Temp = t.TempDir()
	s, err := assess.New(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rs {
		if err := s.Add(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	a, err := s.Result(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return a
}

func contact(id string, emails ...string) *desk.Contact {
	return &desk.Contact{Meta: desk.Meta{ID: desk.ID(id)}, Name: "Name of " + id, Emails: emails}
}

// asked is a ticket of a contact, opened then, and answered after each of the spans in turn
// by an agent and the contact.
func asked(id, by string, at time.Time, spans ...time.Duration) *desk.Ticket {
	t := &desk.Ticket{Meta: desk.Meta{ID: desk.ID(id), Created: at}, Subject: "about " + id, Status: desk.StatusOpen, Requester: desk.To(desk.KindContact, desk.ID(by))}
	say := func(n int) {
		m := desk.Message{ID: desk.ID(fmt.Sprint(id, ".", n)), At: at, Text: "text", Author: t.Requester, From: desk.Address{Email: by + "@customer.example"}, To: []desk.Address{{Email: "help@acme.example"}}}
		if n%2 == 1 {
			m.Author, m.From = desk.To(desk.KindAgent, "ann"), desk.Address{Email: "ann@acme.example"}
		}
		t.Messages = append(t.Messages, m)
	}
	say(0)
	for n, d := range spans {
		at = at.Add(d)
		say(n + 1)
	}
	return t
}

func flawIn(a *assess.Assessment, key string) assess.Flaw {
	i := slices.IndexFunc(a.Flaws, func(f assess.Flaw) bool { return f.Key == key })
	if i < 0 {
		return assess.Flaw{}
	}
	return a.Flaws[i]
}

// What there is is counted by year and category, and what a cut by date would leave.
func TestVolume(t *testing.T) {
	old := asked("1", "c1", monday.AddDate(-3, 0, 0))
	old.Category = desk.To(desk.KindCategory, "q")
	old.Messages[0].Files = []desk.File{{Name: "a", Size: 700}, {Name: "b", Size: 300}}
	a := surveyed(t, assess.Options{}, &desk.Category{Meta: desk.Meta{ID: "q"}, Name: "Billing"}, old, asked("2", "c1", monday, time.Hour))
	v := a.Volume
	if v.Tickets != 2 || v.Messages != 3 || v.Files != 2 || v.Bytes != 1000 || v.Largest != 700 || len(v.Years) != 2 || v.Years[0].Year != 2023 {
		t.Errorf("%+v", v)
	}
	if len(v.Cuts) != 2 || v.Cuts[0].Since != "2026-01-01" || v.Cuts[0].Kept.Tickets != 1 || v.Cuts[0].Kept.Bytes != 0 || v.Cuts[1].Kept != v.Amount {
		t.Errorf("%+v", v.Cuts)
	}
	if len(v.Categories) != 2 || v.Categories[0].Tickets != 1 || !slices.ContainsFunc(v.Categories, func(p assess.Part) bool { return p.Name == "Billing" && p.Bytes == 1000 }) {
		t.Errorf("%+v", v.Categories)
	}
}

// A tombstone counts for nothing.
func TestDeletedCountsForNothing(t *testing.T) {
	gone := asked("1", "c1", monday)
	gone.Deleted = true
	if a := surveyed(t, assess.Options{}, gone); a.Volume.Tickets != 0 || len(a.Flaws) != 0 {
		t.Errorf("%+v", a)
	}
}

// Each flaw is found where it is, and nowhere else.
func TestFlaws(t *testing.T) {
	ok := func() []desk.Record {
		return []desk.Record{contact("c1", "one@customer.example"), &desk.Agent{Meta: desk.Meta{ID: "ann"}, Name: "Ann", Email: "ann@acme.example"}, asked("1", "c1", monday, time.Hour)}
	}
	if a := surveyed(t, assess.Options{}, ok()...); len(a.Flaws) != 0 {
		t.Fatalf("nothing is amiss, and it found %+v", a.Flaws)
	}
	change := func(do func(*desk.Ticket)) []desk.Record {
		all := ok()
		do(all[2].(*desk.Ticket))
		return all
	}
	for key, rs := range map[string][]desk.Record{
		assess.NoRequester: change(func(x *desk.Ticket) { x.Requester = desk.Ref{} }),
		assess.NoSubject:   change(func(x *desk.Ticket) { x.Subject = " " }),
		assess.NoMessages:  change(func(x *desk.Ticket) { x.Messages = nil }),
		assess.Incredible: change(func(x *desk.Ticket) {
			x.Created = monday.AddDate(-60, 0, 0)
			x.Messages = x.Messages[:1]
			x.Messages[0].At = x.Created
		}),
		assess.Disorder:           change(func(x *desk.Ticket) { x.Messages[1].At = monday.AddDate(0, 0, -9) }),
		assess.Empty:              change(func(x *desk.Ticket) { x.Messages[1].Text = " \n" }),
		assess.Lies:               change(func(x *desk.Ticket) { x.Messages[1].Text = "GrÃ¼ÃŸe aus MÃ¼nchen" }),
		assess.LargeFile:          change(func(x *desk.Ticket) { x.Messages[0].Files = []desk.File{{Name: "film", Size: 30 << 20}} }),
		assess.EmptyFile:          change(func(x *desk.Ticket) { x.Messages[0].Files = []desk.File{{Name: "nothing"}} }),
		assess.Nameless:           change(func(x *desk.Ticket) { x.Messages[0].Files = []desk.File{{Size: 5}} }),
		assess.Orphan + "group":   change(func(x *desk.Ticket) { x.Group = desk.To(desk.KindGroup, "gone") }),
		assess.UnknownAgent:       change(func(x *desk.Ticket) { x.Assignee = desk.To(desk.KindAgent, "left") }),
		assess.SameMessage:        change(func(x *desk.Ticket) { x.Messages[0].MessageID, x.Messages[1].MessageID = "m@x", "m@x" }),
		assess.SameAddress:        append(ok(), contact("c2", "ONE@customer.example")),
		assess.Malformed:          append(ok(), contact("c2", "two at customer")),
		assess.Unreachable:        append(ok(), contact("c2")),
		assess.TagOnce:            change(func(x *desk.Ticket) { x.Tags = []string{"vip"} }),
		assess.Orphan + "contact": append(ok(), asked("2", "gone", monday, time.Hour)),
	} {
		a := surveyed(t, assess.Options{}, rs...)
		if f := flawIn(a, key); f.Count == 0 || key != assess.TagOnce && len(f.Examples) == 0 || len(a.Flaws) != 1 {
			t.Errorf("%s: %+v", key, a.Flaws)
		}
	}
}

// What the source could not read is told by its reason.
func TestAsides(t *testing.T) {
	s, err := assess.New(assess.Options{Temp: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // of a test
	for range 12 {
		s.Aside(connectors.Aside{Kind: desk.KindTicket, ID: "row 7", Reason: connectors.ReasonUnreadable, Detail: "torn"})
	}
	a, err := s.Result(t.Context())
	if f := flawIn(a, assess.Unread+"unreadable"); err != nil || f.Count != 12 || len(f.Examples) != 10 || f.Examples[0].What != "torn" {
		t.Errorf("%+v, %v", f, err)
	}
}

// Letters of many languages are no lie of an encoding.
func TestLettersOfManyLanguages(t *testing.T) {
	for _, s := range []string{"Здравствуйте, Елена! Прошу прощения.", "Größe, Ärger, naïve café", "こんにちは、田中です。", "مرحبا بالعالم", "São Paulo, Ñandú", "Ação, coração, maçãs, naïveté, Île-à-la-Crosse, Øyvær", strings.Repeat("ж", 5000)} {
		x := asked("1", "c1", monday)
		x.Subject, x.Messages[0].Text = s, s
		if f := flawIn(surveyed(t, assess.Options{}, x), assess.Lies); f.Count > 0 {
			t.Errorf("%q is told as garbled", s)
		}
	}
}

// A delta d days after a cutover at any time brings the messages of the age a to tickets that
// stood in min(a, d) of the time: counted here by trying each hour.
func TestDeltas(t *testing.T) {
	const tickets = 40
	var rs []desk.Record
	for i := range tickets {
		spans := []time.Duration{time.Duration(1+i%7) * 5 * time.Hour, time.Duration(1+i%5) * 36 * time.Hour, time.Duration(i%3) * 200 * time.Hour}
		rs = append(rs, asked(fmt.Sprint(i), "c1", monday.Add(time.Duration(i)*13*time.Hour), spans...))
	}
	a := surveyed(t, assess.Options{}, rs...)
	from, to := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 16, 0, 0, 0, 0, time.UTC)
	if last := a.Last; last.After(to) || a.Life.Period != 45 || a.Life.Months != 1 {
		t.Fatalf("the last message is of %s, of %d days", last, a.Life.Period)
	}
	for _, days := range []int{1, 3, 7} {
		var messages, in, hours float64
		for cut := from; cut.Before(to); cut = cut.Add(time.Hour) {
			hours++
			for _, r := range rs {
				x := r.(*desk.Ticket)
				n := 0.0
				for _, m := range x.Messages[1:] {
					if !x.Created.After(cut) && m.At.After(cut) && !m.At.After(cut.AddDate(0, 0, days)) {
						n++
					}
				}
				messages, in = messages+n, in+math.Min(n, 1)
			}
		}
		i := slices.IndexFunc(a.Life.Deltas, func(d assess.Delta) bool { return d.Days == days })
		if d := a.Life.Deltas[i]; math.Abs(d.Messages-messages/hours) > 0.01 || math.Abs(d.Tickets-in/hours) > 0.01 {
			t.Errorf("%d days: %.3f messages in %.3f tickets, by trying %.3f in %.3f", days, d.Messages, d.Tickets, messages/hours, in/hours)
		}
	}
}

// The quietest times are those in which nobody writes, and none lies upon another. The zone
// is guessed by when agents write, and taken where it is said.
func TestRhythm(t *testing.T) {
	var rs []desk.Record
	for week := range 8 {
		for day := range 5 {
			for hour := range 9 { // from nine to six in Moscow
				at := time.Date(2026, 3, 2+7*week+day, 6+hour, 10, 0, 0, time.UTC)
				rs = append(rs, asked(fmt.Sprint(week, day, hour), "c1", at, 20*time.Minute))
			}
		}
	}
	now := time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)
	a := surveyed(t, assess.Options{Now: now, Hours: 6}, rs...)
	if r := a.Rhythm; r.Zone != "UTC+3" || !r.Guessed || r.Work[0][9] != 8 || r.Demand[4][17] != 8 || r.Work[5][12] != 0 {
		t.Errorf("%s, %v, %v", r.Zone, r.Guessed, r.Work)
	}
	for i, w := range a.Rhythm.Windows {
		if w.Messages != 0 || w.To.Sub(w.From) != 6*time.Hour || w.From.Before(now.Add(24*time.Hour)) || w.To.After(now.AddDate(0, 0, 15)) {
			t.Errorf("%+v", w)
		}
		for _, o := range a.Rhythm.Windows[:i] {
			if w.From.Before(o.To) && o.From.Before(w.To) {
				t.Errorf("%v lies upon %v", w, o)
			}
		}
	}
	zone, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	if r := surveyed(t, assess.Options{Now: now, Zone: zone}, rs...).Rhythm; r.Guessed || r.Zone != "Asia/Tokyo" || r.Work[0][15] != 8 {
		t.Errorf("%+v", r.Work)
	}
}

// Doors are the addresses that customers write to, machines that write, and what fields say.
func TestDoors(t *testing.T) {
	x := asked("1", "c1", monday, time.Hour)
	x.Channel = "email"
	x.SetField("form", "Complaint")
	robot := asked("2", "c2", monday)
	robot.Messages[0].From.Email = "No-Reply@shop.example"
	robot.Messages[0].To = append(robot.Messages[0].To, desk.Address{Email: "else@other.example"})
	d := surveyed(t, assess.Options{}, x, robot).Doors
	if len(d.Addresses) != 1 || d.Addresses[0].Name != "help@acme.example" || d.Addresses[0].Count != 2 || len(d.Elsewhere) != 1 ||
		len(d.Machines) != 1 || d.Machines[0].Name != "no-reply@shop.example" || len(d.Lists) != 1 || d.Lists[0].Name != "form: Complaint" || d.Channels[0].Value != "email" {
		t.Errorf("%+v", d)
	}
}

// Who works and who asks is told with their names, also somebody of whom there is no record.
func TestPeople(t *testing.T) {
	c := contact("c1", "one@customer.example")
	c.Org = desk.To(desk.KindOrganization, "o")
	rs := []desk.Record{
		c, &desk.Organization{Meta: desk.Meta{ID: "o"}, Name: "Customer Ltd"}, &desk.Agent{Meta: desk.Meta{ID: "idle"}, Name: "Idle"},
		asked("1", "c1", monday, time.Hour), asked("2", "c1", monday, time.Hour), asked("3", "unknown", monday),
	}
	p := surveyed(t, assess.Options{}, rs...).People
	if len(p.Agents) != 1 || !p.Agents[0].Unknown || p.Agents[0].Messages != 2 || p.Silent != 1 {
		t.Errorf("%+v", p.Agents)
	}
	if len(p.Customers) != 2 || p.Customers[0].Name != "Name of c1 <one@customer.example>" || p.Customers[0].Tickets != 2 || !p.Customers[1].Unknown || p.Once != 1 || p.Asking != 2 {
		t.Errorf("%+v", p)
	}
	if len(p.Organizations) != 1 || p.Organizations[0].Name != "Customer Ltd" || p.Organizations[0].Tickets != 2 {
		t.Errorf("%+v", p.Organizations)
	}
}

// Custom fields tell how often they are filled in, and with what.
func TestLabels(t *testing.T) {
	var rs []desk.Record
	for i := range 200 {
		x := asked(fmt.Sprint(i), "c1", monday)
		x.Tags, x.Priority = []string{"all"}, desk.PriorityHigh
		x.SetField("same", "always")
		if i%2 == 0 {
			x.SetField("tier", []any{"gold", "silver"}[i/2%2])
		}
		if i == 0 {
			x.SetField("rare", true)
		}
		rs = append(rs, x)
	}
	a := surveyed(t, assess.Options{}, rs...)
	fields := map[string]assess.Field{}
	for _, f := range a.Labels.Fields {
		fields[f.Name] = f
	}
	if f := fields["tier"]; f.Filled != 100 || f.Of != 200 || f.Distinct != 2 || len(f.Values) != 2 || f.Values[0].Count != 50 {
		t.Errorf("%+v", f)
	}
	if flawIn(a, assess.UnusedField).Count != 1 || flawIn(a, assess.SingleField).Count != 1 {
		t.Errorf("%+v", a.Flaws)
	}
	if l := a.Labels; l.Priorities[0].Value != "high" || l.Tags[0].Count != 200 || l.TagsOnce != 0 {
		t.Errorf("%+v", l)
	}
}
