package connectors

import (
	"context"

	"github.com/deskhaul/deskhaul/desk"
)

// Call is a kind of write to a target: each might send somebody an e-mail.
type Call string

// The calls. EveryCall stands for all of them, where one thing keeps all quiet.
const (
	EveryCall   Call = "every call"
	CallTicket  Call = "create a ticket"
	CallPublic  Call = "append a public message"
	CallNote    Call = "append a private note"
	CallFields  Call = "change a ticket's fields"
	CallClose   Call = "close a ticket"
	CallContact Call = "create a contact"
	CallAgent   Call = "create an agent"
	CallPerson  Call = "change a person"
	CallShelf   Call = "write an organisation, group or category"
	CallDelete  Call = "delete what was made"
)

// Means is what keeps a call quiet.
type Means string

// The means.
const (
	ByNobody   Means = "nobody"   // there is nobody to mail: a file, or nothing is made
	ByEndpoint Means = "endpoint" // the call itself, of all that the system offers for it
	ByFlag     Means = "flag"     // something that is said in the call
	BySetting  Means = "setting"  // something that an administrator has to switch off
)

// Proof is what it rests on that a call is quiet.
type Proof string

// The proofs, the strongest first.
const (
	Promised    Proof = "promised"    // the vendor's documentation, or a standard, says so
	Tested      Proof = "tested"      // an administrator's setting, which check looks at (see Prober)
	Declared    Proof = "declared"    // an administrator's setting, which no call tells
	Unconfirmed Proof = "unconfirmed" // no source says that it mails anybody, and none that it does not
)

// Silence tells how one call of a target is kept quiet. A call that several things
// must keep quiet has several.
type Silence struct {
	Call Call   `json:"call"`
	By   Means  `json:"by"`
	How  string `json:"how"` // one sentence
	// Proof is what it rests on at best: what is tested may turn out not to be
	// testable with an account's rights.
	Proof Proof `json:"proof"`
	// Only is the setting of the configuration without which the call is not made at
	// all, as it is written there.
	Only string `json:"only,omitempty"`
	// Doubt is what no source confirms.
	Doubt string `json:"doubt,omitempty"`
}

// Nobody is the silence of a target that has nobody to mail; what says what it is.
func Nobody(what string) []Silence {
	return []Silence{{Call: EveryCall, By: ByNobody, How: what + ": there is nobody to mail.", Proof: Promised}}
}

// Calls are those that a run may make of a target that promises this; deletes says that
// it is a Deleter.
func (c Caps) Calls(deletes bool) (calls []Call) {
	add := func(made bool, call Call) {
		if made {
			calls = append(calls, call)
		}
	}
	tickets, changes := c.Has(desk.KindTicket), !c.CreateOnly
	contacts, agents := c.Has(desk.KindContact), c.Has(desk.KindAgent)
	add(tickets, CallTicket)
	add(tickets && (changes || c.AtOnce > 0), CallPublic)
	add(tickets && (changes || c.AtOnce > 0) && c.Keeps(desk.KindMessage, "note"), CallNote)
	add(tickets && changes, CallFields)
	add(tickets && changes && c.Keeps(desk.KindTicket, "status"), CallClose)
	add(contacts, CallContact)
	add(agents, CallAgent)
	add((contacts || agents) && changes, CallPerson)
	add(c.Has(desk.KindOrganization) || c.Has(desk.KindGroup) || c.Has(desk.KindCategory), CallShelf)
	add(deletes, CallDelete)
	return calls
}

// Of are the lines that speak of a call.
func (s Spec) Of(call Call) (lines []Silence) {
	for _, line := range s.Silence {
		if line.Call == call || line.Call == EveryCall {
			lines = append(lines, line)
		}
	}
	return lines
}

// Mails tells whether the system has people whom it could mail: it is no file.
func (s Spec) Mails() bool {
	for _, line := range s.Silence {
		if line.By != ByNobody {
			return true
		}
	}
	return len(s.Silence) == 0
}

// Prober is a target that can look, without writing, whether an administrator's
// settings are as Caps.Declared says: it tests what is Tested.
type Prober interface {
	Probe(ctx context.Context) (Probe, error)
}

// Probe is what a look found.
type Probe struct {
	Looked bool     // false: the system does not let it look, or there is nothing to see
	Loud   []string // what would send e-mails
	Found  string   // all of it in one sentence
}

// Recorder is a target whose system writes down the e-mails that it sends.
type Recorder interface {
	// Mails are those about a ticket that was written, a line each.
	Mails(ctx context.Context, ticket desk.ID) ([]string, error)
}

// CanaryName is what the contact is called who asks in a canary, at every target and from
// every project. It is deleted when the canary was answered; a system that keeps who was
// deleted may know it by its name and a mark of ours, and bring it back for the next one.
const CanaryName = "deskhaul canary"
