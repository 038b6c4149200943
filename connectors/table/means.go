package table

import (
	"slices"

	"github.com/deskhaul/deskhaul/desk"
)

// Translates tells whether the words of a field are read as words of ours.
func (l *Layout) Translates(field string) bool {
	return !l.Exact && slices.Contains([]string{"status", "priority", "type", "channel"}, field)
}

// Means is what a word of a status or priority is read as; known is false where that is a
// guess for want of a better one, or nothing.
func (l *Layout) Means(field, word string) (to string, known bool) {
	if to, said := l.values[field][plain(word)]; said {
		return to, true
	}
	switch field {
	case "status":
		status, known := l.words.statusOf(word)
		return string(status), known
	case "priority":
		priority, known := l.words.priorityOf(word)
		return string(priority), known
	}
	return word, true // only the configuration translates it
}

// StatusMeans is what a word for a status says, in whatever language; known is false where
// that is a guess for want of a better one.
func StatusMeans(word string) (status desk.Status, known bool) { return theWords().statusOf(word) }

// PriorityMeans is what a word for a priority says; "" if that is not known.
func PriorityMeans(word string) desk.Priority {
	priority, _ := theWords().priorityOf(word)
	return priority
}
