// Package assess measures what a helpdesk holds before anybody moves it: how much there is
// and how clean, through which doors it comes and who answers, what it is about, when it is
// quiet, how long conversations stay active, and how well they are served.
//
// A Survey is shown every record of its sources once, in any order, and keeps no more of
// them than counts: what there may be as much of as there are records lies in a file.
package assess

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// Options say whose helpdesk it is.
type Options struct {
	// Zone is the team's; nil: it is guessed by when agents write.
	Zone *time.Location
	// Now is when the assessment is made.
	Now time.Time
	// Hours is how long a cutover takes, for which the quietest windows are looked up.
	Hours int
	// Temp is a folder for the counts; they are gone when the survey is closed.
	Temp string
}

// Survey takes in records. Its methods are for one goroutine.
type Survey struct {
	o     Options
	tally *tally

	volume  volumes
	quality qualities
	rhythm  rhythms
	life    lives
	figures pipeline.Figures
	kinds   map[desk.Kind]int64
	notes   int64
	tracked int64 // tickets that tell how their status went
	// answered is how many tickets an agent wrote in; others how many messages answer the
	// tickets of others, from people who are none.
	answered, others int64
	asides           map[connectors.Reason]*flaw
}

// New begins a survey. It is to be closed.
func New(o Options) (*Survey, error) {
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.Hours <= 0 {
		o.Hours = 4
	}
	t, err := newTally(o.Temp)
	if err != nil {
		return nil, err
	}
	return &Survey{
		o: o, tally: t, kinds: map[desk.Kind]int64{}, asides: map[connectors.Reason]*flaw{},
		volume: newVolumes(), quality: newQualities(), rhythm: newRhythms(o.Zone), life: newLives(),
	}, nil
}

// Close forgets all that was counted.
func (s *Survey) Close() error { return s.tally.close() }

// Add takes in one record. A tombstone counts for nothing.
func (s *Survey) Add(ctx context.Context, r desk.Record) error {
	if r.About().Deleted {
		return nil
	}
	s.kinds[r.Kind()]++
	switch r := r.(type) {
	case *desk.Ticket:
		s.ticket(ctx, r)
	case *desk.Contact:
		s.contact(r)
	case *desk.Agent:
		s.tally.add("agent", string(r.ID), entry{name: called(r.Name, r.Email), other: r.Email})
		s.quality.person(s, r, r.Name, r.Email)
		if r.Email == "" && !r.Disabled {
			s.quality.found(NoAddress, Example{Kind: desk.KindAgent, ID: r.ID, URL: r.URL, What: r.Name})
		}
	case *desk.Organization:
		s.organization(r)
	case *desk.Group:
		s.tally.add("group", string(r.ID), entry{name: r.Name})
	case *desk.Category:
		s.tally.add("category", string(r.ID), entry{name: r.Name})
	}
	s.labels(r)
	return s.tally.full(ctx)
}

// Aside takes in something that the source could not read as a record.
func (s *Survey) Aside(a connectors.Aside) {
	f := s.asides[a.Reason]
	if f == nil {
		f = new(flaw)
		s.asides[a.Reason] = f
	}
	f.found(Example{Kind: a.Kind, ID: a.ID, What: a.Detail})
}

func (s *Survey) ticket(ctx context.Context, t *desk.Ticket) {
	s.kinds[desk.KindMessage] += int64(len(t.Messages))
	for i := range t.Messages {
		s.kinds[desk.KindFile] += int64(len(t.Messages[i].Files))
		if t.Messages[i].Note {
			s.notes++
		}
	}
	s.volume.ticket(ctx, s, t)
	s.quality.ticket(s, t)
	t = inOrder(t) // what follows asks what came after what
	if len(t.History) > 0 {
		s.tracked++
	}
	s.rhythm.ticket(t)
	s.life.ticket(t, s.o.Now)
	s.doors(t)
	s.answers(t)
	s.who(t)
	s.figures.Ticket(t)
}

// Assessment answers the questions of a move.
type Assessment struct {
	Made    time.Time           `json:"made"`
	Sources []string            `json:"sources"`
	Kinds   map[desk.Kind]int64 `json:"kinds"` // how many of each
	Notes   int64               `json:"notes"` // private, of the messages
	First   time.Time           `json:"first,omitzero"`
	Last    time.Time           `json:"last,omitzero"` // the last message or ticket
	Volume  Volume              `json:"volume"`
	Flaws   []Flaw              `json:"flaws"`
	Doors   Doors               `json:"doors"`
	People  People              `json:"people"`
	Labels  Labels              `json:"labels"`
	Rhythm  Rhythm              `json:"rhythm"`
	Life    Life                `json:"life"`
	Service Service             `json:"service"`
	Effort  *Effort             `json:"effort,omitempty"` // if it was asked for; see Weigh
}

// Result is what was found so far.
func (s *Survey) Result(ctx context.Context) (*Assessment, error) {
	if err := s.tally.flush(ctx); err != nil {
		return nil, err
	}
	a := &Assessment{
		Made: s.o.Now, Kinds: s.kinds, Notes: s.notes, First: s.volume.first, Last: s.volume.last,
		Volume: s.volume.result(s.o.Now), Rhythm: s.rhythm.result(s.o.Now, s.o.Hours), Life: s.life.result(), Service: served(&s.figures, s.tracked),
	}
	for _, part := range []struct {
		what string
		of   func(context.Context, *Assessment) error
	}{
		{"categories by size", s.categories},
		{"labels", s.labelsFound},
		{"what is not clean", s.flaws},
		{"doors", s.doorsFound},
		{"people", s.peopleFound},
	} {
		if err := part.of(ctx, a); err != nil {
			return nil, fmt.Errorf("%s: %w", part.what, err)
		}
	}
	return a, nil
}

// called is a name to show.
func called(name, address string) string {
	switch {
	case name == "":
		return address
	case address == "" || name == address:
		return name
	}
	return name + " <" + address + ">"
}

// inOrder is a ticket whose messages stand in the order of their times, as an archive has
// them; one without a time stays behind the one before it.
func inOrder(t *desk.Ticket) *desk.Ticket {
	times := make(map[*desk.Message]time.Time, len(t.Messages))
	last, sorted := time.Time{}, true
	for i := range t.Messages {
		at := t.Messages[i].At
		if at.IsZero() {
			at = last
		}
		sorted = sorted && !at.Before(last)
		times[&t.Messages[i]], last = at, at
	}
	if sorted {
		return t
	}
	order := make([]*desk.Message, len(t.Messages))
	for i := range t.Messages {
		order[i] = &t.Messages[i]
	}
	slices.SortStableFunc(order, func(a, b *desk.Message) int { return times[a].Compare(times[b]) })
	in := *t
	in.Messages = make([]desk.Message, len(order))
	for i, m := range order {
		in.Messages[i] = *m
	}
	return &in
}
