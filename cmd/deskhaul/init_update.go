package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/draft"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/report"
)

// updated is what init --update did, as --json prints it.
type updated struct {
	File    string       `json:"file"`
	Added   []addedLine  `json:"added"`
	ByHand  []addedLine  `json:"by_hand,omitempty"`
	Gone    []goneThing  `json:"gone"`
	Notes   []string     `json:"notes,omitempty"`
	Next    []string     `json:"next"`
	pending []draft.Line // before they are written
}

// addedLine is a line that was put into the mapping.
type addedLine struct {
	Path  []string `json:"path"`
	Value string   `json:"value,omitempty"`
	Live  bool     `json:"live"` // it is no comment
	Says  string   `json:"says,omitempty"`
}

// goneThing is something that the source no longer has.
type goneThing struct {
	What  string `json:"what"`
	Lines []int  `json:"lines,omitempty"` // that name it, and do nothing any more
}

// initUpdate adds to the mapping what is new at both ends. What a person wrote stays.
func (a *app) initUpdate(ctx context.Context, folder string) error {
	if !a.flags().Empty() {
		return usage(errors.New("--update goes by what the file says – leave out --from, --to and --set"))
	}
	o := project.Options{Specs: a.specs()}
	p, err := project.Filed(folder, o)
	if err != nil {
		return configError(err)
	}
	seen, err := a.lookAt(ctx, p, folder)
	if err != nil {
		return err
	}
	switch {
	case len(seen.targets) == 0:
		return usage(errors.New("there are no targets: the archive keeps all as it is, and no mapping applies"))
	case len(seen.unasked()) > 0:
		return fmt.Errorf("%s – nothing was changed", strings.Join(seen.unasked(), "; "))
	}
	d := draft.Make(seen.sources, seen.targets[0])
	u, err := a.merge(p, o, d)
	if err != nil {
		return err
	}
	u.Notes = append(u.Notes, seen.strangeWords(false)...)
	u.Next = []string{"deskhaul check " + quote(folder)}
	if a.json {
		return report.JSON(a.stdout, u)
	}
	_, err = forPeople{a.stdout}.Write([]byte(u.text()))
	return err
}

// merge writes what is new into the file of the mapping.
func (a *app) merge(p *project.Project, o project.Options, d *draft.Draft) (*updated, error) {
	path, root, err := p.MappingFile()
	if err != nil {
		return nil, err
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the mapping: %w", err)
	}
	var before draft.Seen
	known, err := project.Seen(p.Folder, &before)
	if err != nil {
		return nil, usage(err)
	}
	if !known {
		before = namedIn(src, d)
	}
	lines, gone := d.News(before, time.Now().Format(time.DateOnly))
	u := &updated{File: path, Added: []addedLine{}, Gone: []goneThing{}, pending: lines}
	for _, of := range gone {
		u.Gone = append(u.Gone, goneThing{What: of, Lines: naming(src, of)})
	}
	if len(lines) > 0 {
		if err := u.write(src, root, p.Folder, o); err != nil {
			return nil, err
		}
	}
	if slices.Equal(slices.Sorted(keysOf(before.Things)), slices.Sorted(keysOf(d.Seen().Things))) && known && len(lines) == 0 {
		return u, nil
	}
	return u, project.KeepSeen(p.Folder, d.Seen())
}

func keysOf(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// write merges the lines. A project that would no longer open is given them as comments; if
// even that would not do, the file is put back.
func (u *updated) write(src []byte, root []string, folder string, o project.Options) error {
	for _, live := range []bool{true, false} {
		lines := slices.Clone(u.pending)
		for i := range lines {
			lines[i].Live = lines[i].Live && live
		}
		out, rest, err := draft.Merge(src, root, lines)
		if err != nil {
			return fmt.Errorf("%s: %w", u.File, err)
		}
		if err := project.Rewrite(u.File, out); err != nil {
			return err
		}
		_, err = project.Filed(folder, o)
		if err == nil {
			u.note(lines, rest)
			return nil
		}
		if back := project.Rewrite(u.File, src); back != nil || !live {
			return errors.Join(fmt.Errorf("what is new could not be put into %s, which is as it was: %w", u.File, err), back)
		}
	}
	return nil
}

func (u *updated) note(lines, rest []draft.Line) {
	for _, l := range lines {
		byHand := slices.ContainsFunc(rest, func(r draft.Line) bool {
			return r.Of == l.Of && slices.Equal(r.Path[len(r.Path)-len(l.Path):], l.Path)
		})
		line := addedLine{Path: l.Path, Value: l.Value, Live: l.Live && !byHand, Says: l.Say}
		if byHand {
			u.ByHand = append(u.ByHand, line)
			continue
		}
		u.Added = append(u.Added, line)
	}
}

// namedIn is what a file may be taken to know where nobody noted what was seen: the things
// that it names, in lines or comments.
func namedIn(src []byte, d *draft.Draft) draft.Seen {
	all := d.Seen()
	for of := range all.Things {
		if len(naming(src, of)) == 0 {
			delete(all.Things, of)
		}
	}
	all.Lines = nil
	return all
}

// naming are the lines of a file that name a thing.
func naming(src []byte, of string) (lines []int) {
	name := of
	for _, before := range []string{" value ", " field "} {
		if _, after, ok := strings.Cut(of, before); ok {
			name = after
			break
		}
	}
	if name == of {
		_, name, _ = strings.Cut(of, " ")
	}
	for i, line := range bytes.Split(src, []byte("\n")) {
		if name != "" && bytes.Contains(line, []byte(name)) {
			lines = append(lines, i+1)
		}
	}
	return lines
}

func (u *updated) text() string {
	var b strings.Builder
	for _, l := range u.Added {
		mark := "+"
		if !l.Live {
			mark = "+ #"
		}
		fmt.Fprintf(&b, "%s %s: %s  (%s)\n", mark, strings.Join(l.Path, " › "), l.Value, l.Says)
	}
	for _, l := range u.ByHand {
		fmt.Fprintf(&b, "! by hand, since that part is written on one line: %s: %s\n", strings.Join(l.Path, " › "), l.Value)
	}
	for _, g := range u.Gone {
		fmt.Fprintf(&b, "- the source has no %s any more", g.What)
		if len(g.Lines) > 0 {
			fmt.Fprintf(&b, "; look at line %s", strings.Trim(strings.ReplaceAll(fmt.Sprint(g.Lines), " ", ", "), "[]"))
		}
		b.WriteByte('\n')
	}
	if b.Len() == 0 {
		b.WriteString(noted(u.Notes))
		return b.String() + "Nothing is new at either end; " + u.File + " is as it was.\n"
	}
	b.WriteString(noted(u.Notes))
	fmt.Fprintf(&b, "%s added to %s, %s gone; what stood there stands as it did.\nThen: %s\n",
		several(len(u.Added)+len(u.ByHand), "line"), u.File, several(len(u.Gone), "thing"), u.Next[0])
	return b.String()
}

func noted(notes []string) (out string) {
	for _, n := range notes {
		out += "! " + n + "\n"
	}
	return out
}

func several(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}
