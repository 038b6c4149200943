package itsm365

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// row is an object as an answer shows it: attributes by their codes.
type row map[string]any

func (r row) id() desk.ID {
	s, _ := r["UUID"].(string)
	return desk.ID(s)
}

// class is the metaclass of an object; "" if it was not asked for.
func (r row) class() string {
	switch v := r["metaClass"].(type) {
	case string:
		return v
	case map[string]any: // some attributes are shown with their titles
		for _, key := range []string{"code", "fqn", "id"} {
			if s, ok := v[key].(string); ok {
				return s
			}
		}
	}
	return ""
}

// text is an attribute as a text: of a reference its title.
func (r row) text(code string) string {
	switch v := r[code].(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case map[string]any:
		return cmp.Or(textIn(v, "title"), textIn(v, "code"), textIn(v, "UUID"))
	}
	return ""
}

// ref is the UUID that an attribute refers to; "" none.
func (r row) ref(code string) desk.ID {
	switch v := r[code].(type) {
	case map[string]any:
		return desk.ID(textIn(v, "UUID"))
	case string:
		if isUUID(desk.ID(v)) {
			return desk.ID(v)
		}
	case []any:
		if len(v) > 0 {
			return row{code: v[0]}.ref(code)
		}
	}
	return ""
}

// refs are the UUIDs of an attribute that refers to several.
func (r row) refs(code string) (ids []desk.ID) {
	list, ok := r[code].([]any)
	if !ok {
		list = []any{r[code]}
	}
	for _, v := range list {
		if id := (row{code: v}).ref(code); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

func (r row) is(code string) bool { return r[code] == true || r[code] == "true" }

// plain is a value of an attribute as a field of ours holds it: of references their titles;
// nil for nothing.
func plain(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		if v == "" {
			return nil
		}
		return v
	case map[string]any:
		for _, key := range []string{"title", "code", "UUID"} {
			if s := textIn(v, key); s != "" {
				return s
			}
		}
		if len(v) == 0 {
			return nil
		}
		return v
	case []any:
		var out []any
		for _, e := range v {
			if e = plain(e); e != nil {
				out = append(out, e)
			}
		}
		if out == nil {
			return nil
		}
		return out
	}
	return v
}

func textIn(m map[string]any, key string) string {
	s, _ := m[key].(string)
	return s
}

// uuid is how objects are named: the class, and a number.
var uuid = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*\$[0-9]+$`)

func isUUID(id desk.ID) bool { return uuid.MatchString(string(id)) }

// numberOf is the number in a UUID: later objects of a class have larger ones.
func numberOf(id desk.ID) int64 {
	_, said, _ := strings.Cut(string(id), "$")
	n, err := strconv.ParseInt(said, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func same(a, b string) bool { return desk.Normal(a) == desk.Normal(b) }
