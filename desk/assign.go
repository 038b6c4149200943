package desk

import (
	"fmt"
	"reflect"
	"strings"
)

// Assign makes the named fields of dst say what src says, and touches no other.
// Both are of one kind. Names are those of [PrintsOf]; "fields.NAME" is one
// custom field, removed from dst if src has none of that name. A name that the
// kind does not have is an error, and dst may then be changed in part.
func Assign(dst, src Record, names ...string) error {
	if dst.Kind() != src.Kind() {
		return fmt.Errorf("fields of a %s cannot be assigned to a %s", src.Kind(), dst.Kind())
	}
	return assign(reflect.ValueOf(dst).Elem(), reflect.ValueOf(src).Elem(), names)
}

// AssignMessage is Assign for messages; names are those of the canonical JSON.
func AssignMessage(dst, src *Message, names ...string) error {
	return assign(reflect.ValueOf(dst).Elem(), reflect.ValueOf(src).Elem(), names)
}

func assign(dst, src reflect.Value, names []string) error {
	for _, name := range names {
		if custom, ok := strings.CutPrefix(name, "fields."); ok {
			assignCustom(dst.FieldByName("Fields"), src.FieldByName("Fields"), custom)
			continue
		}
		i := fieldIndex(dst.Type(), name)
		if i == nil {
			return fmt.Errorf("a %s has no field %q", strings.ToLower(dst.Type().Name()), name)
		}
		dst.FieldByIndex(i).Set(src.FieldByIndex(i))
	}
	return nil
}

// assignCustom copies the map first: others may hold it.
func assignCustom(dst, src reflect.Value, name string) {
	fields := map[string]any{}
	for k, v := range dst.Interface().(map[string]any) {
		fields[k] = v
	}
	if v, ok := src.Interface().(map[string]any)[name]; ok {
		fields[name] = v
	} else {
		delete(fields, name)
	}
	if len(fields) == 0 {
		fields = nil
	}
	dst.Set(reflect.ValueOf(fields))
}

// fieldIndex finds the field whose canonical JSON name is name.
func fieldIndex(t reflect.Type, name string) []int {
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == name && tag != "" && tag != "-" {
			return f.Index
		}
	}
	return nil
}
