package project

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Unclear is the error of a system of which nobody can tell whether it is the one
// that it was before. It says what the person may do.
type Unclear string

func (u Unclear) Error() string { return string(u) }

func unclear(format string, args ...any) error { return Unclear(fmt.Sprintf(format, args...)) }

// claims gives systems the entries of one list.
type claims struct {
	*Project
	what    string // source or target
	list    *[]entry
	taken   map[int]bool
	used    func(uuid string) (bool, error)
	notices []string
}

// all gives each system its entry: first those whose account is known, then those
// that moved, and what is left new ones.
func (c *claims) all(systems []*System) error {
	for _, s := range systems {
		s.UUID = ""
	}
	var errs []error
	for _, step := range []func(*System) error{c.unchanged, c.renamed, c.carried, c.moved, c.novel} {
		for _, s := range systems {
			if s.UUID == "" {
				errs = append(errs, step(s))
			}
		}
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
	return nil
}

func (c *claims) take(s *System, i int) {
	e := &(*c.list)[i]
	c.taken[i], s.UUID = true, e.UUID
	e.Name, e.Account, e.Beside = s.Name, c.portable(s.Account), c.beside(s.Account)
}

// free lists the entries of the connector of s that nobody has claimed and that
// fit.
func (c *claims) free(s *System, fits func(entry) bool) (found []int) {
	for i, e := range *c.list {
		if !c.taken[i] && e.Connector == s.Spec.Name && fits(e) {
			found = append(found, i)
		}
	}
	return found
}

func (c *claims) unchanged(s *System) error {
	account := c.portable(s.Account)
	for _, i := range c.free(s, func(e entry) bool { return e.Name == s.Name && e.Account == account }) {
		c.take(s, i)
		break
	}
	return nil
}

func (c *claims) renamed(s *System) error {
	account := c.portable(s.Account)
	fits := c.free(s, func(e entry) bool { return e.Account == account })
	switch len(fits) {
	case 0:
		return nil
	case 1:
		c.take(s, fits[0])
		return nil
	}
	return unclear("%s %q points to %s, and so did %q and %q before – give it one of these names, so that its records are known again",
		c.what, s.Name, s.Account, (*c.list)[fits[0]].Name, (*c.list)[fits[1]].Name)
}

// carried takes the entry of a system that was moved together with the project: it
// lies where it lay as seen from the project's folder, and its old place is empty.
func (c *claims) carried(s *System) error {
	beside := c.beside(s.Account)
	if _, err := os.Stat(s.Account); beside == "" || err != nil {
		return nil
	}
	for _, i := range c.free(s, func(e entry) bool { return e.Name == s.Name && e.Beside == beside }) {
		if _, err := os.Lstat(c.place((*c.list)[i])); errors.Is(err, os.ErrNotExist) {
			c.take(s, i)
			break
		}
	}
	return nil
}

// moved takes the entry of a system that the person says has moved.
func (c *claims) moved(s *System) error {
	if !slices.Contains(c.Project.moved, s.Name) {
		return nil
	}
	fits, _, err := c.namesakes(s)
	switch len(fits) {
	case 0:
		return err
	case 1:
		e := &(*c.list)[fits[0]]
		e.Before = append(e.Before, e.Account)
		c.take(s, fits[0])
		return nil
	}
	return unclear("%s %q: both %s and %s were called so before – write the new account of the one that moved into %s by hand: %s",
		c.what, s.Name, c.place((*c.list)[fits[0]]), c.place((*c.list)[fits[1]]), filepath.Join(hidden, "project.json"), c.portable(s.Account))
}

// novel makes an entry, unless the person has to say first what is meant.
func (c *claims) novel(s *System) error {
	fits, unused, err := c.namesakes(s)
	if err != nil {
		return err
	}
	if len(fits) > 0 {
		was := c.place((*c.list)[fits[len(fits)-1]])
		if c.what == "source" {
			return unclear("source %q points elsewhere than before: it was %s, it is %s now – if it is the same one at a new place, add: --moved %s; if it is another one, give it another name (%s)",
				s.Name, was, s.Account, s.Name, anotherName(s))
		}
		c.notices = append(c.notices, fmt.Sprintf("%s %q pointed to %s before and points to %s now: it counts as another one, which has nothing yet – if it is the same one at a new place, add: --moved %s",
			c.what, s.Name, was, s.Account, s.Name))
	}
	if len(fits) > 0 || len(unused) == 0 {
		*c.list = append(*c.list, entry{Connector: s.Spec.Name})
		unused = []int{len(*c.list) - 1}
	}
	// An unused entry gets a UUID too: its connector may have noted something.
	(*c.list)[unused[0]].UUID = newUUID()
	c.take(s, unused[0])
	return nil
}

// namesakes lists the unclaimed entries that have the name of s and lie elsewhere,
// and apart those that were never used.
func (c *claims) namesakes(s *System) (used, unused []int, err error) {
	for _, i := range c.free(s, func(e entry) bool { return e.Name == s.Name }) {
		yes, err := c.used((*c.list)[i].UUID)
		if err != nil {
			return nil, nil, err
		}
		if yes {
			used = append(used, i)
		} else {
			unused = append(unused, i)
		}
	}
	return used, unused, nil
}

// anotherName says how to name a system where it was named.
func anotherName(s *System) string {
	if s.flagged {
		return fmt.Sprintf("--from NAME=%s:…", s.Spec.Name)
	}
	return "its key in " + FileName
}

// knowMoved checks that what is said to have moved is there.
func (p *Project) knowMoved(targets []*System) error {
	for _, name := range p.moved {
		if !slices.ContainsFunc(slices.Concat(p.Sources, targets), func(s *System) bool { return s.Name == name }) {
			return unclear("--moved %s: no source or target has this name", name)
		}
	}
	return nil
}

// portable writes an account so that it stays the same when the project's folder
// is moved with everything in it: $PROJECT stands for the folder. Bytes that are no
// UTF-8 are escaped as \xNN, and a backslash is doubled, so that JSON keeps all.
func (p *Project) portable(account string) string {
	sep := string(filepath.Separator)
	account = strings.ReplaceAll(account, p.Folder+sep, "$PROJECT"+sep)
	if rest, ok := strings.CutSuffix(account, p.Folder); ok {
		account = rest + "$PROJECT"
	}
	return escaped(account)
}

// place is the account of an entry as it was given.
func (p *Project) place(e entry) string {
	return strings.ReplaceAll(unescaped(e.Account), "$PROJECT", p.Folder)
}

// beside is where a path lies as seen from the project's folder, "" if it is
// within, or none.
func (p *Project) beside(account string) string {
	if !filepath.IsAbs(account) {
		return ""
	}
	rel, err := filepath.Rel(p.Folder, account)
	if err != nil || !strings.HasPrefix(rel, "..") {
		return ""
	}
	return escaped(filepath.ToSlash(rel))
}
