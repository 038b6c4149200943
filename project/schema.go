package project

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/mapping"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// Schema describes deskhaul.yaml as JSON Schema does, for editors: the keys of the file
// itself, those of each connector by the struct and the tags that the file is read into,
// and the mapping. What only a run can know (whether a variable is set, a file is there,
// an expression has sense) it leaves to check.
func Schema(specs []connectors.Spec) *strict.Schema {
	keys := fileKeys()
	keys["sources"] = systemsSchema(keys["sources"].Description, specs, reads)
	keys["targets"] = systemsSchema(keys["targets"].Description, specs, writes)
	keys["run"], keys["mapping"] = runSchema(keys["run"].Description), mappingSchema(keys["mapping"].Description)
	s := strict.Keys("What is moved, and where to.", keys)
	s.Dialect, s.Title, s.Defs = strict.Dialect, FileName, map[string]*strict.Schema{}
	s.OrNothing() // what a file does not say, flags may
	for _, spec := range specs {
		settings := configSchema(spec)
		s.Defs[spec.Name] = settings
		if spec.Target != nil {
			s.Defs[spec.Name+targetOf] = targetSchema(spec.Name, settings)
		}
	}
	return s
}

// targetOf ends the name of what describes a connector as a target.
const targetOf = "-target"

// configSchema describes a system of a connector.
func configSchema(spec connectors.Spec) *strict.Schema {
	s := strict.Keys(sentence(spec.Doc), map[string]*strict.Schema{})
	if v := reflect.ValueOf(spec.Config()); v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct {
		s = structSchema(v.Elem(), sentence(spec.Doc))
	}
	s.Properties["connector"] = &strict.Schema{Description: sentence(spec.Doc), Const: spec.Name}
	return s
}

// targetSchema is what describes a source, and the key that only targets have.
func targetSchema(name string, source *strict.Schema) *strict.Schema {
	keys := map[string]*strict.Schema{}
	for key := range source.Properties {
		keys[key] = &strict.Schema{Ref: "#/$defs/" + name + "/properties/" + key}
	}
	s := strict.Keys(source.Description, keys)
	s.Properties["canary"] = &strict.Schema{
		Description: canaryDoc, Const: canaryWaived,
	}
	return s
}

// systemsSchema describes the sources or the targets. Which keys one has follows from its
// connector: an editor offers that first, and then no others.
func systemsSchema(doc string, specs []connectors.Spec, s side) *strict.Schema {
	connector := &strict.Schema{Description: "What sort of system it is: deskhaul connectors tells of each."}
	one := &strict.Schema{Type: []string{"object"}, Properties: map[string]*strict.Schema{"connector": connector}, Required: []string{"connector"}}
	for _, spec := range specs {
		if !s.fits(spec) {
			continue
		}
		connector.Enum = append(connector.Enum, spec.Name)
		connector.EnumDescriptions = append(connector.EnumDescriptions, sentence(spec.Doc))
		ref := "#/$defs/" + spec.Name
		if s == writes {
			ref += targetOf
		}
		one.AllOf = append(one.AllOf, &strict.Schema{
			If: &strict.Schema{
				Properties: map[string]*strict.Schema{"connector": {Const: spec.Name}}, Required: []string{"connector"},
			},
			Then: &strict.Schema{Ref: ref},
		})
	}
	all := strict.MapOf(doc, one)
	var reserved []any
	for _, name := range reservedNames() {
		reserved = append(reserved, name)
	}
	all.PropertyNames = &strict.Schema{Pattern: namePattern, Not: &strict.Schema{Enum: reserved}}
	return all
}

// fileKeys are the keys of the file itself. The loader reads no others.
func fileKeys() map[string]*strict.Schema {
	return map[string]*strict.Schema{
		"project": strict.AnyText("What it is called in reports. Default: the name of the folder."),
		"sources": {Description: "Where the tickets, people and mails come from. The names are yours."},
		"targets": {Description: "Where it all goes in the end. Without targets the archive is the end."},
		"archive": strict.AnyText("The built-in helpdesk, which everything passes through: a folder, or none. Default: .deskhaul/archive."),
		"run":     {Description: "The options of a run."},
		"mapping": {Description: "What becomes what, on the way out of the archive; or the file that says so."},
	}
}

func mappingSchema(doc string) *strict.Schema {
	s := mapping.Schema()
	s.Description, s.Type = doc, append(s.Type, "string", "number", "boolean")
	return s
}

func runSchema(doc string) *strict.Schema {
	s := structSchema(reflect.ValueOf(Run{}), doc)
	s.Properties["workers"].AnyOf[0].Minimum = new(float64) // the loader says so beside its key
	return s
}

// structSchema describes a configuration struct; what its fields hold is their default.
func structSchema(v reflect.Value, doc string) *strict.Schema {
	keys := map[string]*strict.Schema{}
	for _, f := range settingsOf(v.Type()) {
		keys[f.key] = valueSchema(v.FieldByIndex(f.at), f.tag)
	}
	return strict.Keys(doc, keys)
}

