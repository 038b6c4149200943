package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/draft"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/suggest"
)

// findings are what init saw at both ends.
type findings struct {
	sources, targets []draft.End
	denied           map[string]error // by name, of those whose credentials are wrong
	statuses         map[string]ownStatuses
	words            map[string][]ownWords
	draft            *draft.Draft // nil: no mapping applies
}

// lookAt asks both ends of a project what they have. An end that does not answer is told in
// the findings; only an interruption, or trouble with our own files, is an error.
func (a *app) lookAt(ctx context.Context, p *project.Project, folder string) (seen findings, err error) {
	s := &session{app: a, purpose: toRehearse, folder: folder, p: p}
	if err := s.enter(ctx); err != nil {
		return seen, errors.Join(err, s.close())
	}
	defer func() { err = errors.Join(err, s.close()) }()
	seen.denied, seen.statuses = map[string]error{}, map[string]ownStatuses{}
	seen.words = map[string][]ownWords{}
	for _, sys := range p.Sources {
		end := s.lookAtSource(ctx, sys, seen.denied)
		seen.sources, seen.statuses[sys.Name] = append(seen.sources, end), statusesOf(sys, end)
		seen.words[sys.Name] = wordsOf(sys, end)
	}
	for _, sys := range p.Targets {
		seen.targets = append(seen.targets, s.lookAtTarget(ctx, sys, seen, seen.denied))
	}
	if err := ctx.Err(); err != nil {
		return seen, err
	}
	if len(seen.targets) > 0 && p.Mapping == nil {
		seen.draft = draft.Make(seen.sources, seen.targets[0])
		if len(seen.targets) > 1 {
			seen.draft.Notes = append(seen.draft.Notes, fmt.Sprintf("It is drafted for %s alone, and goes for the other targets too: look what they have.", seen.targets[0].Name))
		}
	}
	return seen, nil
}

// lookFor is how long one end may take to be looked at: a person waits.
const lookFor = 3 * time.Minute

// look runs a look at one end, and says why it failed.
func (s *session) lookAround(ctx context.Context, sys *project.System, denied map[string]error, do func(context.Context) error) (unasked string) {
	if names := sys.Unfilled(); len(names) > 0 {
		return strings.Join(names, " and ") + " is not there yet"
	}
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	err := do(ctx)
	if errors.Is(err, connectors.ErrDenied) {
		denied[sys.Name] = err
	}
	if err != nil {
		return plainly(err)
	}
	return ""
}

func (s *session) lookAtSource(ctx context.Context, sys *project.System, denied map[string]error) draft.End {
	reads, _ := sys.Spec.CapsOf(sys.Config)
	end := draft.End{Name: sys.Name, Caps: reads}
	if reads.OnePass {
		end.Unasked = "it can be read once only"
		return end
	}
	end.Unasked = s.lookAround(ctx, sys, denied, func(ctx context.Context) error { return s.read(ctx, sys, &end, true) })
	return end
}

// read opens a system as a source, describes it and lists its shelves and agents; of a
// source its first tickets are looked at too, for what its schema does not tell.
func (s *session) read(ctx context.Context, sys *project.System, end *draft.End, tickets bool) (err error) {
	source, err := sys.Spec.Source(ctx, sys.Config, s.envOf(sys, true))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed(source)) }()
	if d, ok := source.(connectors.Describer); ok && end.Schema.Title == "" {
		if end.Schema, err = d.Describe(ctx); err != nil {
			return err
		}
	}
	reads, _ := sys.Spec.CapsOf(sys.Config)
	end.Has = map[desk.Kind][]suggest.Thing{}
	for _, kind := range []desk.Kind{desk.KindGroup, desk.KindCategory, desk.KindAgent} {
		if !reads.Has(kind) {
			continue
		}
		if end.Has[kind], end.Partly, err = listWithin(ctx, lookFor/2, source, kind); err != nil {
			return err
		}
	}
	if !tickets { // what an agent becomes is an address
		end.Has[desk.KindAgent] = slices.DeleteFunc(end.Has[desk.KindAgent], func(t suggest.Thing) bool { return !strings.Contains(t.Name, "@") })
		return nil
	}
	return sample(ctx, source, reads, &end.Schema)
}

