package freshdesk

import (
	"maps"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
)

// taken are the values that a field of tickets takes, as a mapping would give them.
func taken(field string, s schema) (words []string) {
	switch field {
	case "type":
		return slices.Clone(s.types)
	case "status":
		for _, word := range desk.Statuses {
			if word != desk.StatusNew {
				words = append(words, string(word))
			}
		}
	case "channel":
		for _, n := range slices.Sorted(maps.Keys(channels)) {
			if n != sourceOutbound {
				words = append(words, channels[n])
			}
		}
	}
	return words
}

// valueOf is what a ticket says in such a field.
func valueOf(r *desk.Ticket, field string) string {
	switch field {
	case "type":
		return r.Type
	case "status":
		return string(r.Status)
	case "channel":
		return r.Channel
	}
	return ""
}