// valueSchema describes what [decoder.value] puts into v.
func valueSchema(v reflect.Value, t tag) *strict.Schema {
	if _, ok := reflect.New(v.Type()).Interface().(encoding.TextUnmarshaler); ok && !t.secret {
		return textSchema(v, t)
	}
	doc, item := sentence(t.doc), t
	item.doc = ""
	switch v.Kind() {
	case reflect.Pointer:
		return valueSchema(reflect.New(v.Type().Elem()).Elem(), t)
	case reflect.Struct:
		return structSchema(v, doc)
	case reflect.Slice:
		return strict.ListOf(doc, inList(valueSchema(reflect.New(v.Type().Elem()).Elem(), item), v.Type().Elem()))
	case reflect.Map:
		return strict.MapOf(doc, inList(valueSchema(reflect.New(v.Type().Elem()).Elem(), item), v.Type().Elem()))
	case reflect.String:
		return textSchema(v, t)
	default:
		return numberSchema(v, t)
	}
}

// inList lets a struct be empty within lists and maps, as the decoder does.
func inList(s *strict.Schema, t reflect.Type) *strict.Schema {
	if t.Kind() == reflect.Struct {
		return s.OrNothing()
	}
	return s
}

func textSchema(v reflect.Value, t tag) *strict.Schema {
	doc := sentence(t.doc)
	s := strict.AnyText(doc)
	switch {
	case t.secret:
		return secretSchema(t)
	case t.enum != nil:
		s = wordSchema(doc, t.enum)
	case formOf(t.form) != nil:
		s = strict.Either(doc, formOf(t.form), variableSchema())
	}
	if v.Kind() == reflect.String && v.String() != "" && !t.path {
		s.Default = v.String()
	}
	return s
}

// wordSchema describes one of some words. That none of them may stand there too is no word
// to propose.
func wordSchema(doc string, words []string) *strict.Schema {
	other := variableSchema()
	if slices.Contains(words, "") {
		other.Pattern = "^$|" + other.Pattern
		words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" })
	}
	return strict.Either(doc, strict.OneWord("", words...), other)
}

// secretSchema describes what [decoder.secret] takes.
func secretSchema(t tag) *strict.Schema {
	file := strict.AnyText("The file that holds it.")
	file.MinLength = 1
	s := strict.Either(strings.TrimSpace(sentence(t.doc)+" "+secretDoc),
		&strict.Schema{
			Type: []string{"string"}, Pattern: secretPattern + `|^file:[\s\S]`,
			PatternError: "A secret must not be written out: write ${" + variableName(t.key) + "} of the environment, or {file: PATH}.",
		},
		strict.Keys("A file with the secret and nothing else.", map[string]*strict.Schema{"file": file}, "file"))
	s.Examples = []any{"${" + variableName(t.key) + "}"}
	return s
}

// variableSchema is a text with the value of an environment variable in it: what that is
// no editor knows.
func variableSchema() *strict.Schema {
	return &strict.Schema{Description: "${NAME} is the value of an environment variable.", Type: []string{"string"}, Pattern: `\$\{`}
}

func numberSchema(v reflect.Value, t tag) *strict.Schema {
	s := new(strict.Schema)
	switch {
	case v.Type() == reflect.TypeFor[time.Duration]():
		s = strict.Either("", &strict.Schema{Type: []string{"string"}, Pattern: durationPattern, PatternError: durationHint}, &strict.Schema{Const: 0})
	case v.Kind() == reflect.Bool:
		s.Type = []string{"boolean"}
	case v.CanInt():
		s.Type = []string{"integer"}
	default:
		s.Type = []string{"number"}
	}
	s = strict.Either(sentence(t.doc), s, variableSchema())
	if !v.IsZero() {
		s.Default = v.Interface()
		if d, ok := s.Default.(fmt.Stringer); ok {
			s.Default = d.String()
		}
	}
	return s
}

// durationPattern is what [time.ParseDuration] takes.
const durationPattern = `^[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$|^[+-]?0$`

const durationHint = "Write a length of time like 30s or 5m."

// formOf describes texts of which the connector checks more than that they are texts, nil
// if there is no such form. Each lets through all that the connector takes.
func formOf(name string) *strict.Schema {
	switch name {
	case "duration":
		return strict.Either("", &strict.Schema{Type: []string{"string"}, Pattern: `^$|` + durationPattern, PatternError: durationHint}, &strict.Schema{Const: 0})
	case "share":
		return &strict.Schema{Type: []string{"string", "number"}, PatternError: "Write a share like 60%.", Pattern: `^$|^\s*[+.0-9][0-9a-fA-FxXpP_.+-]*\s*%?\s*$`}
	}
	return nil
}

// fits tells whether systems of a connector can be used so.
func (s side) fits(spec connectors.Spec) bool {
	return s == both || s == reads && spec.Source != nil || s == writes && spec.Target != nil
}
