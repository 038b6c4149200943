package mapping

import (
	"fmt"
	"strconv"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// constant reads a value that is written out. Texts stay as they are written,
// also those that look like numbers, where the field takes a text.
func constant(n *strict.Node, s sort) (any, error) {
	if n.Scalar() && s != sortAny && s != sortBool {
		return n.Value, nil
	}
	switch n.Kind {
	case strict.Text:
		return n.Value, nil
	case strict.Bool:
		return strconv.ParseBool(n.Value)
	case strict.Int, strict.Float:
		v, err := strconv.ParseFloat(n.Value, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no number that can be kept – put it in quotes", n.Value)
		}
		return v, nil
	case strict.List:
		out := make([]any, 0, len(n.Items))
		for _, item := range n.Items {
			v, err := constant(item, s)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	case strict.Map:
		out := map[string]any{}
		for _, p := range n.Pairs {
			v, err := constant(p.Value, s)
			if err != nil {
				return nil, err
			}
			out[p.Key.Value] = v
		}
		return out, nil
	case strict.Null:
	}
	return nil, nil
}
