package project

import (
	"encoding"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// A decoder puts nodes into configuration structs, strictly.
type decoder struct {
	*loader
	dir string // what relative paths count from
}

// structure fills the struct that config points to. Keys in besides are read by
// others. n may be nil.
func (d *decoder) structure(n *strict.Node, config any, what string, besides ...string) {
	v := reflect.ValueOf(config)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return
	}
	d.fields(n, v.Elem(), what, besides...)
}

func (d *decoder) fields(n *strict.Node, v reflect.Value, what string, besides ...string) {
	r := strict.Read(n, `"`+what+`"`, nil, &d.bad)
	for _, f := range settingsOf(v.Type()) {
		if value := r.Get(f.key); value != nil {
			d.value(value, v.FieldByIndex(f.at), f.tag)
		}
	}
	for _, key := range besides {
		r.Get(key)
	}
	r.Done()
}

// value puts n into v, whatever v is.
func (d *decoder) value(n *strict.Node, v reflect.Value, t tag) {
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok && !t.secret {
		if text, ok := d.text(n, t); ok {
			if err := u.UnmarshalText([]byte(text)); err != nil {
				d.bad.At(n.Place, "%q: %v", t.key, err)
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), t)
	case reflect.Struct:
		d.fields(n, v, t.key)
	case reflect.Slice:
		d.list(n, v, t)
	case reflect.Map:
		d.table(n, v, t)
	case reflect.String:
		if text, ok := d.text(n, t); ok {
			v.SetString(text)
		}
	default:
		d.number(n, v, t)
	}
}

// list fills a slice; a flag of the command line gives its items between commas.
func (d *decoder) list(n *strict.Node, v reflect.Value, t tag) {
	items := n.Items
	switch {
	case n.Loose && n.Scalar():
		for part := range strings.SplitSeq(n.Value, ",") {
			if part = strings.TrimSpace(part); part != "" {
				items = append(items, strict.NewText(n.File, part))
			}
		}
	case n.Kind != strict.List:
		d.bad.At(n.Place, "%q must be a list, like [one, two], not %s", t.key, n.Kind)
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		d.value(item, v.Index(i), t)
	}
}

func (d *decoder) table(n *strict.Node, v reflect.Value, t tag) {
	if n.Kind != strict.Map || v.Type().Key().Kind() != reflect.String {
		hint := ""
		if n.Loose {
			hint = fmt.Sprintf(" – write '%s={KEY: VALUE}', or %s.KEY=VALUE", t.key, t.key)
		}
		d.bad.At(n.Place, "%q must be a map of keys and values, not %s%s", t.key, n.Kind, hint)
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.Pairs)))
	for _, p := range n.Pairs {
		value := reflect.New(v.Type().Elem()).Elem()
		d.value(p.Value, value, t)
		v.SetMapIndex(reflect.ValueOf(p.Key.Value).Convert(v.Type().Key()), value)
	}
}

// text reads a text: variables put in, paths made absolute, words checked.
func (d *decoder) text(n *strict.Node, t tag) (string, bool) {
	if t.secret {
		return d.secret(n, t)
	}
	if !n.Scalar() {
		d.bad.At(n.Place, "%q must be a text, not %s", t.key, n.Kind)
		return "", false
	}
	s, ok := d.expand(n, n.Value)
	if !ok {
		return "", false
	}
	if t.enum != nil && !slices.Contains(t.enum, s) {
		d.bad.At(n.Place, "%q cannot be %q%s", t.key, s, strict.DidYouMean(s, t.enum))
		return "", false
	}
	if t.path {
		s = absolute(s, d.dir)
	}
	return s, true
}

// number reads numbers, yes and no, and durations.
func (d *decoder) number(n *strict.Node, v reflect.Value, t tag) {
	want, ok := "", false
	s := n.Value
	if n.Kind == strict.Text {
		if s, ok = d.expand(n, s); !ok {
			return
		}
	}
	free := n.Loose || s != n.Value // from a flag or a variable: only the text is known
	switch {
	case v.Type() == reflect.TypeFor[time.Duration]():
		want = "a duration like 30s or 5m"
		x, err := time.ParseDuration(s)
		ok = n.Scalar() && err == nil
		v.SetInt(int64(x))
	case v.Kind() == reflect.Bool:
		want = "true or false"
		ok = (n.Kind == strict.Bool || free) && (s == "true" || s == "false")
		v.SetBool(s == "true")
	case v.CanInt():
		want = "a whole number"
		x, err := strconv.ParseInt(s, 10, v.Type().Bits())
		ok = (n.Kind == strict.Int || free) && err == nil
		v.SetInt(x)
	case v.CanFloat():
		want = "a number"
		x, err := strconv.ParseFloat(s, v.Type().Bits())
		ok = (n.Kind == strict.Int || n.Kind == strict.Float || free) && err == nil
		v.SetFloat(x)
	default:
		want = "something that can be configured (" + v.Type().String() + " cannot)"
	}
	if !ok {
		what := n.Kind.String()
		if n.Scalar() {
			what = strconv.Quote(n.Value)
		}
		d.bad.At(n.Place, "%q must be %s, not %s", t.key, want, what)
	}
}

// absolute makes a path absolute against dir; "" and "-" (standard input and
// output) stay, and "~/" is the home folder.
func absolute(path, dir string) string {
	if path == "" || path == "-" {
		return path
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// makeAbsolute makes every path of a configuration absolute.
func makeAbsolute(config any, dir string) {
	walk(reflect.ValueOf(config), tag{}, func(v reflect.Value, t tag) {
		if t.path && v.Kind() == reflect.String {
			v.SetString(absolute(v.String(), dir))
		}
	})
}

// walk visits every value of a configuration that is neither struct nor list.
func walk(v reflect.Value, t tag, visit func(reflect.Value, tag)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), t, visit)
		}
	case reflect.Struct:
		for _, f := range settingsOf(v.Type()) {
			walk(v.FieldByIndex(f.at), f.tag, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), t, visit)
		}
	default:
		visit(v, t)
	}
}
