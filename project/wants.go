package project

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// Want is a setting that a source or target lacks, or that it cannot use as it is.
type Want struct {
	System string // what the configuration calls it
	Key    string
	Why    string // in the connector's words
	Doc    string
	Enum   []string // the values that it takes; nil any
	Secret bool
	Path   bool
}

// Wants reads what flags say of a project, and lists the settings that the connectors miss
// in it. Other mistakes are the error, as Open tells them.
func Wants(folder string, o Options) ([]Want, error) {
	o.wants = new([]Want)
	_, err := Sketch(folder, o)
	return *o.wants, err
}

// want takes a connector's word on one of its settings for a want, where those are asked
// for.
func (l *loader) want(d draft, config any, err error) bool {
	t := reflect.TypeOf(config)
	if l.options.wants == nil || t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
		return false
	}
	key, why, _ := strings.Cut(err.Error(), ": ")
	settings := settingsOf(t.Elem())
	at := slices.IndexFunc(settings, func(s setting) bool { return s.key == key })
	if at < 0 {
		return false
	}
	s := settings[at]
	*l.options.wants = append(*l.options.wants, Want{
		System: d.name, Key: key, Why: strings.TrimPrefix(why, "missing – "), Doc: sentence(s.doc), Enum: s.enum, Secret: s.secret, Path: s.path,
	})
	return true
}

// Setting is what a configuration says of one of its keys; false if it has none.
func (s *System) Setting(key string) (w Want, ok bool) {
	t := reflect.TypeOf(s.Config)
	if t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
		return w, false
	}
	for _, f := range settingsOf(t.Elem()) {
		if f.key == key {
			return Want{System: s.Name, Key: key, Doc: sentence(f.doc), Enum: f.enum, Secret: f.secret, Path: f.path}, true
		}
	}
	return w, false
}

// Says tells whether the configuration says something of one of its keys.
func (s *System) Says(key string) bool { return s.node.Get(key) != nil }

// secretsFolder is where secrets lie that were typed, in the hidden folder.
const secretsFolder = "secrets"

// SecretFile is the file for a secret of a source or target that was typed.
func SecretFile(folder, system, key string) string {
	return filepath.Join(folder, hidden, secretsFolder, system+"."+key)
}

// KeepSecret writes a secret to a file that only its owner may read, in folders made for
// them alone.
func KeepSecret(path, secret string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keep the secret: %w", err)
	}
	return replaceFile(path, []byte(secret+"\n"))
}
