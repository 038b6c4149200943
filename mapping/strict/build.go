package strict

import (
	"github.com/goccy/go-yaml/ast"
)

// A builder turns the parser's tree into ours.
type builder struct {
	start Place
	raw   []string
	bad   *Mistakes
}

// node converts n, which may be nil for an empty value; parent is where an empty
// value is reported.
func (b *builder) node(n ast.Node, parent Place, depth int) *Node {
	out := &Node{Place: parent, raw: b.raw}
	if n == nil {
		return out
	}
	out.Place = at(b.start, n.GetToken())
	if depth > maxDepth {
		b.bad.At(out.Place, "lists and maps are nested more than %d deep", maxDepth)
		return out
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		b.pairs(out, n.Values, depth)
	case *ast.MappingValueNode:
		b.pairs(out, []*ast.MappingValueNode{n}, depth)
	case *ast.SequenceNode:
		out.Kind = List
		for _, v := range n.Values {
			out.Items = append(out.Items, b.node(v, out.Place, depth+1))
		}
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		b.bad.At(out.Place, "anchors (&), aliases (*) and merges (<<) are not read here – write the value out, or put it in quotes if it is a text")
	case *ast.TagNode:
		b.bad.At(out.Place, "YAML tags (!) are not read here – put the value in quotes if it is a text")
	default:
		b.scalar(out, n)
	}
	return out
}

func (b *builder) scalar(out *Node, n ast.Node) {
	if tk := n.GetToken(); tk != nil {
		out.Value = tk.Value
	}
	switch n := n.(type) {
	case *ast.NullNode:
		out.Value = ""
	case *ast.BoolNode:
		out.Kind = Bool
	case *ast.IntegerNode:
		out.Kind = Int
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		out.Kind = Float
	case *ast.StringNode:
		out.Kind, out.Value = Text, n.Value
	case *ast.LiteralNode:
		out.Kind = Text
		if n.Value != nil {
			out.Value = n.Value.Value
		}
	default:
		b.bad.At(out.Place, "a YAML %s cannot stand here", n.Type().YAMLName())
	}
}

func (b *builder) pairs(out *Node, values []*ast.MappingValueNode, depth int) {
	out.Kind = Map
	seen := map[string]int{}
	for i, v := range values {
		key := b.key(v, depth)
		if i == 0 {
			// The parser names a block map by its first colon.
			out.Place = key.Place
		}
		if key.Kind == Null {
			continue
		}
		value := b.node(v.Value, key.Place, depth+1)
		if value.Kind == Null {
			value.Place = key.Place
		}
		if line, twice := seen[key.Value]; twice {
			b.bad.At(key.Place, "the key %q is given twice, first on line %d – keep one", key.Value, line)
			continue
		}
		seen[key.Value] = key.Line
		out.Pairs = append(out.Pairs, Pair{Key: key, Value: value})
	}
}

// key converts a key; what is none is reported and comes back as Null.
func (b *builder) key(v *ast.MappingValueNode, depth int) *Node {
	var n ast.Node = v.Key
	if k, explicit := n.(*ast.MappingKeyNode); explicit {
		n = k.Value
	}
	if n == nil {
		p := at(b.start, v.Start)
		b.bad.At(p, "there is no key before the colon")
		return &Node{Place: p, raw: b.raw}
	}
	before := b.bad.Len()
	key := b.node(n, at(b.start, v.Start), depth+1)
	switch {
	case key.Scalar():
		return key
	case b.bad.Len() == before:
		b.bad.At(key.Place, "a key must be a word – put it in quotes")
	}
	return &Node{Place: key.Place, raw: b.raw}
}
