package strict

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing that is wrong with a file.
type Mistake struct {
	Place
	Text string // what is wrong and what to do, one sentence without a full stop
}

// Error is the place and the text.
func (m *Mistake) Error() string { return strings.TrimSuffix(m.String(), ":") + ": " + m.Text } // --from rt: ends with one

// Mistakes are all that is wrong. The zero value has none.
type Mistakes struct {
	list []*Mistake
}

// At adds a mistake.
func (m *Mistakes) At(p Place, format string, args ...any) {
	m.list = append(m.list, &Mistake{Place: p, Text: fmt.Sprintf(format, args...)})
}

// Take adds the mistakes that err holds; one that is none is added at p.
func (m *Mistakes) Take(p Place, err error) {
	var many *Error
	var one *Mistake
	switch {
	case err == nil:
	case errors.As(err, &many):
		m.list = append(m.list, many.Mistakes...)
	case errors.As(err, &one):
		m.list = append(m.list, one)
	default:
		m.At(p, "%v", err)
	}
}

// Len counts them.
func (m *Mistakes) Len() int { return len(m.list) }

// Err returns them in the order of their places as an *Error, or nil if there is none.
func (m *Mistakes) Err() error {
	if len(m.list) == 0 {
		return nil
	}
	return &Error{Mistakes: m.Sorted()}
}

// Sorted returns them in the order of their places, each once.
func (m *Mistakes) Sorted() []*Mistake {
	list := slices.Clone(m.list)
	slices.SortStableFunc(list, func(a, b *Mistake) int {
		return cmp.Or(a.Compare(b.Place), strings.Compare(a.Text, b.Text))
	})
	return slices.CompactFunc(list, func(a, b *Mistake) bool { return *a == *b })
}

// Error holds every mistake of a file or several, ordered by place.
type Error struct {
	Mistakes []*Mistake
}

// Error is one mistake a line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Mistakes))
	for i, m := range e.Mistakes {
		lines[i] = m.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns each mistake.
func (e *Error) Unwrap() []error {
	errs := make([]error, len(e.Mistakes))
	for i, m := range e.Mistakes {
		errs[i] = m
	}
	return errs
}
