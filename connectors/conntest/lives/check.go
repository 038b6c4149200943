package lives

import (
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/desk"
)

var aText = regexp.MustCompile(`(customer-says|source-edits|agent-says|agent-edits)-[0-9]+\.`)

// texts are the texts of ours and of agents in what is said.
func texts(s string) []string { return aText.FindAllString(s, -1) }

// agreed notes of which fields a run may have seen that both sides say the same.
func (l *life) agreed() {
	there := map[string]*Copy{}
	for _, x := range l.far.Look() {
		there[x.Mark] = x
		for _, f := range l.fields() {
			l.ever[string(x.ID)+f.name+x.Fields[f.name]] = true
		}
	}
	for _, x := range l.standing() {
		mark := weather.Marks(desk.KindTicket, "", x.ID)
		c := l.copies[mark]
		if c == nil || there[mark] == nil {
			continue
		}
		c.loose["status"] = c.loose["status"] || l.reopened[x.ID] // its customer wrote again
		for _, f := range l.fields() {
			if v, set := c.fields[f.name]; set && f.get(l, x) == v {
				c.loose[f.name] = true
			}
		}
	}
}

// sight is what stands at the target.
type sight struct {
	copies map[string]*Copy   // by their marks
	said   map[string]*Said   // by their texts
	in     map[string]desk.ID // the tickets of those; of notes that tell of edits, "of" them
}

// see looks at the target, and tells what is there twice.
func (l *life) see(t *testing.T) sight {
	s := sight{map[string]*Copy{}, map[string]*Said{}, map[string]desk.ID{}}
	files := map[string]bool{}
	for _, x := range l.far.Look() {
		if x.Mark != "" {
			if was := s.copies[x.Mark]; was != nil {
				t.Errorf("ticket %s is there twice: %s and %s", l.nameOf(x.Mark), was.ID, x.ID)
			}
			s.copies[x.Mark] = x
		}
		for i := range x.Said {
			m := &x.Said[i]
			for _, text := range texts(m.Text) {
				as := text
				if strings.Contains(m.Text, "[Edited in the source") {
					as = "of " + text // what was taken back may be written anew, as it reads now
				}
				if in, twice := s.in[as]; twice {
					t.Errorf("%q is there twice: in %s and %s", as, in, x.ID)
				}
				s.in[as] = x.ID
				if s.said[text] == nil || as == text {
					s.said[text] = m
				}
			}
			for name := range m.Files {
				if files[name] {
					t.Errorf("file %s is there twice", name)
				}
				files[name] = true
			}
		}
	}
	for text, in := range s.in {
		for was := l.older[text]; was != ""; was = l.older[was] {
			if s.in[was] != "" {
				t.Errorf("%q is there in %s, and as it was before, %q", text, in, was)
			}
		}
	}
	return s
}

// check holds both desks to what the bystander knows. In the end nothing may be missing.
func (l *life) check(t *testing.T, end bool) {
	s := l.see(t)
	l.forgetUndone(s)
	l.checkAgents(t, s)
	if end {
		l.checkAll(t, s)
	}
	for _, mail := range l.far.Outbox() {
		t.Errorf("somebody was sent an e-mail: %s", mail)
	}
}

// forgetUndone forgets what was done to copies that a rollback took away.
func (l *life) forgetUndone(s sight) {
	for mark, c := range l.copies {
		gone := s.copies[mark] == nil
		if gone && !c.deleted && len(c.fields) == 0 && !c.merged && !c.hidden || !gone && c.deleted { // a rollback found it gone, and a run made it anew
			delete(l.copies, mark)
			delete(l.reopened, l.nameOf(mark))
		}
	}
}

