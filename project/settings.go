package project

import (
	"reflect"
	"strings"
)

// tag is what a field of a configuration says about itself, see connectors.Spec.
type tag struct {
	key, doc     string
	enum         []string
	secret, path bool
	access       bool   // how it is reached, not how it is read
	silence      bool   // whether people are mailed may depend on it
	form         string // see formOf, "" any
}

// setting is a field of a configuration that has a key.
type setting struct {
	tag
	at []int // where it is, for reflect's FieldByIndex
}

// settingsOf lists the settings of a configuration struct in their order. Those of
// an inline struct stand where the struct does, as if they were written there.
func settingsOf(t reflect.Type) []setting {
	var out []setting
	for i := range t.NumField() {
		f := t.Field(i)
		key, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case option == "inline" && f.Type.Kind() == reflect.Struct && (f.IsExported() || f.Anonymous):
			for _, s := range settingsOf(f.Type) {
				s.at = append([]int{i}, s.at...)
				out = append(out, s)
			}
		case key != "-" && key != "" && f.IsExported():
			out = append(out, setting{tagOf(key, f.Tag), []int{i}})
		}
	}
	return out
}

func tagOf(key string, f reflect.StructTag) tag {
	t := tag{key: key, doc: f.Get("doc"), secret: f.Get("secret") == "true", path: f.Get("path") == "true", access: f.Get("access") == "true", silence: f.Get("silence") == "true", form: f.Get("form")}
	if e := f.Get("enum"); e != "" {
		t.enum = strings.Split(e, "|")
	}
	return t
}

// keysIn lists the keys of a configuration struct.
func keysIn(t reflect.Type) []string {
	var out []string
	for _, s := range settingsOf(t) {
		out = append(out, s.key)
	}
	return out
}
