package assess

import (
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// End is a system that is to be read from or written to.
type End struct {
	Name, Connector string
	Pace            connectors.Pace
}

// Effort is what a move of all that was found takes, beforehand. A run tells what it took.
type Effort struct {
	Ways []Way `json:"ways"`
	// Disk is up to how many bytes of the project's folder it takes: the archive with its
	// index, and the ledger.
	Disk int64 `json:"disk"`
}

// Way is the reading of one system, or the writing of another.
type Way struct {
	System    string `json:"system"`
	Connector string `json:"connector"`
	Writes    bool   `json:"writes"`
	Calls     int64  `json:"calls"`
	// Each is how long one call is taken to last, and AtOnce how many go side by side.
	Each   time.Duration `json:"each_ns"`
	AtOnce int           `json:"at_once"`
	Times  []Lasting     `json:"times"` // by what the vendor allows; one where only the server bounds it
}

// Lasting is how long it takes.
type Lasting struct {
	Plan      string        `json:"plan,omitempty"`       // the vendor's name for what is paid for
	PerMinute float64       `json:"per_minute,omitempty"` // calls; 0 any number
	Takes     time.Duration `json:"takes_ns"`
}

// load is how much there is to move.
func (a *Assessment) load() connectors.Load {
	return connectors.Load{
		People: a.Kinds[desk.KindContact] + a.Kinds[desk.KindAgent], Places: a.Kinds[desk.KindOrganization] + a.Kinds[desk.KindGroup] + a.Kinds[desk.KindCategory],
		Tickets: a.Kinds[desk.KindTicket], Messages: a.Kinds[desk.KindMessage], Files: a.Kinds[desk.KindFile],
	}
}

// Weigh estimates what it takes to read the sources once, and to write each target.
func (a *Assessment) Weigh(sources, targets []End) {
	a.Effort = &Effort{Ways: []Way{}, Disk: a.disk()}
	for _, e := range sources {
		if e.Pace.Read != nil {
			a.Effort.Ways = append(a.Effort.Ways, way(e, false, e.Pace.Read(a.load())))
		}
	}
	for _, e := range targets {
		if e.Pace.Write != nil {
			a.Effort.Ways = append(a.Effort.Ways, way(e, true, e.Pace.Write(a.load())))
		}
	}
}

func way(e End, writes bool, calls connectors.Calls) Way {
	w := Way{System: e.Name, Connector: e.Connector, Writes: writes, Calls: calls.All(), Each: e.Pace.Each, AtOnce: e.Pace.AtOnce}
	for _, p := range e.Pace.Plans {
		w.Times = append(w.Times, Lasting{p.Plan, p.PerMinute, e.Pace.Takes(calls, p.PerMinute)})
	}
	if len(w.Times) == 0 {
		w.Times = []Lasting{{Takes: e.Pace.Takes(calls, 0)}}
	}
	return w
}

// What the archive, its index and the ledger took of two mailing lists and what helpdesks
// made of them, rounded up: files as they are, though most can be packed; a text once in the
// archive and half of it in the index; and lines for each message.
const (
	diskOfText    = 1.6
	diskOfMessage = 2500
	diskOfTicket  = 2500 // its cover, in the archive and in the ledger of each target
	diskOfPerson  = 1500
	diskOfNothing = 500_000 // the files themselves, without a record
)

func (a *Assessment) disk() int64 {
	l := a.load()
	return diskOfNothing + a.Volume.Bytes + int64(float64(a.Volume.Text)*diskOfText) + l.Messages*diskOfMessage + l.Tickets*diskOfTicket + l.People*diskOfPerson
}
