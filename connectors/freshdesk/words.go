package freshdesk

import (
	"strconv"

	"github.com/deskhaul/deskhaul/desk"
)

// The numbers that every account has
// (https://developers.freshdesk.com/api/#ticket_attributes).
const (
	statusOpen     = 2
	statusPending  = 3
	statusResolved = 4
	statusClosed   = 5

	sourcePortal   = 2
	sourceOutbound = 10
)

// status translates a status. Those of the account's own wait for somebody, as the
// vendor's own examples do ("Waiting on Customer", "Waiting on Third Party"), unless
// the configuration says otherwise.
func (c *Config) status(n int64, label string) desk.Status {
	for _, word := range []string{strconv.FormatInt(n, 10), label} {
		for own, to := range c.Statuses {
			if same(own, word) && word != "" {
				return desk.Status(to)
			}
		}
	}
	switch n {
	case statusOpen:
		return desk.StatusOpen
	case statusPending:
		return desk.StatusPending
	case statusResolved:
		return desk.StatusSolved
	case statusClosed:
		return desk.StatusClosed
	}
	return desk.StatusPending
}

func statusNumber(s desk.Status) int64 {
	switch s {
	case desk.StatusPending:
		return statusPending
	case desk.StatusSolved:
		return statusResolved
	case desk.StatusClosed:
		return statusClosed
	case desk.StatusNew, desk.StatusOpen:
	}
	return statusOpen
}

var priorities = []desk.Priority{desk.PriorityLow, desk.PriorityNormal, desk.PriorityHigh, desk.PriorityUrgent}

func priority(n int64) desk.Priority {
	if n < 1 || n > int64(len(priorities)) {
		return ""
	}
	return priorities[n-1]
}

// priorityNumber is 1 for none: a ticket must have one, and low is the vendor's own
// default.
func priorityNumber(p desk.Priority) int64 {
	for i, known := range priorities {
		if known == p {
			return int64(i + 1)
		}
	}
	return 1
}

var channels = map[int64]string{1: "email", sourcePortal: "web", 3: "phone", 7: "chat", 9: "feedback", sourceOutbound: "outbound email"}

func channel(n int64, label string) string {
	if word, ok := channels[n]; ok {
		return word
	}
	return desk.Normal(label)
}

// sourceNumber is the source of a ticket that came through a channel; ok is false
// where there is none such. A ticket of the source "outbound email" would be sent.
func sourceNumber(channel string, s schema) (n int64, ok bool) {
	for n, word := range channels {
		if same(word, channel) && n != sourceOutbound {
			return n, true
		}
	}
	for n, label := range s.sources {
		if same(label, channel) && n != sourceOutbound {
			return n, true
		}
	}
	return sourcePortal, channel == ""
}

// ticketType is the common word for a type, or the account's own.
func ticketType(word string) string {
	switch lower := desk.Normal(word); lower {
	case "question", "incident", "problem", "task":
		return lower
	}
	return word
}

// typeOf is the account's word for a type; ok is false if it has none.
func typeOf(word string, s schema) (string, bool) {
	for _, own := range s.types {
		if same(own, word) {
			return own, true
		}
	}
	return "", word == ""
}
