package assess

import (
	"strings"
	"time"
	"unicode"

	"github.com/deskhaul/deskhaul/desk"
)

// Flaw is something that is not clean, how often, and the first places.
type Flaw struct {
	Key      string    `json:"key"`
	Count    int64     `json:"count"`
	Of       int64     `json:"of,omitempty"` // so many that could have it
	Examples []Example `json:"examples,omitempty"`
}

// Example is a place where a flaw is.
type Example struct {
	Kind   desk.Kind `json:"kind"`
	ID     desk.ID   `json:"id"`
	Ticket desk.ID   `json:"ticket,omitempty"` // of a message or file
	URL    string    `json:"url,omitempty"`
	What   string    `json:"what,omitempty"`
}

// flaw counts one, and keeps the first examples.
type flaw struct {
	count int64
	first []Example
}

// mostExamples is how many places are told of each.
const mostExamples = 10

func (f *flaw) found(e Example) {
	f.count++
	if len(f.first) < mostExamples {
		f.first = append(f.first, e)
	}
}

// The flaws that are seen in a record by itself.
const (
	NoRequester = "ticket.no_requester"
	NoSubject   = "ticket.no_subject"
	NoMessages  = "ticket.no_messages"
	Undated     = "ticket.undated"
	Incredible  = "ticket.incredible" // a date that cannot be
	Disorder    = "ticket.disorder"   // a message older than its ticket or the one before
	Long        = "ticket.long"       // more messages than some helpdesks take
	Empty       = "message.empty"
	Lies        = "message.encoding" // letters that an encoding got wrong
	LargeFile   = "file.large"
	EmptyFile   = "file.empty"
	Nameless    = "file.nameless"
	Unreadable  = "file.unreadable"
	Malformed   = "contact.malformed"   // an address that is none
	NoNumber    = "contact.no_number"   // a telephone number that is none
	Unreachable = "contact.unreachable" // neither address nor number
	NoAddress   = "agent.no_address"
)

// shortestNumber is how many digits a telephone number has at least, with its area.
const shortestNumber = 7

// Where something becomes an outlier.
const (
	manyMessages = 200
	largeFile    = 20 << 20 // bytes; what most helpdesks take
)

type qualities struct{ flaws map[string]*flaw }

func newQualities() qualities { return qualities{map[string]*flaw{}} }

func (q *qualities) found(key string, e Example) {
	f := q.flaws[key]
	if f == nil {
		f = new(flaw)
		q.flaws[key] = f
	}
	f.found(e)
}

func (q *qualities) ticket(s *Survey, t *desk.Ticket) {
	at := Example{Kind: desk.KindTicket, ID: t.ID, URL: t.URL, What: cut(t.Subject)}
	begun := opened(t)
	for _, x := range []struct {
		key string
		is  bool
	}{
		{NoRequester, t.Requester.IsZero()},
		{NoSubject, strings.TrimSpace(t.Subject) == ""},
		{NoMessages, len(t.Messages) == 0},
		{Undated, begun.IsZero()},
		{Incredible, !begun.IsZero() && !credible(begun, s.o.Now)},
		{Long, len(t.Messages) > manyMessages},
		{Lies, garbled(t.Subject) || garbledFields(t.Fields)},
		{Disorder, disorder(t, begun)},
	} {
		if x.is {
			q.found(x.key, at)
		}
	}
	for _, ref := range desk.Refs(t) {
		s.tally.add("ref to "+string(ref.Kind), string(ref.ID), entry{n: 1, other: string(t.ID)})
	}
	for i := range t.Messages {
		q.message(s, t, &t.Messages[i])
	}
}

// disorder tells whether a message is older than the one before it, or than its ticket, by
// more than clocks differ.
func disorder(t *desk.Ticket, begun time.Time) bool {
	last := begun
	for i := range t.Messages {
		at := t.Messages[i].At
		if at.IsZero() {
			continue
		}
		if at.Before(last.Add(-24 * time.Hour)) {
			return true
		}
		last = at
	}
	return false
}

func (q *qualities) message(s *Survey, t *desk.Ticket, m *desk.Message) {
	at := Example{Kind: desk.KindMessage, ID: m.ID, Ticket: t.ID, URL: t.URL, What: cut(t.Subject)}
	if strings.TrimSpace(m.Text) == "" && strings.TrimSpace(m.HTML) == "" && len(m.Files) == 0 {
		q.found(Empty, at)
	}
	if garbled(m.Text) {
		q.found(Lies, at)
	}
	if m.MessageID != "" {
		s.tally.add("message id", m.MessageID, entry{n: 1, other: string(t.ID), name: cut(t.Subject)})
	}
	for i := range m.Files {
		f := &m.Files[i]
		at := Example{Kind: desk.KindFile, ID: m.ID, Ticket: t.ID, URL: t.URL, What: f.Name}
		switch {
		case f.Size > largeFile:
			q.found(LargeFile, at)
		case f.Size == 0:
			q.found(EmptyFile, at)
		}
		if strings.TrimSpace(f.Name) == "" && !f.Inline {
			q.found(Nameless, at)
		}
	}
}

func (s *Survey) contact(c *desk.Contact) {
	id := string(c.ID)
	s.tally.add("contact", id, entry{name: called(c.Name, first(c.Emails)), other: string(c.Org.ID)})
	s.tally.add("ref to organization", string(c.Org.ID), entry{n: 1, other: id})
	at := Example{Kind: desk.KindContact, ID: c.ID, URL: c.URL, What: called(c.Name, first(c.Emails))}
	for _, e := range c.Emails {
		s.tally.add("has the address", desk.Normal(e), entry{n: 1, other: id, name: at.What})
		if !address(e) {
			s.quality.found(Malformed, at)
		}
	}
	numbers := 0
	for _, p := range c.Phones {
		if d := digits(p); len(d) >= shortestNumber {
			s.tally.add("has the number", d, entry{n: 1, other: id, name: at.What})
			numbers++
		}
	}
	if numbers > 0 {
		s.tally.add("has a phone", id, entry{n: 1})
	}
	if numbers < len(c.Phones) {
		wrong := at
		wrong.What = strings.Join(append([]string{at.What}, c.Phones...), ", ")
		s.quality.found(NoNumber, wrong)
	}
	if len(c.Emails) == 0 && len(c.Phones) == 0 {
		s.quality.found(Unreachable, at)
	}
	if name := desk.Normal(c.Name); name != "" && !strings.Contains(name, "@") {
		s.tally.add("is called", name+"\x00"+string(c.Org.ID), entry{n: 1, other: id, name: at.What})
	}
	s.quality.person(s, c, c.Name, "")
}

func (q *qualities) person(s *Survey, r desk.Record, name, email string) {
	if garbled(name) {
		q.found(Lies, Example{Kind: r.Kind(), ID: r.About().ID, URL: r.About().URL, What: name})
	}
	if email != "" {
		s.tally.add("agent has the address", desk.Normal(email), entry{n: 1, other: string(r.About().ID), name: called(name, email)})
	}
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// address tells whether mail could be sent there.
func address(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	bad := func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`@<>()[],;:"`, r) }
	return ok && local != "" && strings.Contains(strings.Trim(domain, "."), ".") && !strings.ContainsFunc(local+domain, bad)
}
