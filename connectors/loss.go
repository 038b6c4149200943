package connectors

import (
	"context"

	"github.com/deskhaul/deskhaul/desk"
)

// Loss is one thing that a target could not keep.
type Loss struct {
	Field  string // as in desk.PrintsOf; of messages "message.FIELD", of files "file" or "file.FIELD"
	Detail string // one sentence
	Why    Why    // what sort of loss it is; "" none of these
	// Message is, of a call that writes several, the message that it befalls, as the source
	// names it, and File the name of the file: a verification excuses nothing else by it.
	Message desk.ID
	File    string
	// Value is what was not taken, of WhyValue and WhyNobody, as the mapping gave it.
	Value string
	// Takes are the values that would be taken, of WhyValue, each on a line; "" unknown.
	Takes string
	// Kept says that a private note of the ticket holds it. The pipeline sets it.
	Kept bool
}

// Why is what sort of loss one is: on it depends what would save it.
type Why string

// The sorts of losses.
const (
	WhyNoRoom    Why = "no room"   // the system has no such field
	WhyNoField   Why = "no field"  // a custom field that the account lacks, and could have
	WhyValue     Why = "value"     // the field does not take this value
	WhyTooLong   Why = "too long"  // a text is cut
	WhyTooMany   Why = "too many"  // a list is cut
	WhyTooLarge  Why = "too large" // a file is left out
	WhyTime      Why = "time"      // the system has no such time, or sets it itself
	WhyNobody    Why = "nobody"    // nobody stands there for a person
	WhyReference Why = "reference" // what it refers to is not there
	WhyOneBody   Why = "one body"  // a message has two bodies, and the system room for one
	WhyRedacted  Why = "redacted"  // the mapping took it away
	WhyFixed     Why = "fixed"     // it is set when the record is made, and never again
	WhyNotTaken  Why = "not taken" // the system did not take it as it is
	WhyNoFolder  Why = "no folder" // there is no place for files
)

// Unseen begins the Detail of a loss that may be none: nobody saw what became of the field, so
// that what stands there may be somebody's.
const Unseen = "it was not seen whether "

// Write is a call that a dry run does not make.
type Write struct {
	Record  desk.Record   // to be made or changed; of a message its ticket
	Message *desk.Message // to be added to the ticket; nil: the record itself is written
	// ID is what is changed, or added to, at the target; "" the record is to be made.
	// It may be of what is only planned.
	ID     desk.ID
	Fields []string // to be changed; nil: the record is to be made
}

// PlannedID begins the ids that a dry run gives to what it would create.
const PlannedID = "planned:"

// Foreseer is a target that knows beforehand, from what it has read of the account, what
// it would not keep of what is written, or why it would refuse it: a dry run asks it in
// place of Create, Update and Append, and it says what their receipts would, in the same
// words. A run asks it where a private note is to hold what is lost. References may be
// to what is only planned. It writes nothing, and makes few calls: one for each record
// would make a plan as slow as a run.
type Foreseer interface {
	Foresee(ctx context.Context, w Write) ([]Loss, error)
}

// Unforeseen is a Foreseer that cannot tell all beforehand: of what it says a plan
// tells that it is seen only when it is written, one sentence each.
type Unforeseen interface {
	Unforeseen() []string
}

// Savior is a configuration of a target that knows which of its settings would save what
// the connector would lose.
type Savior interface {
	// Saves are the settings to change, as YAML tells them, and what is to be done at
	// the target besides; ok is false if none would.
	Saves(kind desk.Kind, l Loss) (settings map[string]any, also string, ok bool)
}
