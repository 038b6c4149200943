package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/ask"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/draft"
	"github.com/deskhaul/deskhaul/project"
)

// talk is init as a conversation. It collects flags, as a person would have given them;
// nothing is written before all is answered.
type talk struct {
	*app
	ask     ask.Asker
	folder  string
	flags   project.Flags
	typed   []*typedSecret
	around  surroundings
	seen    findings
	refused map[string]int // by name: how often credentials were wrong
	waiting []string       // what is still to be done by the person, a sentence each
}

// asks tells whether init is to be a conversation.
func (a *app) asks(f initFlags) (bool, error) {
	able := !a.json && a.interactive()
	if f.ask && !able {
		return false, usage(errors.New("--ask needs a terminal to ask at, and no --json – name both ends with --from and --to instead"))
	}
	return able && (f.ask || len(a.from) == 0), nil
}

// newTalk begins one, on the terminal.
func (a *app) newTalk(folder string, f initFlags) *talk {
	t := &talk{app: a, folder: folder, flags: a.flags(), around: lookAround(folder), seen: findings{denied: map[string]error{}, statuses: map[string]ownStatuses{}, words: map[string][]ownWords{}}, refused: map[string]int{}}
	in, drawsIn := a.stdin.(*os.File)
	out, drawsOut := a.stderr.(*os.File)
	if drawsIn && drawsOut && terminal(in) && terminal(out) {
		t.ask = ask.New(in, out, f.plain || ask.Simple(os.LookupEnv))
	} else {
		t.ask = ask.NewPlain(a.stdin, a.stderr)
	}
	return t
}

// converse asks, and writes what came of it.
func (a *app) converse(ctx context.Context, folder string, f initFlags) error {
	t := a.newTalk(folder, f)
	err := t.run(ctx)
	if errors.Is(err, context.Canceled) {
		return &exit{exitInterrupted, errors.New("stopped; nothing was written")}
	}
	return err
}

func (t *talk) run(ctx context.Context) error {
	if _, err := os.Lstat(t.folder + string(os.PathSeparator) + project.FileName); err == nil {
		_, err := project.Sketch(t.folder, t.options()) // says that it is there
		return initError(err)
	}
	if err := t.say("This writes %s and a first mapping. Ctrl-C stops it, and leaves nothing behind.\n", project.FileName); err != nil {
		return err
	}
	if err := t.sources(ctx); err != nil {
		return err
	}
	if err := t.targets(ctx); err != nil {
		return err
	}
	return t.finish(ctx)
}

func (t *talk) say(format string, args ...any) error {
	return t.ask.Say(printable(fmt.Sprintf(format, args...)))
}

// options are what has been told so far. Secrets that were typed stand in the place of
// variables until the end.
func (t *talk) options() project.Options {
	return project.Options{Specs: t.specs(), Flags: t.flags, Getenv: t.getenv}
}

