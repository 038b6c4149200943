package rfc5322

import "slices"

// maxProblems bounds Message.Problems.
const maxProblems = 20

// problem notes what was repaired, each phrase once.
func (m *Message) problem(what string) {
	if what != "" && len(m.Problems) < maxProblems && !slices.Contains(m.Problems, what) {
		m.Problems = append(m.Problems, what)
	}
}
