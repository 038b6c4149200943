package rest

import (
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// Since is a cursor over things that are listed by the time of their last change,
// oldest first. Clocks run apart, changes become visible late, and many things
// change at one instant; so the list is asked for from an overlap before the
// latest change seen. What comes again because of that is passed over within one
// reading; between two, it is yielded again, and the ledger knows it.
type Since struct {
	at      time.Time
	overlap time.Duration
	seen    map[string]time.Time // what changed within overlap before at
	kept    int                  // of seen when it was last looked through
}

// ParseSince reads a cursor that Cursor made. One that is none means the beginning.
func ParseSince(c connectors.Cursor, overlap time.Duration) *Since {
	at, err := time.Parse(time.RFC3339Nano, string(c))
	if err != nil {
		at = time.Time{}
	}
	return &Since{at: at, overlap: overlap, seen: map[string]time.Time{}}
}

// From is the time to ask from, inclusive; zero for the beginning.
func (s *Since) From() time.Time {
	if s.at.IsZero() {
		return time.Time{}
	}
	return s.at.Add(-s.overlap)
}

// New tells whether this reading has not seen a thing as it is now, and notes that
// it has.
func (s *Since) New(id string, changed time.Time) bool {
	if was, ok := s.seen[id]; ok && !changed.After(was) {
		return false
	}
	s.seen[id] = changed
	if changed.After(s.at) {
		s.at = changed
	}
	if len(s.seen) > 2*s.kept+64 {
		s.forget()
	}
	return true
}

// forget drops what is so old that it will not be listed again.
func (s *Since) forget() {
	from := s.From()
	for id, at := range s.seen {
		if at.Before(from) {
			delete(s.seen, id)
		}
	}
	s.kept = len(s.seen)
}

// Cursor is the place after all that was noted.
func (s *Since) Cursor() connectors.Cursor {
	if s.at.IsZero() {
		return ""
	}
	return connectors.Cursor(s.at.UTC().Format(time.RFC3339Nano))
}
