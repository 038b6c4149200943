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

// ownWords are the words of a source's table for one field, which the source translates:
// what each is read as is a setting of it.
type ownWords struct {
	field string
	said  bool // the configuration has a table: it is the person's, and none is written
	words []string
	means map[string]string        // of those that the source knows
	guess map[string]suggest.Guess // of the rest
}

// wordsOf are the words of statuses and priorities of a source whose configuration takes a
// word on them.
func wordsOf(sys *project.System, e draft.End) (out []ownWords) {
	if _, takes := sys.Setting("values"); !takes {
		return nil
	}
	for _, f := range e.Schema.Fields {
		if f.Kind != desk.KindTicket || len(f.Options) == 0 || f.Name != "status" && f.Name != "priority" {
			continue
		}
		w := ownWords{f.Name, sys.Says("values"), f.Options, f.Means, map[string]suggest.Guess{}}
		for _, word := range f.Options {
			if _, known := f.Means[word]; known {
				continue
			}
			w.guess[word] = suggest.Status(word)
			if f.Name == "priority" {
				w.guess[word] = suggest.Priority(word)
			}
		}
		out = append(out, w)
	}
	return out
}

// valuesSetting is what may be said of unknown words without asking, as YAML on one line.
func valuesSetting(all []ownWords) string {
	var fields []string
	for _, w := range all {
		var parts []string
		for _, word := range w.words {
			if g, unknown := w.guess[word]; unknown && w.written(g) {
				parts = append(parts, strict.Quoted(word)+": "+g.To)
			}
		}
		if parts != nil {
			fields = append(fields, w.field+": {"+strings.Join(parts, ", ")+"}")
		}
	}
	if fields == nil {
		return ""
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// asElse is what a table reads an unknown word as.
func asElse(field string) string {
	if field == "status" {
		return "read as open"
	}
	return "read as none"
}

// wordsRemarks are a comment with all words of a source.
func wordsRemarks(all []ownWords) (out []string) {
	for _, w := range all {
		out = append(out, fmt.Sprintf("Its words for a %s, and what each is read as; to say otherwise: values: {%s: {WORD: ...}}, below", w.field, w.field))
		for _, word := range w.words {
			g, unknown := w.guess[word]
			switch {
			case !unknown:
				out = append(out, fmt.Sprintf("  %s: %s", strict.Quoted(word), w.means[word]))
			case g.To == "":
				out = append(out, fmt.Sprintf("  %s:   # %slike none of them: %s", strict.Quoted(word), draft.LookAtThis, asElse(w.field)))
			case w.written(g):
				out = append(out, fmt.Sprintf("  %s: %s  # certain (%.2f)", strict.Quoted(word), g.To, g.Sure))
			default:
				out = append(out, fmt.Sprintf("  %s: %s  # %s%s (%.2f); %s until you say so", strict.Quoted(word), g.To, draft.LookAtThis, g.Word(), g.Sure, asElse(w.field)))
			}
		}
	}
	return out
}

// written tells of a guess that the new configuration has it.
func (w ownWords) written(g suggest.Guess) bool { return !w.said && g.Word() == "certain" }

// strangeWords are a sentence for each source and field with words that nobody is sure of, and
// of a file that is not new with those that nobody has written.
func (f findings) strangeWords(first bool) (out []string) {
	for _, e := range f.sources {
		for _, w := range f.words[e.Name] {
			strange := slices.DeleteFunc(slices.Clone(w.words), func(word string) bool {
				g, unknown := w.guess[word]
				return !unknown || first && w.written(g)
			})
			if len(strange) > 0 {
				out = append(out, fmt.Sprintf("%s: what these words for a %s mean is not known, and they are %s: %s – say it under values: of %s", e.Name, w.field, asElse(w.field), strings.Join(strange, ", "), e.Name))
			}
		}
	}
	return out
}
