package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// late appends answers of customers to cases that they wrote in before: number 1000 and
// the case's.
func late(t *testing.T, mbox string, cases ...int) {
	t.Helper()
	f, err := os.OpenFile(mbox, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC().Add(time.Minute) // after what is said at the helpdesk
	for _, n := range cases {
		_, err := fmt.Fprintf(f, "From c%d@customer.test %s\nFrom: c%d@customer.test\nTo: support@desk.test\nDate: %s\n"+
			"Message-ID: <late%d@mail.test>\nIn-Reply-To: <%d@mail.test>\nReferences: <%d@mail.test>\nSubject: Re: Case %d\n\n%s\n\n",
			n, now.Format(time.ANSIC), n, now.Format(time.RFC1123Z), n, 5*n, 5*n, n, words(1000+n))
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// After the cutover agents work in the new helpdesk, and customers still write to the
// old address: see docs/delta.md, whose lines these are.
func TestBothSides(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "zendesk": aZendesk, "okdesk": anOkdesk, "znuny": aZnuny, "itsm365": anITSM365} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bothSides(t, start(t))
		})
	}
}

func bothSides(t *testing.T, far *cloud) {
	t.Helper()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 29); err != nil {
		t.Fatal(err)
	}
	j := travel(t, "mbox:"+mbox, far).fromMailbox()
	j.run(t, "migrate")
	ids := far.ids(t)
	far.answer(t, ids["Case 0"], 2000)
	far.solve(t, ids["Case 1"])
	far.remove(t, ids["Case 2"])
	merged := far.merge(t, ids["Case 3"], ids["Case 4"])
	late(t, mbox, 0, 1, 2, 3)
	run, r := j.end(t, "sync")
	if r.code != exitQuarantine || run.Quarantine != 1 || run.Kinds[desk.KindMessage].Created != 3 || run.Kinds[desk.KindMessage].Failed+run.Kinds[desk.KindTicket].Failed == 0 {
		t.Errorf("exit code %d, %+v, %d in quarantine\n%s", r.code, run.Kinds, run.Quarantine, &r.errs)
	}
	told := func(field, words string) bool {
		return slices.ContainsFunc(run.Conflicts, func(l loss) bool { return l.Field == field && strings.Contains(l.Example, words) })
	}
	if !told("status", "wrote again") || told("", "was merged into") != merged || len(run.Conflicts) > 2 {
		t.Errorf("told %+v", run.Conflicts)
	}
	at := func(subject string, want ...string) {
		t.Helper()
		said, from := far.read(t)[subject], 0
		for _, w := range want {
			n := strings.Index(said[from:], w)
			if n < 0 || strings.Count(said, w) != 1 {
				t.Errorf("%s: want %q, in order and once:\n%s", subject, want, said)
				return
			}
			from += n
		}
	}
	at("Case 0", "Message 4:", "Message 2000:", "Message 1000:")
	at("Case 1", "open\n", "Message 9:", "Message 1001:")
	if merged {
		at("Case 4", "Message 1003:")
	}
	for _, verb := range []string{"sync", "retry"} {
		if run, r := j.end(t, verb); run.Kinds[desk.KindMessage].Created+run.Kinds[desk.KindTicket].Created+run.Kinds[desk.KindTicket].Updated > 0 {
			t.Errorf("%s: %+v\n%s", verb, run.Kinds, &r.errs)
		}
	}
	if mails := far.outbox(); len(mails) > 0 {
		t.Errorf("%d e-mails, such as %s", len(mails), mails[0])
	}
}

// Agents merge a customer who stood there twice: what comes from the old address goes to
// the one that is left.
func TestMergedCustomerAtZendesk(t *testing.T) {
	t.Parallel()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 9); err != nil {
		t.Fatal(err)
	}
	far := aZendesk(t)
	desk := far.people.(zendeskPeople)
	j := travel(t, "mbox:"+mbox, far).fromMailbox()
	j.run(t, "migrate")
	first, _ := desk.Ticket(number(t, far.ids(t)["Case 0"]))
	desk.Delete("users", int64(first["requester_id"].(float64)))
	winner := desk.Set("users", map[string]any{"name": "C Zero", "email": "c0@customer.test", "role": "end-user"})
	late(t, mbox, 0)
	for _, n := range []int{200, 400, 600} { // new cases of the same customer, which go in one job
		if err := appendMails(mbox, n, n); err != nil {
			t.Fatal(err)
		}
	}
	o := j.run(t, "sync")
	if len(o.Conflicts) != 1 || !strings.Contains(o.Conflicts[0].Example, fmt.Sprintf("%d stands for it from now on", winner)) {
		t.Errorf("told %+v", o.Conflicts)
	}
	ids := far.ids(t)
	for _, subject := range []string{"Case 40", "Case 80", "Case 120"} {
		if k, said := desk.Ticket(number(t, ids[subject])); k["requester_id"] != float64(winner) || said[0]["author_id"] != float64(winner) {
			t.Errorf("%s: %v %v, want %d", subject, k["requester_id"], said[0]["author_id"], winner)
		}
	}
	if _, said := desk.Ticket(number(t, ids["Case 0"])); said[len(said)-1]["author_id"] != float64(winner) {
		t.Errorf("%v, want %d", said[len(said)-1], winner)
	}
}
