package suggest

import "github.com/deskhaul/deskhaul/desk"

// Status guesses which of the common statuses a system's own one is. To of the guess is
// "" where the word says nothing.
func Status(own string) Guess {
	g := ours(own, map[string]desk.Status{
		"new": desk.StatusNew, "open": desk.StatusOpen, "pending": desk.StatusPending, "hold": desk.StatusPending,
		"solved": desk.StatusSolved, "closed": desk.StatusClosed, "cancelled": desk.StatusClosed,
	})
	switch valueConcept(plain(own)) {
	case "hold": // waits for a third party, which our words do not tell from the requester
		g.Sure, g.Why, g.Next, g.NextSure = 0.85, "waits for somebody", string(desk.StatusOpen), near
	case "cancelled":
		g.Sure, g.Why, g.Next, g.NextSure = 0.8, "it is over", string(desk.StatusSolved), uncertain
	}
	return g
}

// Priority guesses which of the common priorities a system's own one is.
func Priority(own string) Guess {
	return ours(own, map[string]desk.Priority{
		"low": desk.PriorityLow, "normal": desk.PriorityNormal, "high": desk.PriorityHigh, "urgent": desk.PriorityUrgent,
	})
}

// ours finds what a word means, or what it is spelt like. means are our words by concept.
func ours[W ~string](own string, means map[string]W) Guess {
	if to, ok := means[valueConcept(plain(own))]; ok {
		why := "same meaning"
		sure := sameMeaning
		if plain(own) == string(to) {
			why, sure = "same name", sameName
		}
		return Guess{From: Thing{Name: own}, To: string(to), Sure: sure, Why: why}
	}
	var known []string
	for word, concept := range valueConcepts() {
		if _, ok := means[concept]; ok {
			known = append(known, word)
		}
	}
	g := Values([]string{own}, known)[0]
	out := Guess{From: Thing{Name: own}, Sure: g.Sure, Why: g.Why}
	if g.To == "" {
		return out
	}
	out.To = string(means[valueConcept(plain(g.To))])
	if next, ok := means[valueConcept(plain(g.Next))]; ok && string(next) != out.To {
		out.Next, out.NextSure = string(next), g.NextSure
	}
	return out
}
