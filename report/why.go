package report

import "github.com/deskhaul/deskhaul/connectors"

// reasonWords say why something is put aside or left out.
var reasonWords = map[connectors.Reason]string{
	connectors.ReasonUnreadable: "the source has it in a form that cannot be read",
	connectors.ReasonTooLarge:   "it is too large",
	connectors.ReasonRefused:    "the target will not have it",
	connectors.ReasonMapping:    "the mapping failed, or gave no value",
	connectors.ReasonReference:  "it refers to something that is not there",
	connectors.ReasonVanished:   "it is gone from the source",
	connectors.ReasonAmbiguous:  "it cannot be told whether it arrived, or which of several it is",
	connectors.ReasonConflict:   "it was changed on both sides, and somebody has to decide",
	connectors.ReasonTransient:  "it failed for now: the line, the disk, the server",
	connectors.ReasonInternal:   "a fault of deskhaul",
	connectors.ReasonDuplicate:  "a second copy of what is there",
	connectors.ReasonFiltered:   "a rule of the mapping leaves it out",
	"":                          "its write was begun, and the answer was lost",
	WithTicket:                  "with their ticket",
}

// WithTicket is the reason of messages and files that have none of their own.
const WithTicket connectors.Reason = "with ticket"

// lossWords say what sort of loss one is.
var lossWords = map[connectors.Why]string{
	connectors.WhyNoRoom:    "the target has no such field",
	connectors.WhyNoField:   "the account has no such custom field",
	connectors.WhyValue:     "the field does not take the value",
	connectors.WhyTooLong:   "the text is cut",
	connectors.WhyTooMany:   "the list is cut",
	connectors.WhyTooLarge:  "the file is left out: it is too large",
	connectors.WhyTime:      "the target sets the time itself",
	connectors.WhyNobody:    "nobody stands there for the person",
	connectors.WhyReference: "what it refers to is not there",
	connectors.WhyOneBody:   "a message has two bodies, and the target room for one",
	connectors.WhyRedacted:  "the mapping takes it away",
	connectors.WhyFixed:     "it is set when the record is made, and never again",
	connectors.WhyNotTaken:  "the target did not take it as it is",
	connectors.WhyNoFolder:  "there is no place for files",
}

// reason says why something is put aside or left out.
func (t Tongue) reason(r connectors.Reason) string {
	if said, known := reasonWords[r]; known {
		return t.Say(said)
	}
	return string(r)
}

// loss says what sort of loss one is; "" of none.
func (t Tongue) loss(why connectors.Why) string {
	if said, known := lossWords[why]; known {
		return t.Say(said)
	}
	return string(why)
}