// sources asks where all comes from.
func (t *talk) sources(ctx context.Context) error {
	given := len(t.flags.From)
	for i := range given {
		if _, err := t.settle(ctx, nameOf(t.flags.From, i), true); err != nil {
			return err
		}
	}
	for given == 0 {
		if err := t.end(ctx, ask.Question{Title: "Where do the tickets come from?", Help: "What was found here stands first."}, true); err != nil {
			return err
		}
		more, err := t.ask.Yes(ctx, ask.Question{Title: "Is there another source?", Help: "Several go into one, such as a mailbox and a list of customers."}, false)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// targets asks where it goes.
func (t *talk) targets(ctx context.Context) error {
	if len(t.flags.To) > 0 {
		for i := range t.flags.To {
			if _, err := t.settle(ctx, nameOf(t.flags.To, i), false); err != nil {
				return err
			}
		}
		return nil
	}
	return t.end(ctx, ask.Question{Title: "Where do they go?", Help: "The archive is a helpdesk of its own in the project's folder, to search and to rehearse with."}, false)
}

// nameOf is what the flag at a place is called: as Open calls it.
func nameOf(flags []string, at int) string {
	name, _, _ := strings.Cut(flags[at], ":")
	if label, _, ok := strings.Cut(name, "="); ok {
		return label
	}
	same := 1
	for _, f := range flags[:at] {
		if connector, _, _ := strings.Cut(f, ":"); connector == name {
			same++
		}
	}
	if same > 1 {
		return fmt.Sprintf("%s-%d", name, same)
	}
	return name
}

// end asks for one source or target until one is settled.
func (t *talk) end(ctx context.Context, q ask.Question, source bool) error {
	for {
		before := t.flags
		before.From, before.To, before.Set = slices.Clone(before.From), slices.Clone(before.To), slices.Clone(before.Set)
		name, err := t.pick(ctx, q, source)
		if err != nil {
			return err
		}
		done := name == "" // it needs nothing, such as the project's own archive
		if !done {
			if done, err = t.settle(ctx, name, source); err != nil {
				return err
			}
		}
		if done {
			return nil
		}
		t.flags = before
	}
}

// pick asks which system, and where it is. It returns what it is called.
func (t *talk) pick(ctx context.Context, q ask.Question, source bool) (string, error) {
	found := t.around.found
	if !source {
		found = nil
	}
	var choices []ask.Choice
	for _, f := range found {
		choices = append(choices, ask.Choice{Title: f.connector + ":" + f.path, Doc: f.doc})
	}
	specs := slices.DeleteFunc(t.specs(), func(s connectors.Spec) bool { return source && s.Source == nil || !source && s.Target == nil })
	if !source { // the archive asks nothing
		slices.SortStableFunc(specs, func(a, b connectors.Spec) int { return cmpBool(b.Name == "archive", a.Name == "archive") })
	}
	for _, s := range specs {
		choices = append(choices, ask.Choice{Title: s.Name, Doc: s.Doc})
	}
	at, err := t.ask.Choose(ctx, q, choices, 0)
	if err != nil {
		return "", err
	}
	if at < len(found) {
		return t.took(found[at].connector, found[at].path, source), nil
	}
	spec := specs[at-len(found)]
	if spec.Name == "archive" && !source {
		t.flags.To = append(t.flags.To, "archive:")
		return "", nil
	}
	location, err := t.location(ctx, spec)
	if err != nil {
		return "", err
	}
	return t.took(spec.Name, location, source), nil
}

func cmpBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// took adds a system to the flags under a name that no other has.
func (t *talk) took(connector, location string, source bool) string {
	name := connector
	for n := 2; slices.ContainsFunc(slices.Concat(t.flags.From, t.flags.To), func(f string) bool { return strings.HasPrefix(f, name+"=") }); n++ {
		name = fmt.Sprintf("%s-%d", connector, n)
	}
	flag := name + "=" + connector + ":" + location
	if source {
		t.flags.From = append(t.flags.From, flag)
	} else {
		t.flags.To = append(t.flags.To, flag)
	}
	return name
}

// location asks where a system is: an account, an address, a file.
func (t *talk) location(ctx context.Context, spec connectors.Spec) (string, error) {
	q := ask.Question{Title: "Where is it?"}
	fresh := &project.System{Name: spec.Name, Spec: spec, Config: spec.Config()}
	for _, key := range []string{"url", "host", "path"} {
		if w, ok := fresh.Setting(key); ok {
			q.Help = w.Doc
			break
		}
	}
	return t.ask.Line(ctx, q, t.around.place(spec.Name), func(s string) error {
		if s == "" {
			return errors.New("it needs a place: a file, an account, an address")
		}
		if spec.Location == nil {
			return nil
		}
		return spec.Location(spec.Config(), s)
	})
}

// finish shows what came of it, asks whether it is to be written, and writes it.
func (t *talk) finish(ctx context.Context) error {
	if len(t.seen.targets) > 0 {
		t.seen.draft = draft.Make(t.seen.sources, t.seen.targets[0])
	}
	yes, err := t.ask.Yes(ctx, ask.Question{Title: "Write " + project.FileName + " in " + t.folder + "?", Help: t.summary()}, true)
	if err != nil {
		return err
	}
	if !yes {
		return context.Canceled
	}
	if err := t.keep(); err != nil {
		return err
	}
	if err := t.writeProject(t.folder, t.options(), t.seen); err != nil {
		return errors.Join(err, t.unkeep())
	}
	for _, w := range t.waiting {
		if err := t.say("Still to do: %s\n", w); err != nil {
			return err
		}
	}
	return nil
}

func (t *talk) summary() string {
	var from, to []string
	for _, f := range t.flags.From {
		from = append(from, afterName(f))
	}
	for _, f := range t.flags.To {
		to = append(to, afterName(f))
	}
	return printable(strings.Join(from, ", ") + " → " + strings.Join(to, ", "))
}

// afterName is a flag without the name that it gives.
func afterName(flag string) string {
	if name, rest, ok := strings.Cut(flag, "="); ok && !strings.Contains(name, ":") {
		return rest
	}
	return flag
}
