package desk

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// The list of a message's fields leaves out what every connector must keep, and
// names nothing that a message or file has not.
func TestFieldsOfMessagesAndFiles(t *testing.T) {
	for kind, of := range map[Kind]reflect.Type{KindMessage: reflect.TypeFor[Message](), KindFile: reflect.TypeFor[File]()} {
		var have []string
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			have = append(have, name)
		}
		names := FieldsOf(kind)
		for _, name := range names {
			if !slices.Contains(have, name) {
				t.Errorf("a %s has no %q", kind, name)
			}
		}
		for _, name := range have {
			own := []string{"id", "mark", "folds", "files", "fields", "size", "sha256", "path", "-"}
			if !slices.Contains(own, name) && !slices.Contains(names, name) {
				t.Errorf("%q of a %s is left out", name, kind)
			}
		}
	}
	for _, kind := range Kinds {
		if names := FieldsOf(kind); len(names) < 3 || !slices.Contains(names, "created") {
			t.Errorf("%s: %v", kind, names)
		}
	}
}
