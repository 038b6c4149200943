package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/draft"
	"github.com/deskhaul/deskhaul/mapping/strict"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/suggest"
)

// ownStatuses are the statuses of a source that has some of its own, and guesses which of
// ours each stands for. The source translates them, so that they are a setting of it.
type ownStatuses []suggest.Guess

// statusesOf guesses at the statuses of a source whose configuration takes a word on them,
// and has none yet.
func statusesOf(sys *project.System, e draft.End) (out ownStatuses) {
	if _, takes := sys.Setting("statuses"); !takes || sys.Says("statuses") {
		return nil
	}
	for _, f := range e.Schema.Fields {
		if f.Kind != desk.KindTicket || f.Name != "fields.status" {
			continue
		}
		for _, word := range f.Options {
			out = append(out, suggest.Status(word))
		}
	}
	return out
}

// setting is what may be said without asking, as YAML on one line; "" nothing. What a
// system calls as all do the connector knows better.
func (s ownStatuses) setting() string {
	var parts []string
	for _, g := range s {
		usual := slices.Contains([]string{"new", "open", "pending", "resolved", "solved", "closed"}, desk.Normal(g.From.Name))
		if !usual && g.Word() == "certain" {
			parts = append(parts, strict.Quoted(g.From.Name)+": "+g.To)
		}
	}
	if parts == nil {
		return ""
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// remarks are a comment with all of them.
func (s ownStatuses) remarks() (out []string) {
	if len(s) == 0 {
		return nil
	}
	out = append(out, "Its own statuses, and which of new, open, pending, solved, closed each looks like (statuses, below):")
	for _, g := range s {
		about := fmt.Sprintf("%s (%.2f)", g.Word(), g.Sure)
		switch {
		case g.To == "":
			about = draft.LookAtThis + "like none of them"
		case g.Next != "":
			about += fmt.Sprintf("; next: %s (%.2f)", g.Next, g.NextSure)
		}
		if g.To != "" && g.Word() != "certain" {
			about = draft.LookAtThis + about
		}
		out = append(out, fmt.Sprintf("  %s: %s  # %s", strict.Quoted(g.From.Name), g.To, about))
	}
	return out
}

// settings are the --set that say the statuses and words of all sources that need it. A source
// alone is called from: a target may have its name.
func (f findings) settings() (out []string) {
	for _, e := range f.sources {
		name := e.Name
		if len(f.sources) == 1 {
			name = "from"
		}
		if value := f.statuses[e.Name].setting(); value != "" {
			out = append(out, name+".statuses="+value)
		}
		if value := valuesSetting(f.words[e.Name]); value != "" {
			out = append(out, name+".values="+value)
		}
	}
	return out
}
