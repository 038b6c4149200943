package intercom

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// word is a text that some versions of the API, and some of its answers, give as a number:
// the ids of admins and teams are both.
type word string

// UnmarshalJSON implements json.Unmarshaler. Nothing is "".
func (w *word) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	switch {
	case string(b) == "null":
		*w = ""
		return nil
	case len(b) > 0 && b[0] == '"':
		return json.Unmarshal(b, (*string)(w))
	}
	var n json.Number
	err := json.Unmarshal(b, &n)
	*w = word(n)
	return err
}

// id is a word that names something; "0" is how Intercom says nobody.
func (w word) id() string {
	if w == "0" {
		return ""
	}
	return string(w)
}

// instant is a time as the API gives it, in seconds since 1970; nothing and 0 are zero.
type instant struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler. What is no number of seconds is zero.
func (i *instant) UnmarshalJSON(b []byte) error {
	var w word
	if err := w.UnmarshalJSON(b); err != nil {
		return nil //nolint:nilerr // a time that cannot be read is unknown
	}
	if n, err := strconv.ParseFloat(string(w), 64); err == nil && n > 0 {
		i.Time = time.Unix(int64(n), 0).UTC()
	}
	return nil
}

// either is a thing that older versions give as a text: the state of a ticket.
type either[T any] struct {
	word  string
	thing T
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *either[T]) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &e.word)
	}
	return json.Unmarshal(b, &e.thing)
}
