// Package recipes shows what mappings are written for: each is a whole mapping to
// copy, with what there is to say of it. One source makes the help in the terminal and the
// page in docs; tests apply each to records and look at what became of them.
package recipes

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed pages/*.yaml
var pages embed.FS

// Recipe is one thing that people want of a mapping.
type Recipe struct {
	Name  string `json:"name"` // of its file, without number and ending
	Title string `json:"title"`
	Text  string `json:"text"` // sentences
	Try   string `json:"try"`  // a command that shows what it does
	YAML  string `json:"yaml"` // a part of a deskhaul.yaml, "mapping:" and below
}

// All lists the recipes in their order. They are part of the program: what is wrong with
// one is a mistake in it, and the tests find it.
func All() []Recipe {
	names, err := fs.Glob(pages, "pages/*.yaml")
	if err != nil {
		panic(err)
	}
	out := make([]Recipe, len(names))
	for i, name := range names {
		src, err := pages.ReadFile(name)
		if err != nil {
			panic(err)
		}
		out[i] = read(name, string(src))
	}
	return out
}

// read takes a page apart: the comment at its top is title, text and command.
func read(name, src string) Recipe {
	_, name, _ = strings.Cut(strings.TrimSuffix(name, ".yaml"), "-")
	r := Recipe{Name: name}
	var text []string
	for line := range strings.Lines(src) {
		said, comment := strings.CutPrefix(line, "#")
		said = strings.TrimSpace(said)
		try, isTry := strings.CutPrefix(said, "Try: ")
		switch {
		case !comment || r.YAML != "":
			r.YAML += line
		case r.Title == "":
			r.Title = said
		case isTry:
			r.Try = try
		case said != "":
			text = append(text, said)
		}
	}
	r.Text = strings.Join(text, " ")
	return r
}

const intro = `The mapping says what becomes of each record on the way out of the archive. It stands
under "mapping:" in deskhaul.yaml, or in a file of its own that "mapping:" names. Change it
and plan again: the old helpdesk is not asked.`

const expressions = `What stands after keep, drop, set, defaults and when is an expression. It sees the record
as it came: ticket (in messages also message), contact, agent, organization, group,
category, with the names that "plan --ticket" prints. Texts stand in double quotes; where
YAML would trip over something (": " or " #"), put single quotes around the whole. There
are: and, or, not, in, contains, startsWith, matches, ?? (for what is empty), A ? B : C, and
the functions table, given, has_tag, domain, match, year, day, date, lower, upper, trim,
replace, split, len, first, any, all, filter, map, find, uniq. A mistake is told with its
line and what was probably meant.`

const trying = `TICKET is an id that "deskhaul browse" and "deskhaul quarantine" show. "plan --ticket" prints
the ticket before and after; "plan" counts what each rule leaves out. Neither writes anything.`

// Help is the page for a terminal.
func Help() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n", intro, trying)
	for i, r := range All() {
		fmt.Fprintf(&b, "\n%d. %s\n\n", i+1, strings.ToUpper(r.Title))
		for _, line := range wrap(r.Text, 86) {
			fmt.Fprintf(&b, "   %s\n", line)
		}
		b.WriteByte('\n')
		for line := range strings.Lines(r.YAML) {
			b.WriteString("       " + line)
		}
		fmt.Fprintf(&b, "\n   Try it: %s\n", r.Try)
	}
	fmt.Fprintf(&b, "\nEXPRESSIONS\n\n%s\n\nEvery key: deskhaul schema mapping\n", expressions)
	return b.String()
}

// Page is the same in Markdown.
func Page() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# The mapping: recipes\n\n%s\n\n%s\n", intro, trying)
	b.WriteString("\n`deskhaul help mapping` prints this page; `deskhaul schema mapping` has every key.\n")
	for _, r := range All() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n```yaml\n%s```\n\n    %s\n", r.Title, strings.Join(wrap(r.Text, 92), "\n"), r.YAML, r.Try)
	}
	fmt.Fprintf(&b, "\n## Expressions\n\n%s\n", expressions)
	return b.String()
}

// wrap breaks a text into lines of some characters at most.
func wrap(text string, width int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