// checkAgents looks whether all that agents did stands.
func (l *life) checkAgents(t *testing.T, s sight) {
	for text, in := range l.agents {
		if was := l.reworded[text]; s.said[text] == nil && was != "" && !l.says(was) {
			delete(l.agents, text) // nobody knows any more how it was written
			continue
		}
		if s.said[text] == nil {
			t.Errorf("%q of an agent in %s is gone", text, in)
		}
	}
	people := l.far.People()
	for who, name := range l.names {
		if there, stands := people[who]; !stands || there != name {
			t.Errorf("an agent called %s %q, and it is %q there", who, name, there)
		}
	}
	for mark, c := range l.copies {
		x := s.copies[mark]
		for name, v := range c.fields {
			switch {
			case c.deleted || c.loose[name] || c.merged:
			case name == "status" && l.far.Reopens && l.doubtful(mark):
			case x == nil:
				t.Errorf("ticket %s is gone, whose %s an agent had set to %q", l.nameOf(mark), name, v)
			case x.Fields[name] != v:
				t.Errorf("ticket %s (%s): an agent set %s to %q, and it says %q", l.nameOf(mark), x.ID, name, v, x.Fields[name])
			}
		}
		if x == nil && c.hidden && !c.deleted {
			t.Errorf("ticket %s is gone, which an agent had marked as spam", l.nameOf(mark))
		}
		if x != nil && c.hidden != x.Hidden {
			t.Errorf("ticket %s (%s) is spam: %t, want %t", l.nameOf(mark), x.ID, x.Hidden, c.hidden)
		}
	}
}

// says tells whether the source says a text now.
func (l *life) says(text string) bool {
	for _, x := range l.standing() {
		for _, m := range x.Messages {
			if slices.Contains(texts(m.Text), text) {
				return true
			}
		}
	}
	return false
}

// checkAll looks whether all of the source stands at the target, but for what agents took
// away.
func (l *life) checkAll(t *testing.T, s sight) {
	people := l.far.People()
	for i, who := range requesters {
		r, err := l.src.Fetch(always, desk.KindContact, contact(i).ID)
		if err != nil {
			t.Fatal(err)
		}
		there, stands := people[who]
		if _, theirs := l.names[who]; stands && !theirs && there != r.(*desk.Contact).Name {
			t.Errorf("%s is called %q, want %q", who, there, r.(*desk.Contact).Name)
		}
	}
	for _, x := range l.standing() {
		mark := weather.Marks(desk.KindTicket, "", x.ID)
		c, got := l.of(mark), s.copies[mark]
		if got == nil {
			if !c.deleted {
				t.Errorf("ticket %s is not there", x.ID)
			}
			continue
		}
		if c.hidden || c.closed { // nothing is written where nobody looks, or can
			continue
		}
		for _, f := range l.fields() {
			if _, set := c.fields[f.name]; set || c.merged {
				continue
			}
			if want := f.get(l, x); got.Fields[f.name] != want {
				t.Errorf("ticket %s (%s): %s is %q, want %q", x.ID, got.ID, f.name, got.Fields[f.name], want)
			}
		}
		for i := range x.Messages {
			l.checkSaid(t, s, x, &x.Messages[i])
		}
	}
}

func (l *life) checkSaid(t *testing.T, s sight, x *desk.Ticket, m *desk.Message) {
	text := texts(m.Text)[0]
	got := s.said[text]
	switch {
	case l.removed[text], l.aside(t, x.ID, m.ID):
	case got == nil:
		t.Errorf("message %s of %s is not there: %q", m.ID, x.ID, text)
	case got.Note != m.Note && !edited(text):
		t.Errorf("message %s of %s is private: %t, want %t", m.ID, x.ID, got.Note, m.Note)
	default:
		for _, f := range m.Files {
			if want := fileText(f); got.Files[f.Name] != want {
				t.Errorf("message %s of %s: in file %s is %q, want %q", m.ID, x.ID, f.Name, got.Files[f.Name], want)
			}
		}
	}
}

// edited tells whether a text came by an edit, of which a private note may tell.
func edited(text string) bool { return text[:len("source-edits")] == "source-edits" }

func fileText(f desk.File) string {
	r, err := f.Open(always)
	if err != nil {
		return err.Error()
	}
	b, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return err.Error()
	}
	return string(b)
}

// aside tells whether a message, or what tells of its edit, is in quarantine: its ticket was
// merged into one that is gone.
func (l *life) aside(t *testing.T, ticket, message desk.ID) bool {
	rows, err := l.hop.Ledger.Messages(always, ticket)
	if err != nil {
		t.Error(err)
	}
	for id, row := range rows {
		about, _, _ := strings.Cut(string(id), "~")
		if desk.ID(about) == message && row.State == checkpoints.Failed {
			return l.of(weather.Marks(desk.KindTicket, "", ticket)).merged
		}
	}
	return false
}
