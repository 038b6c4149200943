package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/ask"
	"github.com/deskhaul/deskhaul/project"
)

// typedSecret is a secret that was typed. It is held in memory until all is answered, under
// the name of a variable, as if that were set; then it goes into its file, or is forgotten.
type typedSecret struct {
	system, key string
	variable    string
	value       string
	path        string // of its file; "" it stays in the environment
}

// getenv is the environment with what was typed.
func (t *talk) getenv(name string) (string, bool) {
	for _, s := range t.typed {
		if s.variable == name {
			return s.value, true
		}
	}
	return os.LookupEnv(name)
}

// variableIn finds the variable that a connector's message proposes.
var variableIn = regexp.MustCompile(`\$\{([A-Z][A-Z0-9_]*)\}`)

// anyName stands in messages for the name of a variable that is the person's choice.
const anyName = "NAME"

// variableFor is the name of a variable for a secret: what the connector proposes.
func (t *talk) variableFor(w project.Want) string {
	if m := variableIn.FindStringSubmatch(w.Why); m != nil && m[1] != anyName {
		return m[1]
	}
	return envName(t.connectorOf(w.System), w.Key)
}

// fillSecret takes a secret from the environment where it fits, else it is typed.
func (t *talk) fillSecret(ctx context.Context, w project.Want) error {
	name := t.variableFor(w)
	if v, ok := os.LookupEnv(name); ok && v != "" && !t.has(w.System, w.Key) {
		t.set(w.System, w.Key, "${"+name+"}")
		return t.say("%s: %s is taken from the environment: ${%s}\n", w.System, w.Key, name)
	}
	return t.typeSecret(ctx, w)
}

// lend names in the flags the variables of the environment in which secrets stand that the
// connectors miss. Other mistakes are told by who reads the flags.
func (t *talk) lend() {
	for range mostWanted {
		wants, err := project.Wants(t.folder, t.options())
		at := slices.IndexFunc(wants, func(w project.Want) bool {
			return w.Secret && !t.has(w.System, w.Key) && os.Getenv(t.variableFor(w)) != ""
		})
		if err != nil || at < 0 {
			return
		}
		t.set(wants[at].System, wants[at].Key, "${"+t.variableFor(wants[at])+"}")
	}
}

func (t *talk) has(system, key string) bool {
	return slices.ContainsFunc(t.flags.Set, func(kv string) bool { return strings.HasPrefix(kv, system+"."+key+"=") })
}

// typeSecret asks for a secret, and where it is to be kept.
func (t *talk) typeSecret(ctx context.Context, w project.Want) error {
	help := w.Doc
	if how := howToMake(w.Why); how != "" {
		help = sentenceOf(how) + " " + help
	}
	value, err := t.ask.Secret(ctx, ask.Question{Title: w.System + ": " + w.Key, Help: help}, func(s string) error {
		if s == "" {
			return errors.New("it cannot be left out")
		}
		return nil
	})
	if err != nil {
		return err
	}
	s := &typedSecret{system: w.System, key: w.Key, variable: t.variableFor(w), value: value}
	old := slices.IndexFunc(t.typed, func(o *typedSecret) bool { return o.system == w.System && o.key == w.Key })
	if old >= 0 { // typed again: it goes where the first was to go
		s.path, s.variable = t.typed[old].path, t.typed[old].variable
		t.typed[old] = s
	} else {
		for slices.ContainsFunc(t.typed, func(o *typedSecret) bool { return o.variable == s.variable }) {
			s.variable += "_2"
		}
		if err := t.place(ctx, s); err != nil {
			return err
		}
		t.typed = append(t.typed, s)
	}
	t.set(w.System, w.Key, "${"+s.variable+"}")
	return nil
}

// howToMake is what a connector says of how a secret is made, without how a file of settings
// names it, since it is typed here; "" nothing.
func howToMake(why string) string {
	if strings.HasPrefix(why, "is missing") || strings.HasPrefix(why, "missing: ") {
		return ""
	}
	how, _, _ := strings.Cut(why, "give it as ")
	return strings.TrimRight(strings.TrimSuffix(how, "and "), ",; ")
}

// place asks where a secret is to be kept.
func (t *talk) place(ctx context.Context, s *typedSecret) error {
	path := project.SecretFile(t.folder, s.system, s.key)
	at, err := t.ask.Choose(ctx, ask.Question{Title: "Where shall it be kept?", Help: "It never stands in " + project.FileName + "."}, []ask.Choice{
		{Title: "In a file of its own", Doc: path + ", which only you may read"},
		{Title: "In the environment", Doc: "you set " + s.variable + " before each command; it is tried now, and not kept"},
	}, 0)
	if err == nil && at == 0 {
		s.path = path
	}
	return err
}

// retype asks again for credentials that are wrong. again is false where there is no secret to
// ask for.
func (t *talk) retype(ctx context.Context, name string) (again bool, err error) {
	sys := t.system(name)
	if sys == nil {
		return false, nil
	}
	for _, key := range []string{"token", "access_token", "password"} {
		w, ok := sys.Setting(key)
		if !ok || !w.Secret || !t.has(name, key) {
			continue
		}
		return true, t.typeSecret(ctx, w)
	}
	return false, nil
}

// keep writes the secrets that were typed into their files, and names these in their place.
func (t *talk) keep() error {
	dir, err := filepath.Abs(t.folder)
	if err != nil {
		return err
	}
	for _, s := range t.typed {
		if s.path == "" {
			t.waiting = append(t.waiting, "set "+s.variable+" in the shell, so that it is in no history:  read -rs "+s.variable+" && export "+s.variable)
			continue
		}
		path := project.SecretFile(dir, s.system, s.key)
		if err := project.KeepSecret(path, s.value); err != nil {
			return errors.Join(err, t.unkeep())
		}
		t.set(s.system, s.key, "file:"+path)
	}
	return nil
}

// unkeep takes the files of secrets away again.
func (t *talk) unkeep() error {
	var errs []error
	for _, s := range t.typed {
		if s.path != "" {
			if err := os.Remove(s.path); !errors.Is(err, os.ErrNotExist) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}
