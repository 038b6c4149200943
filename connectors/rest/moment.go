package rest

import (
	"encoding/json"
	"time"
)

// Moment is a time in an answer (RFC 3339, at any offset), in UTC; what is none is
// zero.
type Moment struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (m *Moment) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		return nil
	}
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		m.Time = at.UTC()
	}
	return nil
}
