package rt

import (
	"maps"
	"slices"
	"strconv"

	"github.com/deskhaul/deskhaul/desk"
)

func isStatus(s string) bool { return slices.Contains(desk.Statuses, desk.Status(s)) }

// status translates RT's words; deleted is a tombstone's, and told apart before.
func (c *Config) status(word string) desk.Status {
	if own, ok := c.Statuses[word]; ok {
		return desk.Status(own)
	}
	switch word {
	case "new":
		return desk.StatusNew
	case "open":
		return desk.StatusOpen
	case "stalled":
		return desk.StatusPending
	case "resolved":
		return desk.StatusSolved
	case "rejected":
		return desk.StatusClosed
	}
	return desk.StatusOpen // a lifecycle of the installation's own; the word itself is kept as a field
}

// priority translates RT's number. Its own words are Low for 0, Medium for 50 and
// High for 100; a ticket that nobody gave one has 0 as well.
func priority(number string) desk.Priority {
	n, err := strconv.Atoi(number)
	switch {
	case err != nil || n <= 0:
		return ""
	case n < 34:
		return desk.PriorityLow
	case n < 67:
		return desk.PriorityNormal
	case n < 101:
		return desk.PriorityHigh
	}
	return desk.PriorityUrgent
}

// word is RT's word for a status. "rejected" is none for a closed ticket: it says that
// nobody wanted to help.
func (c *Config) word(s desk.Status) string {
	own := slices.Sorted(maps.Keys(c.Statuses))
	if i := slices.IndexFunc(own, func(w string) bool { return c.Statuses[w] == string(s) }); i >= 0 {
		return own[i]
	}
	switch s {
	case desk.StatusOpen:
		return "open"
	case desk.StatusPending:
		return "stalled"
	case desk.StatusSolved, desk.StatusClosed:
		return "resolved"
	case desk.StatusNew:
	}
	return "new"
}

// rank is RT's number for a priority.
func rank(p desk.Priority) string {
	switch p {
	case desk.PriorityLow:
		return "10"
	case desk.PriorityNormal:
		return "50"
	case desk.PriorityHigh:
		return "100"
	case desk.PriorityUrgent:
		return "150"
	}
	return "0"
}
