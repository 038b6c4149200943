package desk

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
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

// A message says of itself the fields that FieldsOf lists, in their order.
func TestSaid(t *testing.T) {
	one, all := Message{Text: "x", CC: []Address{{Email: "a@b.example"}}}, Message{
		Author: To(KindContact, "1"), From: Address{Email: "a"}, To: []Address{{}}, CC: []Address{{}}, BCC: []Address{{}}, At: time.Unix(1, 0), Note: true,
		Channel: "c", Subject: "s", MessageID: "m", InReplyTo: "i", References: []string{"r"}, Text: "t", HTML: "h",
	}
	if got := one.Said(); !slices.Equal(got, []string{"cc", "text"}) {
		t.Errorf("%q", got)
	}
	if got := all.Said(); !slices.Equal(got, FieldsOf(KindMessage)) {
		t.Errorf("%q", got)
	}
}
