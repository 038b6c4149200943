package connectors

import (
	"errors"
	"fmt"
)

// What a failed call means to a run.
var (
	// ErrNotFound: there is no such thing.
	ErrNotFound = errors.New("not found")
	// ErrRefused: this record will never be accepted as it is.
	ErrRefused = errors.New("refused")
	// ErrDenied: nothing will be accepted (credentials, permissions, a full
	// disk): the run stops.
	ErrDenied = errors.New("nothing more will be accepted")
	// ErrMailed: the system has sent somebody an e-mail. See Mailed.
	ErrMailed = errors.New("an e-mail was sent")
	// ErrUnsure: it may have happened.
	ErrUnsure = errors.New("outcome unknown")
	// ErrBusy: not now; nothing happened, and a later attempt may succeed.
	ErrBusy = errors.New("busy")
	// ErrUnsupported: the system has no such thing.
	ErrUnsupported = errors.New("not supported")
)

// Reason is why a record is in quarantine or was skipped. The list is closed;
// programs act on it, people read the detail beside it.
type Reason string

// The reasons.
const (
	ReasonUnreadable Reason = "unreadable" // the source has it in a form that cannot be read
	ReasonTooLarge   Reason = "too_large"  // larger than the target, or we, can take
	ReasonRefused    Reason = "refused"    // the target will not have it
	ReasonMapping    Reason = "mapping"    // the mapping failed or gave no value
	ReasonReference  Reason = "reference"  // refers to something that cannot be brought
	ReasonVanished   Reason = "vanished"   // gone from the source between two looks
	ReasonAmbiguous  Reason = "ambiguous"  // it cannot be told whether or which of several it is
	ReasonConflict   Reason = "conflict"   // changed on both sides and policy says to report
	ReasonTransient  Reason = "transient"  // failed for now: the line, the disk, the server
	ReasonInternal   Reason = "internal"   // a fault of ours
	ReasonDuplicate  Reason = "duplicate"  // a second copy of what is there: skipped
	ReasonFiltered   Reason = "filtered"   // a rule of the mapping skips it
)

// Reasons lists them. Callers must not change it.
var Reasons = []Reason{
	ReasonUnreadable, ReasonTooLarge, ReasonRefused, ReasonMapping, ReasonReference, ReasonVanished,
	ReasonAmbiguous, ReasonConflict, ReasonTransient, ReasonInternal, ReasonDuplicate, ReasonFiltered,
}

// Trouble is an error with a typed reason and a hint what to do next.
type Trouble struct {
	Reason Reason
	Err    error  // says what happened, to which record
	Hint   string // what to do next, an imperative sentence; "" if there is nothing
}

// Error is what happened and, after a dash, what to do next.
func (t *Trouble) Error() string {
	if t.Hint == "" {
		return t.Err.Error()
	}
	return t.Err.Error() + " – " + t.Hint
}

// Unwrap returns the error inside.
func (t *Trouble) Unwrap() error { return t.Err }

// Refuse makes an error for a record that will never be accepted as it is.
func Refuse(reason Reason, hint, format string, args ...any) error {
	return &Trouble{Reason: reason, Err: fmt.Errorf("%w: %w", fmt.Errorf(format, args...), ErrRefused), Hint: hint}
}

// ReasonOf returns the reason that err carries, or the one that its meaning
// implies.
func ReasonOf(err error) Reason {
	var t *Trouble
	switch {
	case errors.As(err, &t):
		return t.Reason
	case errors.Is(err, ErrRefused), errors.Is(err, ErrUnsupported):
		return ReasonRefused
	case errors.Is(err, ErrNotFound):
		return ReasonVanished
	default:
		return ReasonTransient
	}
}

// Mailed makes an error be ErrMailed besides what it is, in its own words.
func Mailed(err error) error { return mailed{err} }

type mailed struct{ error }

func (m mailed) Unwrap() error        { return m.error }
func (m mailed) Is(target error) bool { return target == ErrMailed }
