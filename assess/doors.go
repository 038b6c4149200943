package assess

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Doors are what requests come through. Each is to be led to the new helpdesk, or it is
// forgotten.
type Doors struct {
	Channels  []Value `json:"channels"`
	Addresses []Door  `json:"addresses"` // to which customers wrote, and agents' domains own
	Elsewhere []Door  `json:"elsewhere"` // to which they wrote, of other domains, and which never write themselves
	Machines  []Door  `json:"machines"`  // senders that are no people
	Lists     []Door  `json:"lists"`     // words of the system's own, such as forms and brands
	Phones    int64   `json:"phones"`    // contacts with a number
}

// Door is one of them.
type Door struct {
	Name    string    `json:"name"`
	Count   int64     `json:"count"` // messages, of Lists tickets
	Last    time.Time `json:"last,omitzero"`
	Example string    `json:"example,omitempty"` // a subject that came through it last
}

// machine recognises senders that are no people, by the part before the @.
var machine = regexp.MustCompile(`(?i)^(no.?reply|do.?not.?reply|donotreply|mailer.?daemon|postmaster|notifications?|alerts?|monitor(ing)?|system|robot|bot|cron|root|daemon|jira|gitlab|github|jenkins|nagios|zabbix|grafana|sentry|forms?|wordpress|webmaster|billing.?system|auto.*|bounce.*|news(letter)?|marketing)([-+._].*)?$`)

// door names the custom fields that say through what something came.
var door = regexp.MustCompile(`(?i)^(form|brand|recipient|source|via|channel|widget|portal|product|форма|бренд|источник|канал)$`)

func (s *Survey) doors(t *desk.Ticket) {
	s.tally.add("channel", t.Channel, entry{n: 1})
	for name, v := range t.Fields {
		if !door.MatchString(name) {
			continue
		}
		for _, value := range valuesOf(v) {
			s.tally.add("word of a door", name+": "+value, entry{n: 1, last: seconds(opened(t)), other: cut(t.Subject)})
		}
	}
	for i := range t.Messages {
		m := &t.Messages[i]
		if m.Note {
			continue
		}
		from := strings.ToLower(m.From.Email)
		if m.Author.Kind == desk.KindAgent {
			s.tally.add("our domain", domainOf(from), entry{n: 1})
			continue
		}
		s.tally.add("wrote", from, entry{n: 1})
		subject := firstOf(m.Subject, t.Subject)
		local, _, _ := strings.Cut(from, "@")
		if machine.MatchString(local) {
			s.tally.add("machine", from, entry{n: 1, last: seconds(m.At), other: cut(subject)})
		}
		seen := map[string]bool{} // one who is in To and in Cc was written to once
		for _, to := range append(m.To[:len(m.To):len(m.To)], m.CC...) {
			if seen[strings.ToLower(to.Email)] {
				continue
			}
			seen[strings.ToLower(to.Email)] = true
			s.tally.add("written to", strings.ToLower(to.Email), entry{n: 1, last: seconds(m.At), other: cut(subject), name: domainOf(strings.ToLower(to.Email))})
		}
	}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return domain
}

// mostDoors is how many of each sort are told; mostElsewhere of addresses that are not ours.
const (
	mostDoors     = 50
	mostElsewhere = 15
)

func (s *Survey) doorsFound(ctx context.Context, a *Assessment) error {
	d := &a.Doors
	channels, err := s.tally.top(ctx, "channel", mostDoors)
	if err != nil {
		return err
	}
	d.Channels = values(channels, "")
	const ours = `(SELECT o.key FROM tally o WHERE o.kind = 'our domain')`
	const people = `(SELECT o.key FROM tally o WHERE o.kind = 'wrote')`
	for _, x := range []struct {
		into *[]Door
		rest string
		most int
	}{
		{&d.Addresses, "FROM tally t WHERE t.kind = 'written to' AND t.name IN " + ours, mostDoors},
		{&d.Elsewhere, "FROM tally t WHERE t.kind = 'written to' AND t.name NOT IN " + ours + " AND t.key NOT IN " + people, mostElsewhere},
		{&d.Machines, "FROM tally t WHERE t.kind = 'machine'", mostDoors},
		{&d.Lists, "FROM tally t WHERE t.kind = 'word of a door'", mostDoors},
	} {
		rows, err := s.tally.rows(ctx, x.rest+" ORDER BY t.n DESC, t.key LIMIT ?", x.most)
		if err != nil {
			return err
		}
		*x.into = make([]Door, len(rows))
		for i, r := range rows {
			(*x.into)[i] = Door{Name: r.key, Count: r.n, Example: r.other}
			if r.last > 0 {
				(*x.into)[i].Last = time.Unix(r.last, 0).UTC()
			}
		}
	}
	d.Phones, err = s.tally.number(ctx, "SELECT COUNT(*) FROM tally WHERE kind = 'has a phone'")
	return err
}
