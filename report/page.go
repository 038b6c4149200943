package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Page writes what there is to know of a connector as Markdown: what it reads and
// writes, what it promises, what it needs, what is lost, and its settings; example is
// how a system of it is written in a configuration.
func Page(w io.Writer, spec connectors.Spec, example string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s.\n", spec.Name, capital(strings.TrimSuffix(spec.Doc, ".")))
	if spec.Source != nil {
		fmt.Fprintf(&b, "\n## As a source\n\nReads %s.\n\n", kinds(spec.Reads))
		bullets(&b, readPromises(spec.Reads))
	}
	if spec.Target != nil {
		fmt.Fprintf(&b, "\n## As a target\n\nWrites %s.\n\n", kinds(spec.Writes))
		bullets(&b, writePromises(spec.Writes))
	}
	g := spec.Guide
	section(&b, "What the credentials must allow, and how to make them", g.Access)
	for _, f := range g.Imports {
		section(&b, f.Title, f.Text)
		fmt.Fprintf(&b, "\n`%s`:\n\n```%s\n%s```\n", f.Name, f.Format, f.Body)
	}
	silence(&b, spec)
	section(&b, "Limits", append(slices.Clone(g.Limits), ownLimits(spec.Writes)...))
	section(&b, "What is lost", append(slices.Clone(g.Losses), noRoom(spec)...))
	section(&b, "What is not certain", g.Doubts)
	side := "sources: # or targets"
	if spec.Target == nil {
		side = "sources:"
	}
	fmt.Fprintf(&b, "\n## Settings\n\n```yaml\n%s\n  NAME:\n%s```\n", side, example)
	for _, x := range g.Examples {
		section(&b, "Example: "+x.Title, x.Text)
		fmt.Fprintf(&b, "\n```yaml\n%s```\n", x.YAML)
	}
	section(&b, "Where the facts are from", g.Sources)
	_, err := io.WriteString(w, b.String())
	return err
}

// silence tells what the administrator has to do, then call by call what keeps it quiet.
func silence(b *strings.Builder, spec connectors.Spec) {
	if spec.Target == nil {
		return
	}
	section(b, "Nobody is sent an e-mail", append(slices.Clone(spec.Guide.Silence), proofsInWords(spec.Silence)...))
	b.WriteString("\n| to | it is | by | what keeps it quiet |\n| --- | --- | --- | --- |\n")
	for _, line := range Alike(spec.Silence) {
		how := line.How
		if line.Doubt != "" {
			how += " *Not certain:* " + line.Doubt
		}
		if line.Only != "" {
			how += fmt.Sprintf(" Not without `%s`.", line.Only)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", line.Calls(), line.Proof, line.By, how)
	}
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func section(b *strings.Builder, title string, lines []string) {
	if len(lines) > 0 {
		fmt.Fprintf(b, "\n## %s\n\n", title)
		bullets(b, lines)
	}
}

func bullets(b *strings.Builder, lines []string) {
	for _, l := range lines {
		fmt.Fprintf(b, "- %s\n", l)
	}
}

func kinds(c connectors.Caps) string {
	var names []string
	for _, k := range c.Kinds {
		names = append(names, Plural(k))
	}
	if c.Has(desk.KindTicket) {
		names = append(names, "messages and files")
	}
	return strings.Join(names, ", ")
}

func readPromises(c connectors.Caps) []string {
	return []string{
		either(c.Resume, "A delta reads only what changed since.", "A delta reads everything again, and writes only what is new."),
		either(c.Deletions, "Records that are deleted are noticed.", "It is not promised that what is deleted is noticed."),
		either(c.Edits, "A message that was edited is noticed; the new form is added as a note.", "Messages are taken never to change."),
	}
}

func writePromises(c connectors.Caps) []string {
	times := "Original times are not kept: the target sets its own."
	switch {
	case c.Backdate:
		times = "Original times are kept."
	case c.Dated(desk.KindTicket):
		times = fmt.Sprintf("Original times are kept of tickets, to the %s; messages get the target's own.", steps(c.Step))
	}
	if c.Backdate && c.Step > 0 {
		times = fmt.Sprintf("Original times are kept, to the %s.", steps(c.Step))
	}
	out := []string{
		times,
		either(c.Silent, "Nobody is sent an e-mail.", "It cannot promise by itself to send nobody an e-mail: without the setting for it, it is refused as a target."),
		either(c.Idempotent, "Writing a thing twice leaves one.", "A write whose answer was lost is looked for by its mark before it is repeated."),
	}
	for _, k := range c.Adopts {
		out = append(out, fmt.Sprintf("No %s are made: those who stand there are taken.", Plural(k)))
	}
	if c.CreateOnly {
		out = append(out, "What stands is not changed any more.")
	}
	return out
}

func steps(d time.Duration) string {
	words := map[time.Duration]string{time.Minute: "minute", time.Second: "second", time.Millisecond: "millisecond"}
	return cmp.Or(words[d], d.String())
}

func either(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

// ownLimits are the sizes that the connector promises.
func ownLimits(c connectors.Caps) (out []string) {
	if c.MaxFile > 0 {
		out = append(out, fmt.Sprintf("A file of more than %s is left out and told.", humanize.IBytes(uint64(c.MaxFile))))
	}
	if c.MaxText > 0 {
		out = append(out, fmt.Sprintf("A message with more than %s of text goes to quarantine.", humanize.IBytes(uint64(c.MaxText))))
	}
	if c.MaxMessages > 0 {
		out = append(out, fmt.Sprintf("Of a ticket, messages beyond the first %d go to quarantine.", c.MaxMessages))
	}
	return out
}

// noRoom tells, kind by kind, which fields the target has no room for.
func noRoom(spec connectors.Spec) (out []string) {
	if spec.Target == nil {
		return nil
	}
	c := spec.Writes
	for _, k := range append(slices.Clone(c.Kinds), desk.KindMessage, desk.KindFile) {
		var missing []string
		for _, name := range desk.FieldsOf(k) {
			if !c.Keeps(k, name) {
				missing = append(missing, "`"+name+"`")
			}
		}
		if !c.Keeps(k, "fields.x") && k != desk.KindFile {
			missing = append(missing, "custom fields")
		}
		if len(missing) > 0 {
			out = append(out, fmt.Sprintf("As a target it has no room for these fields of %s: %s.", Plural(k), strings.Join(missing, ", ")))
		}
	}
	return out
}
