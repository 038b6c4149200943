package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/draft"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/report"
)

const mappingHead = `# What becomes what: guesses from what both ends have. Behind each stands how sure it is,
# and what came next; "look at this" wants you. What begins with # does nothing until you
# take that away. When fields come or go at either end: deskhaul init --update
`

// first is what the new file says of what was seen.
func (f findings) first() project.First {
	out := project.First{Remarks: map[string][]string{}}
	if f.draft != nil {
		out.Mapping = mappingHead + f.draft.YAML()
	}
	for _, e := range f.sources {
		out.Remarks[e.Name] = append(f.statuses[e.Name].remarks(), wordsRemarks(f.words[e.Name])...)
	}
	for _, e := range slices.Concat(f.sources, f.targets) {
		if e.Unasked != "" {
			out.Remarks[e.Name] = append(out.Remarks[e.Name], "Not asked when this was written: "+printableLine(e.Unasked))
		}
	}
	return out
}

// printableLine is a text on one line.
func printableLine(s string) string { return strings.Join(strings.Fields(printable(s)), " ") }

// unasked are the ends that did not answer, a sentence each.
func (f findings) unasked() (out []string) {
	for _, e := range slices.Concat(f.sources, f.targets) {
		if e.Unasked != "" {
			out = append(out, fmt.Sprintf("%s could not be asked: %s", e.Name, e.Unasked))
		}
	}
	return out
}

// tell says what was found and guessed.
func (f findings) tell(w *strings.Builder) {
	for _, e := range slices.Concat(f.sources, f.targets) {
		if e.Unasked == "" {
			fmt.Fprintf(w, "%s: %s\n", e.Name, found(e))
		}
	}
	for _, line := range f.unasked() {
		fmt.Fprintf(w, "! %s\n", line)
	}
	for _, line := range f.strangeWords(true) {
		fmt.Fprintf(w, "! %s\n", line)
	}
	if f.draft == nil || len(f.draft.Guesses) == 0 {
		return
	}
	written, look, none := 0, 0, 0
	for _, g := range f.draft.Guesses {
		switch {
		case g.To == "":
			none++
		case g.Written || g.Word == "certain" || g.Word == "likely":
			written++
		default:
			look++
		}
	}
	fmt.Fprintf(w, "Guesses: %d settled, %d to look at, %d like nothing there; each stands in the mapping with its reason.\n", written, look, none)
}

// found says in one line what an end has.
func found(e draft.End) string {
	parts := []string{}
	if e.Schema.Title != "" {
		parts = append(parts, e.Schema.Title)
	}
	for _, k := range append(slices.Clone(desk.Kinds), desk.KindMessage) {
		if n := max(e.Schema.Counts[k], int64(len(e.Has[k]))); n > 0 {
			parts = append(parts, report.CountOf(n, k))
		}
	}
	if n := customFields(e.Schema); n > 0 {
		parts = append(parts, fmt.Sprintf("%d custom fields", n))
	}
	if len(parts) == 0 {
		return "nothing stands there yet"
	}
	return strings.Join(parts, ", ")
}

func customFields(s connectors.Schema) (n int) {
	for _, f := range s.Fields {
		if strings.HasPrefix(f.Name, "fields.") && f.Name != "fields.status" {
			n++
		}
	}
	return n
}
