package mapping

import (
	"maps"
	"slices"

	"github.com/expr-lang/expr/ast"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// placed is a text and where it is written.
type placed struct {
	place strict.Place
	text  string
	table string // that it is a word of; "" if it is written out
}

// gives finds the texts that an expression can be seen to give without being run:
// written out in it, or words of tables. It may give others as well. filled says
// that an empty text gives way to another, as on the left of "??".
func (c *compiler) gives(node *strict.Node, n ast.Node, filled bool) []placed {
	switch x := n.(type) {
	case *ast.StringNode:
		if x.Value == "" && filled {
			return nil
		}
		return []placed{{place: inside(node, x.Location().From), text: x.Value}}
	case *ast.ConditionalNode:
		return append(c.gives(node, x.Exp1, filled), c.gives(node, x.Exp2, filled)...)
	case *ast.BinaryNode:
		if x.Operator == "??" {
			return append(c.gives(node, x.Left, true), c.gives(node, x.Right, filled)...)
		}
	case *ast.CallNode:
		if nameOfCall(x) == "table" && len(x.Arguments) >= 2 {
			return c.tableGives(node, x, filled)
		}
	}
	return nil
}

// tableGives lists the words of a table, and the one for what it does not list.
func (c *compiler) tableGives(node *strict.Node, call *ast.CallNode, filled bool) (out []placed) {
	name, ok := call.Arguments[0].(*ast.StringNode)
	if !ok || c.tables[name.Value] == nil {
		return nil // it is told elsewhere
	}
	t := c.tables[name.Value]
	for _, word := range slices.Sorted(maps.Keys(t.words)) {
		if t.words[word] != "" || !filled {
			out = append(out, placed{t.places[word], t.words[word], t.name})
		}
	}
	if _, all := t.words["*"]; !all && len(call.Arguments) > 2 {
		out = append(out, c.gives(node, call.Arguments[2], filled)...)
	}
	return out
}
