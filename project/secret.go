package project

import (
	"errors"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"strings"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// maxSecret is the largest file that is taken for a secret, in bytes.
const maxSecret = 64 << 10

// secretPattern is a secret that a variable of the environment holds.
const secretPattern = `^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$`

// secretDoc is what people are told of every secret.
const secretDoc = "A secret: ${NAME} of an environment variable, or {file: PATH}."

// secret reads a value that must not stand in a file that is shared: it is named
// by a variable of the environment, ${NAME}, or by a file, {file: PATH} or
// file:PATH. What was written in its stead is never repeated in a message.
func (d *decoder) secret(n *strict.Node, t tag) (string, bool) {
	variable := regexp.MustCompile(secretPattern)
	if n.Kind == strict.Map {
		file := n.Get("file")
		if len(n.Pairs) != 1 || file == nil || !file.Scalar() || file.Value == "" { // another key may be the secret
			d.bad.At(n.Place, "%q is a secret: as a map it must be {file: PATH} and nothing else", t.key)
			return "", false
		}
		return d.secretFile(n, t, file.Value)
	}
	if n.Kind == strict.Text {
		if m := variable.FindStringSubmatch(n.Value); m != nil {
			return d.variable(n, m[1])
		}
		if file, ok := strings.CutPrefix(n.Value, "file:"); ok && file != "" {
			return d.secretFile(n, t, file)
		}
	}
	d.bad.At(n.Place, "%q is a secret and must not be written out – put it into an environment variable and write ${%s}, or into a file and write {file: PATH}",
		t.key, variableName(t.key))
	return "", false
}

// variableName proposes a name: "api_key" becomes API_KEY.
func variableName(key string) string {
	return regexp.MustCompile(`[^A-Z0-9]+`).ReplaceAllString(strings.ToUpper(key), "_")
}

func (d *decoder) secretFile(n *strict.Node, t tag, file string) (string, bool) {
	path := absolute(file, d.dir)
	info, err := os.Stat(path)
	if err == nil && (!info.Mode().IsRegular() && info.Mode()&os.ModeNamedPipe == 0 || info.Size() > maxSecret) {
		d.bad.At(n.Place, "%q: %s is no file with a secret in it", t.key, path)
		return "", false
	}
	var b []byte
	if err == nil {
		b, err = os.ReadFile(path)
	}
	if errors.Is(err, fs.ErrNotExist) && d.options.unfilled {
		return notYet, true
	}
	if err != nil {
		d.bad.At(n.Place, "%q: the file of the secret cannot be read: %v", t.key, err)
		return "", false
	}
	s := strings.TrimRight(string(b), "\r\n")
	if s == "" {
		d.bad.At(n.Place, "%q: the file %s is empty", t.key, path)
	}
	return s, s != ""
}

// notYet stands for a secret that is not there yet.
const notYet = "not-there-yet"

func (d *decoder) variable(n *strict.Node, name string) (string, bool) {
	s, ok := d.options.Getenv(name)
	switch {
	case d.options.unfilled && s == "":
		return notYet, true
	case !ok:
		d.bad.At(n.Place, "the environment variable %s is not set – set it, for example: export %s=...", name, name)
	case s == "":
		d.bad.At(n.Place, "the environment variable %s is set, but empty", name)
	}
	return s, s != ""
}

// expand puts the values of environment variables in the place of ${NAME}. A
// variable that is not set is a mistake. $${ is a written ${; any other $ stays.
func (d *decoder) expand(n *strict.Node, s string) (string, bool) {
	if !strings.Contains(s, "${") {
		return s, true
	}
	good := true
	out := regexp.MustCompile(`\$?\$\{([^}]*)\}?`).ReplaceAllStringFunc(s, func(m string) string {
		if strings.HasPrefix(m, "$$") {
			return m[1:]
		}
		name, closed := strings.CutSuffix(m[2:], "}")
		if !closed || !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(name) {
			d.bad.At(n.Place, "${ begins the name of an environment variable, like ${HOME} – write $${ for the two characters themselves")
			good = false
			return ""
		}
		v, ok := d.options.Getenv(name)
		if !ok {
			d.bad.At(n.Place, "the environment variable %s is not set – set it, or write $${%s} if no variable is meant", name, name)
			good = false
		}
		return v
	})
	return out, good
}

// Unfilled are the secrets of a system that are named and not there yet, as they are
// named: ${NAME}, or the path of a file.
func (s *System) Unfilled() (names []string) {
	v := reflect.ValueOf(s.Config)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	return unfilledIn(v.Elem(), s.node)
}

func unfilledIn(v reflect.Value, n *strict.Node) (names []string) {
	for _, f := range settingsOf(v.Type()) {
		inner, raw := v.FieldByIndex(f.at), n.Get(f.key)
		switch {
		case raw == nil:
		case inner.Kind() == reflect.Struct:
			names = append(names, unfilledIn(inner, raw)...)
		case f.secret && inner.Kind() == reflect.String && inner.String() == notYet:
			name := raw.Value
			if path := secretPath(raw); path != "" {
				name = path
			}
			names = append(names, name)
		}
	}
	return names
}
