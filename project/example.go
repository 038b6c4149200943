package project

import (
	"reflect"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// Example is how a system of the connector is written in a configuration: every
// setting with its sentence, what is optional as a comment that shows the default.
// Each line begins with indent.
func Example(spec connectors.Spec, indent string) string {
	w := new(writer)
	w.printf("%sconnector: %s\n", indent, strict.Quoted(spec.Name))
	fresh := reflect.ValueOf(spec.Config())
	if fresh.Kind() == reflect.Pointer && fresh.Elem().Kind() == reflect.Struct {
		w.fields(fresh.Elem(), reflect.ValueOf(spec.Config()).Elem(), nil, indent)
	}
	w.canary(spec, false, indent)
	return w.String()
}
