package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/ask"
	"github.com/deskhaul/deskhaul/draft"
	"github.com/deskhaul/deskhaul/project"
)

// mostWanted bounds how often one end may miss something: a connector that is never content
// is a mistake of ours, and nobody's to answer.
const mostWanted = 50

// settle asks for what a source or target still needs, and tries it. done is false where
// the person wants another.
func (t *talk) settle(ctx context.Context, name string, source bool) (done bool, err error) {
	for range mostWanted {
		wants, err := project.Wants(t.folder, t.options())
		if err != nil {
			if bad := t.say("! %v\n", err); bad != nil || len(t.from) > 0 {
				return false, errors.Join(initError(err), bad)
			}
			return false, nil
		}
		at := slices.IndexFunc(wants, func(w project.Want) bool { return w.System == name })
		if at >= 0 {
			if err := t.fill(ctx, wants[at]); err != nil {
				return false, err
			}
			continue
		}
		next, err := t.try(ctx, name, source)
		switch {
		case err != nil:
			return false, err
		case next == tryAgain:
			continue
		}
		return next == tryDone, nil
	}
	return false, fmt.Errorf("%s is not content with any answer – write its settings by hand: deskhaul connectors says which", name)
}

// fill asks for one setting.
func (t *talk) fill(ctx context.Context, w project.Want) error {
	if w.Secret {
		return t.fillSecret(ctx, w)
	}
	q := ask.Question{Title: w.System + ": " + w.Key, Help: w.Doc}
	if w.Why != "" {
		q.Help = strings.TrimSpace(sentenceOf(w.Why) + " " + w.Doc)
	}
	if w.Enum != nil {
		var choices []ask.Choice
		for _, e := range w.Enum {
			choices = append(choices, ask.Choice{Title: e})
		}
		at, err := t.ask.Choose(ctx, q, choices, 0)
		if err == nil {
			t.set(w.System, w.Key, w.Enum[at])
		}
		return err
	}
	said, err := t.ask.Line(ctx, q, t.around.env(t.connectorOf(w.System), w.Key), func(s string) error {
		if s == "" {
			return errors.New("it cannot be left out")
		}
		return nil
	})
	if err == nil {
		t.set(w.System, w.Key, said)
	}
	return err
}

// sentenceOf begins with a capital letter and ends with a full stop.
func sentenceOf(s string) string {
	return strings.ToUpper(s[:1]) + strings.TrimRight(s[1:], ".") + "."
}

// set says a setting, in the place of what was said of it before.
func (t *talk) set(system, key, value string) {
	prefix := system + "." + key + "="
	t.flags.Set = append(slices.DeleteFunc(slices.Clone(t.flags.Set), func(kv string) bool { return strings.HasPrefix(kv, prefix) }), prefix+value)
}

// connectorOf is the connector of a system that was named.
func (t *talk) connectorOf(system string) string {
	for _, f := range slices.Concat(t.flags.From, t.flags.To) {
		name, _, _ := strings.Cut(f, ":")
		label, connector, named := strings.Cut(name, "=")
		if label == system {
			if named {
				return connector
			}
			return label
		}
	}
	return system
}

// what becomes of a try.
type tried int

const (
	tryDone tried = iota
	tryAgain
	tryAnother
)

// try opens an end, and shows what it has. Credentials that are wrong are asked for again.
func (t *talk) try(ctx context.Context, name string, source bool) (tried, error) {
	if source {
		if err := t.ours(ctx, name); err != nil {
			return tryAnother, err
		}
	} else if err := t.quietly(ctx, name); err != nil {
		return tryAnother, err
	}
	if err := t.say("Looking at %s …\n", name); err != nil {
		return tryAnother, err
	}
	end, err := t.look(ctx, name, source)
	if err != nil {
		return tryAnother, err
	}
	if end.Unasked == "" {
		t.keepEnd(end, source)
		return tryDone, t.say("%s: %s\n", name, found(end))
	}
	denied := false
	if t.seen.denied[name] != nil {
		delete(t.seen.denied, name)
		denied = true
		if err := t.say("! %s refuses these credentials: %s\n", name, end.Unasked); err != nil {
			return tryAnother, err
		}
		if t.refused[name]++; t.refused[name] == 1 { // most likely a slip of the hand
			if again, err := t.retype(ctx, name); again || err != nil {
				return tryAgain, err
			}
		}
	} else if err := t.say("! %s cannot be looked at: %s\n", name, end.Unasked); err != nil {
		return tryAnother, err
	}
	at, err := t.ask.Choose(ctx, ask.Question{Title: "What now?"}, []ask.Choice{
		{Title: "Try again"}, {Title: "Go on without a look", Doc: "init --update guesses once it answers"}, {Title: "Name another"},
	}, 0)
	switch {
	case err != nil || at == 2:
		return tryAnother, err
	case at == 1:
		t.keepEnd(end, source)
		return tryDone, nil
	case denied:
		_, err = t.retype(ctx, name)
	}
	return tryAgain, err
}

