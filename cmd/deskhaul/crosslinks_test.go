package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// An agent pastes the address of another ticket; in the new helpdesk it leads to where that
// is now, in an answer and in a note, whichever came first. Verify knows it for the same. Where
// a ticket is made with all its messages, one of two that name each other keeps the old address,
// and that is told.
func TestPastedAddressesLeadToTheNewTickets(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "zendesk": aZendesk, "intercom": anIntercom, "okdesk": anOkdesk, "znuny": aZnuny, "itsm365": anITSM365} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old, next := aZendesk(t), start(t)
			ann := old.people.(zendeskPeople)
			says := func(public bool, body string) map[string]any {
				return map[string]any{"author_id": ann.agent, "html_body": "<p>" + body + "</p>", "public": public}
			}
			ticket := func(subject string, all ...map[string]any) string {
				id := ann.SetTicket(map[string]any{"subject": subject, "status": "open", "requester_id": ann.agent}, all...)
				return fmt.Sprint(id)
			}
			first := ticket("First", says(true, "It is dark."))
			pasted := func(id string) string {
				return `as in <a href="` + old.url + "/agent/tickets/" + id + `?x=1&amp;y=2">` + old.url + "/agent/tickets/" + id + "</a>."
			}
			second := ticket("Second", says(true, pasted(first)), says(false, "Look there."))
			ann.Say(number(t, first), says(false, pasted(second)))

			j := travel(t, old, next)
			o := j.run(t, "migrate")
			allAtOnce := name == "zendesk"
			if told := slices.ContainsFunc(o.Losses, func(l loss) bool { return l.Field == "message.links" }); told != allAtOnce {
				t.Errorf("lost %+v", o.Losses)
			}
			ids, said, pages := next.ids(t), next.read(t), next.url
			if name == "intercom" { // its pages are at one place for all
				pages = "https://app.intercom.com"
			}
			for subject, other := range map[string]string{"First": "Second", "Second": "First"} {
				text := said[subject]
				if subject == "First" && allAtOnce {
					if !strings.Contains(text, old.url+"/agent/tickets/"+second) {
						t.Errorf("%s says %q", subject, text)
					}
					continue
				}
				if strings.Contains(text, old.url) || !strings.Contains(text, pages) || !strings.Contains(text, ids[other]) {
					t.Errorf("%s says %q, and %s is %s", subject, text, other, ids[other])
				}
			}
			if v, code := j.verify(t); code != exitDone || len(v.Problems) > 0 {
				t.Errorf("exit code %d: %+v", code, v.Problems)
			}
			if mails := next.outbox(); len(mails) > 0 {
				t.Errorf("mailed: %s", mails[0])
			}
		})
	}
}