func (s *session) envOf(sys *project.System, source bool) connectors.Env {
	return (&hop{s: s}).env(sys, source)
}

func closed(end any) error {
	if c, ok := end.(connectors.Closer); ok {
		return c.Close()
	}
	return nil
}

// mostListed is how many shelves and agents are read: more is no list for a person.
const mostListed = 2000

// listWithin lists as many as there is time for. Where that is not all, partly says so: some
// systems have to be asked of each user whether it is an agent.
func listWithin(ctx context.Context, limit time.Duration, source connectors.Source, kind desk.Kind) (out []suggest.Thing, partly bool, err error) {
	brief, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	out, err = list(brief, source, kind)
	if err != nil && errors.Is(brief.Err(), context.DeadlineExceeded) && ctx.Err() == nil {
		return out, true, nil
	}
	return out, false, err
}

// list names the shelves, or agents, of a system, each once.
func list(ctx context.Context, source connectors.Source, kind desk.Kind) (out []suggest.Thing, err error) {
	seen := map[string]bool{}
	for item, err := range source.Read(ctx, kind, "") {
		if err != nil {
			return out, err
		}
		if item.Record == nil || item.Record.About().Deleted {
			continue
		}
		t := suggest.Thing{}
		switch r := item.Record.(type) {
		case *desk.Group:
			t.Name = r.Name
		case *desk.Category:
			t.Name = r.Name
		case *desk.Agent:
			t.Name, t.Title = desk.Normal(r.Email), r.Name
			if !strings.Contains(t.Name, "@") { // a mapping of people goes by names where there is no address
				t.Name = strings.Join(strings.Fields(r.Name), " ")
			}
		}
		if key := desk.Normal(t.Name); t.Name == "" || seen[key] {
			continue
		}
		seen[desk.Normal(t.Name)] = true
		if out = append(out, t); len(out) == mostListed {
			break
		}
	}
	return out, nil
}

// lookAtTarget asks a target. One that is refused for being loud, or that tells nothing of
// itself, is asked as the source that it could be.
func (s *session) lookAtTarget(ctx context.Context, sys *project.System, seen findings, denied map[string]error) draft.End {
	_, writes := sys.Spec.CapsOf(sys.Config)
	end := draft.End{Name: sys.Name, Caps: writes}
	if nothingThere(sys) {
		return end
	}
	end.Unasked = s.lookAround(ctx, sys, denied, func(ctx context.Context) error {
		if writes.Silent {
			if err := s.write(ctx, sys, seen, &end); err != nil {
				return err
			}
		} else {
			end.Untried = "it is not opened to be written to before it is said that it mails nobody"
		}
		reads, _ := sys.Spec.CapsOf(sys.Config)
		if sys.Spec.Source == nil || reads.OnePass {
			return nil
		}
		return s.read(ctx, sys, &end, false)
	})
	return end
}

// nothingThere tells of a target of files that none of them is there yet.
func nothingThere(sys *project.System) bool {
	c, ok := sys.Config.(connectors.Placed)
	if !ok {
		return false
	}
	return !slices.ContainsFunc(c.Places(), func(path string) bool {
		_, err := os.Lstat(path)
		return !errors.Is(err, fs.ErrNotExist)
	})
}

// write opens a target, in a dry run, and asks it what it takes.
func (s *session) write(ctx context.Context, sys *project.System, seen findings, end *draft.End) (err error) {
	target, err := sys.Spec.Target(ctx, sys.Config, s.envOf(sys, false))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed(target)) }()
	if d, ok := target.(connectors.Describer); ok {
		if end.Schema, err = d.Describe(ctx); err != nil {
			return err
		}
		s.onlyNamed(sys, end)
	}
	if f, ok := target.(connectors.Foreseer); ok {
		end.Swaps, end.Untried = swaps(ctx, f, seen)
	}
	return nil
}
