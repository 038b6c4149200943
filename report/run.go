// Package report is what people and scripts look at: how a run ended, what a plan
// would do, what is in quarantine.
package report

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// Run is how a run ended, as --json prints it.
type Run struct {
	ID       int64                `json:"run"`
	Verb     string               `json:"verb"`
	State    checkpoints.RunState `json:"state"`
	Seconds  float64              `json:"seconds"`
	Requests int64                `json:"requests"` // sent over HTTP, in both directions
	Kinds    checkpoints.Counts   `json:"kinds"`    // of the last hop; of several routes, their sum
	Hops     []Hop                `json:"hops"`
	// Quarantine is how many records and messages are aside, of this and earlier
	// runs.
	Quarantine int64 `json:"quarantine"`
	// Waiting is how many every run tries again: they are not in quarantine.
	Waiting   int64    `json:"waiting"`
	Losses    []Loss   `json:"losses,omitempty"`
	Conflicts []Loss   `json:"conflicts,omitempty"` // what was changed on both sides, and what was done
	Problems  []string `json:"problems,omitempty"`  // what a person should look at, one sentence each
	Error     string   `json:"error,omitempty"`
	Unsaved   bool     `json:"unsaved,omitempty"` // more was done than could be saved: it is not counted
	Next      []Step   `json:"next,omitempty"`    // in JSON their commands alone
	// Sample are the tickets of a sample, as they were read back.
	Sample []SampledTicket `json:"sample,omitempty"`
	// Project, Began and Then, the commands to go on with, are for the page.
	Project string    `json:"-"`
	Began   time.Time `json:"-"`
	Then    []Step    `json:"-"`
	// Page is the file that the run is shown in; "" none.
	Page string `json:"-"`
}

// Step is a command to go on with.
type Step struct {
	Command string // as a shell takes it
	Why     string // what it is good for
}

// MarshalJSON writes the command: a script has no use for the reason.
func (s Step) MarshalJSON() ([]byte, error) { return plainJSON(s.Command) }

// Hop is one leg of the way, by the names that the configuration gives.
type Hop struct {
	From    string             `json:"from"`
	To      string             `json:"to"`
	Kinds   checkpoints.Counts `json:"kinds"`
	Last    bool               `json:"-"` // ends where the records are to stay
	Seconds float64            `json:"seconds"`
	Listed  Listed             `json:"-"`
}

// Listed is what a page of a plan or run says of a leg besides its numbers.
type Listed struct {
	Found  []Found // what the numbers are of, the first of each list
	Losses []Loss  // with what would save them
	Bytes  int64   // of texts and files that were written
}

// all lists the kinds that a report speaks of, so that a script finds a zero and
// not a gap.
var all = []desk.Kind{
	desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindCategory, desk.KindContact,
	desk.KindTicket, desk.KindMessage, desk.KindFile,
}

// Complete fills the sums that follow from the hops, and a zero for every kind.
func (r *Run) Complete() {
	r.Kinds = checkpoints.Counts{}
	for i := range r.Hops {
		r.Hops[i].Kinds = r.Hops[i].Kinds.Plus(zeros())
		if r.Hops[i].Last {
			r.Kinds = r.Kinds.Plus(r.Hops[i].Kinds)
		}
	}
	r.Kinds = r.Kinds.Plus(zeros())
	if r.Hops == nil {
		r.Hops = []Hop{}
	}
}

func zeros() checkpoints.Counts {
	z := checkpoints.Counts{}
	for _, k := range all {
		z[k] = checkpoints.Count{}
	}
	return z
}

// plainJSON is v in JSON with < and & as they are.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// JSON writes v as one indented document.
func JSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
