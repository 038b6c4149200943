package project

import (
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
)

// check lets the connector look at its configuration. Its errors begin with the
// key that is wrong, and are reported where that key stands.
func (l *loader) check(d draft, config any) {
	c, ok := config.(connectors.Checker)
	if !ok {
		return
	}
	for _, err := range unjoin(c.Check()) {
		if l.want(d, config, err) {
			continue
		}
		place, node := d.place, d.node
		key, _, _ := strings.Cut(err.Error(), ":")
		for part := range strings.SplitSeq(key, ".") {
			if node = node.Get(part); node == nil {
				break
			}
			place = node.Place
		}
		l.bad.At(place, "%s: %v", d.name, err)
	}
}

func unjoin(err error) []error {
	switch e := err.(type) { //nolint:errorlint // only the outermost join is taken apart
	case nil:
		return nil
	case interface{ Unwrap() []error }:
		var out []error
		for _, x := range e.Unwrap() {
			out = append(out, unjoin(x)...)
		}
		return out
	}
	return []error{err}
}
