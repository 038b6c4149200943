package znuny

import (
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// status translates a state, by its name where the configuration knows it, else by its type.
func (c *Config) status(state, sort text) desk.Status {
	if own, ok := c.Statuses[string(state)]; ok {
		return desk.Status(own)
	}
	switch {
	case sort == "new":
		return desk.StatusNew
	case strings.HasPrefix(string(sort), "pending"):
		return desk.StatusPending
	case sort == "closed" && state != "closed unsuccessful":
		return desk.StatusSolved
	case sort == "closed", sort == "merged", sort == "removed":
		return desk.StatusClosed
	}
	return desk.StatusOpen
}

// state is the state that a status is written as. "closed unsuccessful" is none for a
// closed ticket: it says that nobody could help.
func (c *Config) state(s desk.Status) string {
	for _, own := range slices.Sorted(maps.Keys(c.Statuses)) {
		if c.Statuses[own] == string(s) {
			return own
		}
	}
	switch s {
	case desk.StatusNew:
		return "new"
	case desk.StatusPending:
		return statePending
	case desk.StatusSolved, desk.StatusClosed:
		return "closed successful"
	case desk.StatusOpen:
	}
	return "open"
}

const (
	statePending = "pending reminder"
	stateRemoved = "removed"
)

// sorts are the types of the states that every Znuny comes with.
var sorts = map[string]text{
	"new": "new", "open": "open", statePending: "pending reminder", "pending auto close+": "pending auto", "pending auto close-": "pending auto",
	"closed successful": "closed", "closed unsuccessful": "closed", "merged": "merged", stateRemoved: "removed",
}

// back is the status that comes back where one is written.
func (c *Config) back(s desk.Status) desk.Status {
	state := c.state(s)
	return c.status(text(state), sorts[state])
}

// statuses are those that come back as they were written.
func (c *Config) statuses() (words []string) {
	for _, s := range desk.Statuses {
		if c.back(s) == s {
			words = append(words, string(s))
		}
	}
	return words
}

// priority translates "1 very low" to "5 very high". What an installation calls otherwise
// is known by its number.
func priority(word text) desk.Priority {
	number, _, _ := strings.Cut(string(word), " ")
	switch number {
	case "1", "2":
		return desk.PriorityLow
	case "3":
		return desk.PriorityNormal
	case "4":
		return desk.PriorityHigh
	case "5":
		return desk.PriorityUrgent
	}
	return ""
}

func rank(p desk.Priority) string {
	switch p {
	case desk.PriorityLow:
		return "2 low"
	case desk.PriorityHigh:
		return "4 high"
	case desk.PriorityUrgent:
		return "5 very high"
	case desk.PriorityNormal:
	}
	return "3 normal"
}

// channels are Znuny's, by their numbers (scripts/database/initial_insert.xml).
var channels = map[text]string{"1": "email", "2": "phone", "4": "chat"}

const channelInternal = "3"

// channel is the door of an article; what a customer says internally came by the web.
func channel(a *articleShape) string {
	if a.Channel == channelInternal && a.Sender == "customer" {
		return "web"
	}
	return channels[a.Channel]
}

// typeOf is the common word for a ticket type, or Znuny's own.
func typeOf(word string) string {
	switch lower := desk.Normal(word); lower {
	case "question", "incident", "problem", "task":
		return lower
	}
	return word
}