func (t *talk) keepEnd(end draft.End, source bool) {
	if source {
		t.seen.sources = append(t.seen.sources, end)
	} else {
		t.seen.targets = append(t.seen.targets, end)
	}
}

// look opens the project so far, and looks at one of its ends.
func (t *talk) look(ctx context.Context, name string, source bool) (end draft.End, err error) {
	p, err := project.Sketch(t.folder, t.options())
	if err != nil {
		return end, initError(err)
	}
	s := &session{app: t.app, purpose: toRehearse, folder: t.folder, p: p}
	if err := s.enter(ctx); err != nil {
		return end, errors.Join(err, s.close())
	}
	defer func() { err = errors.Join(err, s.close()) }()
	for _, sys := range slices.Concat(p.Sources, p.Targets) {
		if sys.Name != name {
			continue
		}
		if source {
			end = s.lookAtSource(ctx, sys, t.seen.denied)
			t.seen.statuses[name], t.seen.words[name] = statusesOf(sys, end), wordsOf(sys, end)
		} else {
			end = s.lookAtTarget(ctx, sys, t.seen, t.seen.denied)
		}
	}
	return end, ctx.Err()
}

// system is a source or target as told so far; nil if it is none, such as the archive.
func (t *talk) system(name string) *project.System {
	p, err := project.Sketch(t.folder, t.options())
	if err != nil {
		return nil
	}
	for _, sys := range slices.Concat(p.Sources, p.Targets) {
		if sys.Name == name {
			return sys
		}
	}
	return nil
}

// ours asks which domains are the organisation's, of a source that wants to know who is an
// agent.
func (t *talk) ours(ctx context.Context, name string) error {
	sys := t.system(name)
	if sys == nil || slices.ContainsFunc(t.flags.Set, func(kv string) bool { return strings.Contains(kv, ".agents.") }) {
		return nil
	}
	if _, ok := sys.Setting("agents"); !ok {
		return nil
	}
	domains, err := t.ask.Line(ctx, ask.Question{
		Title: "Which domains are yours?", Help: "Who writes from there counts as an agent. Several with commas between them; empty: nobody does.",
	}, strings.Join(domainsOf(sys.Paths()), ","), nil)
	if err == nil && domains != "" {
		t.set(name, "agents.domains", domains)
	}
	return err
}

// quietly asks of a target that may mail people whether an administrator has seen to it
// that it does not.
func (t *talk) quietly(ctx context.Context, name string) error {
	sys := t.system(name)
	if sys == nil {
		return nil
	}
	w, ok := sys.Setting("quiet")
	if _, writes := sys.Spec.CapsOf(sys.Config); writes.Silent || !ok || len(w.Enum) == 0 || t.waits(name) {
		return nil
	}
	word := w.Enum[len(w.Enum)-1]
	is, err := t.ask.Yes(ctx, ask.Question{
		Title: fmt.Sprintf("Is %s kept from mailing people while we write?", name),
		Help:  w.Doc + " Say no if that is still to be done: nothing is written there until the file says quiet: " + word + ".",
	}, false)
	switch {
	case err != nil:
		return err
	case is:
		t.set(name, "quiet", word)
	default:
		t.waiting = append(t.waiting, fmt.Sprintf("keep %s from mailing people, and write quiet: %s", name, word))
	}
	return nil
}

// waits tells whether it was said that a target is still to be kept quiet.
func (t *talk) waits(name string) bool {
	return slices.ContainsFunc(t.waiting, func(w string) bool { return strings.HasPrefix(w, "keep "+name+" ") })
}
