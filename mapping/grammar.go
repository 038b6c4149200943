package mapping

import (
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// maxLoops is how deep loops over lists may stand inside each other.
const maxLoops = 2

// grammar walks over an expression before it is checked: it refuses what has no
// bound, learns which tables and fields are used, and makes "??" take its right
// side also where the left is empty.
type grammar struct {
	c       *compiler
	node    *strict.Node
	kind    desk.Kind
	bad     strict.Mistakes
	lookups []lookup
	reads   []string
	tables  []string
	loops   map[*ast.PredicateNode]int
}

// Visit looks at one node; its children were visited before it.
func (g *grammar) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.BinaryNode:
		g.binary(n)
	case *ast.VariableDeclaratorNode:
		g.refuse(n, "let is not taken here – write the value out")
	case *ast.PredicateNode:
		g.loop(n)
	case *ast.IdentifierNode:
		if n.Value == "$env" {
			g.refuse(n, "$env is not taken here – name the record")
		}
	case *ast.CallNode:
		g.call(n)
	case *ast.MemberNode:
		if f, ok := g.field(n); ok && strings.HasPrefix(f, "fields.") {
			g.reads = append(g.reads, f)
		}
	}
}

func (g *grammar) refuse(n ast.Node, format string, args ...any) {
	g.bad.At(inside(g.node, n.Location().From), format, args...)
}

// inside finds the n-th character of an expression in its file.
func inside(node *strict.Node, n int) strict.Place {
	before := []rune(node.Value)
	before = before[:min(n, len(before))]
	line, col := 1, 0
	for _, r := range before {
		col++
		if r == '\n' {
			line, col = line+1, 0
		}
	}
	return node.Inside(line, col)
}

func (g *grammar) binary(n *ast.BinaryNode) {
	switch n.Operator {
	case "..":
		g.refuse(n, "ranges (..) are not taken here")
	case "??":
		if call, done := n.Left.(*ast.CallNode); done && nameOfCall(call) == "given" {
			return
		}
		callee := &ast.IdentifierNode{Value: "given"}
		callee.SetLocation(n.Left.Location())
		left := &ast.CallNode{Callee: callee, Arguments: []ast.Node{n.Left}}
		left.SetLocation(n.Left.Location())
		n.Left = left
	}
}

// loop counts how deep loops stand inside each other. Inner ones come first.
func (g *grammar) loop(n *ast.PredicateNode) {
	if g.loops == nil {
		g.loops = map[*ast.PredicateNode]int{}
	}
	deepest := 0
	inner := finder(func(x ast.Node) {
		if p, ok := x.(*ast.PredicateNode); ok && p != n {
			deepest = max(deepest, g.loops[p])
		}
	})
	body := n.Node
	ast.Walk(&body, inner)
	g.loops[n] = deepest + 1
	if deepest+1 > maxLoops {
		g.refuse(n, "loops over lists may stand inside each other only %d deep", maxLoops)
	}
}

type finder func(ast.Node)

// Visit hands the node on.
func (f finder) Visit(n *ast.Node) { f(*n) }

func nameOfCall(n *ast.CallNode) string {
	if id, ok := n.Callee.(*ast.IdentifierNode); ok {
		return id.Value
	}
	return ""
}

func (g *grammar) call(n *ast.CallNode) {
	switch name := nameOfCall(n); {
	case name == "table" && len(n.Arguments) >= 2:
		g.table(n)
	case name == "match" && len(n.Arguments) == 2:
		g.pattern(n)
	}
}

func (g *grammar) table(n *ast.CallNode) {
	name, ok := n.Arguments[0].(*ast.StringNode)
	if !ok {
		g.refuse(n.Arguments[0], `the name of a table must be written out, like table("status", ticket.status)`)
		return
	}
	if _, ok := g.c.tables[name.Value]; !ok {
		g.refuse(name, "there is no table %q%s", name.Value, didYouMean(name.Value, g.c.tableNames()))
		return
	}
	g.tables = append(g.tables, name.Value)
	if f, ok := g.field(n.Arguments[1]); ok {
		g.lookups = append(g.lookups, lookup{inside(g.node, n.Location().From), name.Value, f, len(n.Arguments) > 2})
	}
}

func (g *grammar) pattern(n *ast.CallNode) {
	pattern, ok := n.Arguments[1].(*ast.StringNode)
	if !ok {
		g.refuse(n.Arguments[1], `the pattern of match() must be written out, like match(ticket.subject, "#(\\d+)")`)
		return
	}
	re, err := regexp.Compile(pattern.Value)
	if err != nil {
		g.refuse(pattern, "%v", err)
		return
	}
	g.c.patterns[pattern.Value] = re
}

// field tells which field of the record itself a node names, if that is all it
// does: "status" of ticket.status, "fields.x" of ticket.fields.x.
func (g *grammar) field(n ast.Node) (string, bool) {
	var path []string
	for {
		switch x := n.(type) {
		case *ast.ChainNode:
			n = x.Node
			continue
		case *ast.MemberNode:
			name, ok := x.Property.(*ast.StringNode)
			if !ok {
				return "", false
			}
			path, n = append(path, name.Value), x.Node
			continue
		case *ast.IdentifierNode:
			slices.Reverse(path)
			isField := len(path) == 1 && path[0] != "fields" || len(path) == 2 && path[0] == "fields"
			return strings.Join(path, "."), isField && x.Value == string(g.kind)
		}
		return "", false
	}
}
