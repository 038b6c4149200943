package mapping

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// What an expression may be at most. Together with what [grammar] refuses they
// bound the time and memory of a run by the size of the record.
const (
	maxExpression = 8000 // characters
	maxNodes      = 1000
	maxMemory     = 1 << 20 // values that one run may put into lists and maps
)

// expression is one compiled expression. It may be run from several goroutines.
type expression struct {
	place   strict.Place
	text    string // as it is written
	program *vm.Program
	meaning string // the same for expressions that differ in white space only
	looks   looks
	lookups []lookup
	reads   []string // custom fields it names, of the records of its kind
	tables  []string // tables it looks words up in
	gives   []placed // texts that it is seen to give; there may be others
}

// lookup is a call of table() for a field of the record itself.
type lookup struct {
	place      strict.Place
	table      string
	field      string // as in desk.PrintsOf
	hasDefault bool
}

// compile type-checks an expression of a kind, which must give the sort.
func (c *compiler) compile(n *strict.Node, kind desk.Kind, want sort) *expression {
	if n.Kind == strict.Map || n.Kind == strict.List {
		c.bad.At(n.Place, "this must be an expression, not %s", n.Kind)
		return nil
	}
	src := n.Value
	if strings.TrimSpace(src) == "" || len(src) > maxExpression {
		c.bad.At(n.Place, "an expression must have 1 to %d characters – an empty text is written '\"\"'", maxExpression)
		return nil
	}
	g := &grammar{c: c, node: n, kind: kind}
	program, err := build(src, c.options(kind, g))
	c.bad.Take(n.Place, g.bad.Err())
	if err != nil {
		c.explain(n, kind, want, err)
		return nil
	}
	if g.bad.Len() > 0 {
		return nil
	}
	switch t := program.Node().Type(); {
	case fits(want, t):
	case want == sortAny:
		c.bad.At(n.Place, "a field cannot hold %s – name a part of it", nameOf(t))
		return nil
	default:
		c.bad.At(n.Place, "this must be %s, but it gives %s", want, nameOf(t))
		return nil
	}
	e := &expression{
		place: n.Place, text: src, program: program, looks: looks{strings.Contains(src, "messages"), asksNames(program)},
		lookups: g.lookups, reads: g.reads, tables: g.tables,
	}
	if tree, err := parser.Parse(src); err == nil {
		e.meaning = tree.Node.String()
		e.gives = c.gives(n, tree.Node, false)
	}
	return e
}

// asksNames tells whether a program may ask what a reference refers to.
func asksNames(program *vm.Program) (asks bool) {
	node := program.Node()
	ast.Walk(&node, finder(func(n ast.Node) {
		m, ok := n.(*ast.MemberNode)
		if !ok || m.Node.Type() != reflect.TypeFor[refView]() {
			return
		}
		name, written := m.Property.(*ast.StringNode)
		asks = asks || !written || name.Value != "id" && name.Value != "kind"
	}))
	return asks
}

// build compiles src. The library takes some broken input for granted and panics.
func build(src string, options []expr.Option) (program *vm.Program, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("this is no expression: %v", r)
		}
	}()
	return expr.Compile(src, options...)
}

func (c *compiler) options(kind desk.Kind, g *grammar) []expr.Option {
	options := []expr.Option{
		expr.Env(reflect.Zero(envOf(kind)).Interface()), expr.Patch(g), expr.MaxNodes(maxNodes),
		// v1.17.8 turns filter(list, x)[0].field into code that fails; see TestExpressions.
		expr.Optimize(false),
	}
	for _, name := range banned() {
		options = append(options, expr.DisableBuiltin(name))
	}
	return append(options, c.functions()...)
}

// banned are the library's functions that a mapping may not call: what depends on
// the clock would map one record in two ways, what builds texts in a loop has no
// bound, and what tells of types and JSON would show our own structures.
func banned() []string {
	return []string{"now", "repeat", "reduce", "toJSON", "fromJSON", "type"}
}

func envOf(kind desk.Kind) reflect.Type {
	switch kind {
	case desk.KindTicket:
		return reflect.TypeFor[ticketEnv]()
	case desk.KindMessage:
		return reflect.TypeFor[messageEnv]()
	case desk.KindContact:
		return reflect.TypeFor[contactEnv]()
	case desk.KindAgent:
		return reflect.TypeFor[agentEnv]()
	case desk.KindOrganization:
		return reflect.TypeFor[organizationEnv]()
	case desk.KindGroup:
		return reflect.TypeFor[groupEnv]()
	case desk.KindCategory, desk.KindFile:
	}
	return reflect.TypeFor[categoryEnv]()
}

// machines are run one record at a time and kept for the next.
type machines struct{ pool sync.Pool }

func newMachines() *machines {
	return &machines{sync.Pool{New: func() any { return &vm.VM{MemoryBudget: maxMemory} }}}
}

// run evaluates e. A failure names the place of the expression.
func (p *machines) run(e *expression, env any) (any, error) {
	m := p.pool.Get().(*vm.VM)
	v, err := m.Run(e.program, env)
	p.pool.Put(m)
	if err != nil {
		return nil, cause(err)
	}
	return v, nil
}

// is evaluates a condition.
func (p *machines) is(e *expression, env any) (bool, error) {
	v, err := p.run(e, env)
	if err != nil {
		return false, err
	}
	b, ok := v.(bool)
	if !ok {
		return false, fmt.Errorf("this must be true or false, but it is %s", nameOf(reflect.TypeOf(v)))
	}
	return b, nil
}

// cause takes the library's picture of the expression away from an error.
func cause(err error) error {
	var f *file.Error
	if !errors.As(err, &f) {
		return err
	}
	if f.Prev != nil {
		return f.Prev
	}
	return errors.New(f.Message)
}
