package mapping

import (
	"fmt"
	"reflect"
	"slices"
	"time"
)

// cast brings a value into the sort that a field takes. Nothing (nil) becomes the
// empty value of the sort.
func cast(s sort, v any) (any, error) {
	switch s {
	case sortAny:
		return plain(v)
	case sortText, sortStatus, sortPriority:
		return castText(s, v)
	case sortBool:
		if v == nil {
			return false, nil
		}
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case sortTime:
		return castTime(v)
	case sortTexts:
		return castTexts(v)
	}
	return nil, wrong(s, v)
}

func castText(s sort, v any) (any, error) {
	if v == nil {
		v = ""
	}
	t, ok := v.(string)
	if !ok {
		return nil, fmt.Errorf("%w – string(...) makes a text of it", wrong(s, v))
	}
	if words := s.words(); words != nil && t != "" && !slices.Contains(words, t) {
		return nil, fmt.Errorf("%q is not %s%s", t, s, didYouMean(t, words))
	}
	if s == sortStatus && t == "" {
		return nil, fmt.Errorf("the status would be empty%s", didYouMean("", s.words()))
	}
	return t, nil
}

func castTime(v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return time.Time{}, nil
	case time.Time:
		return v.UTC(), nil
	case string:
		if v == "" {
			return time.Time{}, nil
		}
		t, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return nil, fmt.Errorf("%q is no time like 2024-05-01T12:00:00Z – date(...) reads others", v)
		}
		return t.UTC(), nil
	}
	return nil, wrong(sortTime, v)
}

func castTexts(v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return []string(nil), nil
	case []string:
		return v, nil
	case []any:
		out := make([]string, len(v))
		for i := range v {
			t, ok := v[i].(string)
			if !ok {
				return nil, fmt.Errorf("item %d: %w", i+1, wrong(sortText, v[i]))
			}
			out[i] = t
		}
		return out, nil
	}
	return nil, wrong(sortTexts, v)
}

func wrong(s sort, v any) error {
	return fmt.Errorf("this must be %s, but it is %s", s, nameOf(reflect.TypeOf(v)))
}

// plain brings a value into what encoding/json decodes into an any; other values
// cannot be kept in custom fields.
func plain(v any) (any, error) {
	switch v := v.(type) {
	case nil, string, bool, float64:
		return v, nil
	case time.Time:
		if v.IsZero() {
			return nil, nil
		}
		return v.UTC().Format(time.RFC3339Nano), nil
	}
	switch rv := reflect.ValueOf(v); rv.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return float64(rv.Int()), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return float64(rv.Uint()), nil
	case reflect.Float32:
		return rv.Float(), nil
	case reflect.String:
		return rv.String(), nil
	case reflect.Slice:
		return plainList(rv)
	case reflect.Map:
		return plainMap(rv)
	default:
		return nil, fmt.Errorf("a field cannot hold %s – name a part of it", nameOf(rv.Type()))
	}
}

func plainList(rv reflect.Value) (any, error) {
	out := make([]any, rv.Len())
	for i := range out {
		v, err := plain(rv.Index(i).Interface())
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func plainMap(rv reflect.Value) (any, error) {
	out := make(map[string]any, rv.Len())
	for it := rv.MapRange(); it.Next(); {
		v, err := plain(it.Value().Interface())
		if err != nil {
			return nil, err
		}
		out[fmt.Sprint(it.Key().Interface())] = v
	}
	return out, nil
}

// fits tells whether a value whose type is known before the run can be cast to
// the sort at all.
func fits(s sort, t reflect.Type) bool {
	if t == nil || t.Kind() == reflect.Interface {
		return true
	}
	switch s {
	case sortAny:
		return t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]()
	case sortText, sortStatus, sortPriority:
		return t.Kind() == reflect.String
	case sortBool:
		return t.Kind() == reflect.Bool
	case sortTime:
		return t == reflect.TypeFor[time.Time]() || t.Kind() == reflect.String
	case sortTexts:
		return t.Kind() == reflect.Slice && (t.Elem().Kind() == reflect.String || t.Elem().Kind() == reflect.Interface)
	}
	return true
}

// nameOf says for people what a type is.
func nameOf(t reflect.Type) string {
	switch {
	case t == nil:
		return "nothing"
	case t == reflect.TypeFor[time.Time]():
		return "a time"
	}
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Map:
		return "a map"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Float32, reflect.Float64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a number"
	default:
		return "a " + viewName(t)
	}
}
