package freshdesktest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sort is what a value of a write must be.
type sort int

const (
	aText sort = iota
	aNumber
	aBool
	texts
	aMap
	aTime
)

var sortNames = map[sort]string{aText: "String", aNumber: "Positive Integer", aBool: "Boolean", texts: "Array", aMap: "key/value pair", aTime: "valid date time"}

// check finds what is wrong with a write: fields that there are not, and values of
// another sort. Values of a form are turned into what they should be.
func (x *exchange) check(allowed map[string]sort) (bad []mistake) {
	if x.in == nil {
		return []mistake{{Field: "", Message: "Request body has invalid json format", Code: "invalid_json"}}
	}
	for name, v := range x.in {
		want, ok := allowed[name]
		if !ok {
			bad = append(bad, mistake{Field: name, Message: "Unexpected/invalid field in request", Code: "invalid_field"})
			continue
		}
		if x.form {
			v = fromForm(want, v)
			x.in[name] = v
		}
		if v != nil && !is(want, v) {
			bad = append(bad, mistake{Field: name, Message: "It should be a/an " + sortNames[want], Code: "datatype_mismatch"})
		}
	}
	slices.SortFunc(bad, func(a, b mistake) int { return strings.Compare(a.Field, b.Field) })
	return bad
}

func fromForm(want sort, v any) any {
	s, ok := v.(string)
	if !ok {
		return v
	}
	switch want {
	case aNumber:
		if n, err := strconv.ParseFloat(s, 64); err == nil {
			return n
		}
	case aBool:
		if b, err := strconv.ParseBool(s); err == nil {
			return b
		}
	case aText, texts, aMap, aTime:
	}
	return v
}

func is(want sort, v any) bool {
	switch want {
	case aText:
		_, ok := v.(string)
		return ok
	case aNumber:
		n, ok := v.(float64)
		return ok && n == float64(int64(n)) && n > 0
	case aBool:
		_, ok := v.(bool)
		return ok
	case texts:
		l, ok := v.([]any)
		return ok && !slices.ContainsFunc(l, func(e any) bool { _, ok := e.(string); return !ok })
	case aTime:
		s, _ := v.(string)
		_, err := time.Parse(time.RFC3339, s)
		return err == nil
	case aMap:
		_, ok := v.(map[string]any)
		return ok
	}
	return false
}

func (x *exchange) has(name string) bool { _, ok := x.in[name]; return ok }

func (x *exchange) text(name string) string {
	s, _ := x.in[name].(string)
	return s
}

func (x *exchange) number(name string) int64 {
	n, _ := x.in[name].(float64)
	return int64(n)
}

func (x *exchange) texts(name string) (out []string) {
	l, _ := x.in[name].([]any)
	for _, e := range l {
		s, _ := e.(string)
		out = append(out, s)
	}
	return out
}

// set puts what a write says into a place, if it says it.
func (x *exchange) set(name string, at *string) {
	if x.has(name) {
		*at = x.text(name)
	}
}

func (x *exchange) setNumber(name string, at *int64) {
	if x.has(name) {
		*at = x.number(name)
	}
}

func (x *exchange) setTexts(name string, at *[]string) {
	if x.has(name) {
		*at = x.texts(name)
	}
}

func id(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// uploads stores the files of a request; it refuses them when the ticket would have
// more than allowed.
func (x *exchange) uploads(there []int64) (ids []int64, bad []mistake) {
	most := x.s.MaxUpload
	if most == 0 {
		most = 20 << 20
	}
	total := int64(0)
	for _, id := range there {
		total += int64(len(x.s.account.files[id].bytes))
	}
	for _, f := range x.files {
		total += int64(len(f.bytes))
	}
	if total > most && len(x.files) > 0 {
		return nil, []mistake{{Field: "attachments", Message: "Exceeds the attachment size limit of " + strconv.FormatInt(most>>20, 10) + "MB", Code: "invalid_size"}}
	}
	files := make([]File, len(x.files))
	for i, f := range x.files {
		files[i] = File{f.name, f.kind, f.bytes}
	}
	return x.s.store(files, false), nil
}

const bad = http.StatusBadRequest
