package draft

import (
	"bytes"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// Merge puts lines into a file that a person wrote, below the keys that root leads to
// (none: the file is the mapping itself). All that stands there stays byte for byte: lines
// are put in, none is changed. A line whose key stands there already comes as a comment
// beside it. Where the file has a part on one line, nothing can be put in: rest are these
// lines, which stand at the end of it as a comment.
func Merge(src []byte, root []string, lines []Line) (out []byte, rest []Line, err error) {
	m := &merger{eol: "\n"}
	if bytes.Contains(src, []byte("\r\n")) {
		m.eol = "\r\n"
	}
	if err := m.read(src); err != nil {
		return nil, nil, err
	}
	for _, g := range m.groups(root, lines) {
		if !m.put(g) {
			rest = append(rest, g.lines...)
		}
	}
	if len(rest) > 0 {
		m.atEnd(rest)
	}
	return []byte(strings.Join(m.lines, m.eol)), rest, nil
}

// merger holds a file by its lines.
type merger struct {
	lines []string
	eol   string
	body  ast.Node // as it stands now; nil: it is empty
}

// read parses the file. It is parsed anew after lines were put in, since others have moved.
func (m *merger) read(src []byte) error {
	m.lines = strings.Split(strings.ReplaceAll(string(src), "\r\n", "\n"), "\n")
	return m.parse()
}

func (m *merger) parse() error {
	m.body = nil
	src := strings.TrimPrefix(strings.Join(m.lines, "\n"), "\ufeff")
	f, err := parser.ParseBytes([]byte(src), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return err
	}
	for _, d := range f.Docs {
		if d.Body != nil {
			m.body = d.Body
		}
	}
	return nil
}

// place is where a key stands: the line, counted from 0, and its column. -1 is above the
// whole file.
type place struct{ line, col int }

// group are lines that go below the same key, the last of path.
type group struct {
	path  []string
	lines []Line // with all keys
}

// groups puts lines together that go to one place: what they need there is made once.
func (m *merger) groups(root []string, lines []Line) (out []group) {
	for _, l := range lines {
		l.Path = append(append([]string(nil), root...), l.Path...)
		_, depth, _ := m.find(l.Path)
		if depth == len(l.Path) { // there is a line for it
			l.Live = false
			depth--
		}
		at := slices.IndexFunc(out, func(g group) bool { return slices.Equal(g.path, l.Path[:depth]) })
		if at < 0 {
			out = append(out, group{path: l.Path[:depth]})
			at = len(out) - 1
		}
		out[at].lines = append(out[at].lines, l)
	}
	return out
}

// put puts lines in, or tells that there is no room for them.
func (m *merger) put(g group) bool {
	at, _, open := m.find(g.path)
	if !open {
		return false
	}
	from, indent := m.below(at)
	short := make([]Line, len(g.lines))
	for i, l := range g.lines {
		short[i] = l
		short[i].Path = l.Path[len(g.path):]
	}
	var b strings.Builder
	for _, kid := range tree(short).kids {
		kid.write(&b, strings.Repeat(" ", indent), false)
	}
	before := m.lines
	added := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	m.lines = slices.Concat(before[:from], added, before[from:])
	if m.parse() != nil { // it is written in a way that we do not know
		m.lines = before
		_ = m.parse() // as before
		return false
	}
	return true
}

// find follows keys as far as they are there. open tells that more can be put below the last
// one found: it is a map of several lines, or empty.
func (m *merger) find(path []string) (at place, depth int, open bool) {
	at, node := place{-1, -1}, m.body
	for depth = 0; depth < len(path); depth++ {
		pair := pairOf(node, path[depth])
		if pair == nil {
			break
		}
		pos := pair.Key.GetToken().Position
		at, node = place{pos.Line - 1, pos.Column - 1}, pair.Value
	}
	return at, depth, takesMore(node)
}

func pairsOf(n ast.Node) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

func pairOf(n ast.Node, key string) *ast.MappingValueNode {
	for _, p := range pairsOf(n) {
		if tk := p.Key.GetToken(); tk != nil && tk.Value == key {
			return p
		}
	}
	return nil
}

func takesMore(n ast.Node) bool {
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return true
	case *ast.MappingNode:
		return !n.IsFlowStyle
	case *ast.MappingValueNode:
		return true
	}
	return false
}

// below is the line before which something goes that is to stand last below a key, and how
// far it is indented: as what stands there, comments among it.
func (m *merger) below(at place) (line, indent int) {
	line, indent = at.line+1, at.col+2
	if at.line < 0 {
		indent = 0
	}
	found := false
	for i := at.line + 1; i < len(m.lines); i++ {
		text := strings.TrimLeft(m.lines[i], " \t")
		col := len(m.lines[i]) - len(text)
		switch {
		case text == "":
			continue
		case col <= at.col:
			return line, indent
		case !found && text[0] != '#':
			found, indent = true, col
		}
		line = i + 1
	}
	return line, indent
}

// atEnd writes what has no place elsewhere as a comment.
func (m *merger) atEnd(rest []Line) {
	for len(m.lines) > 0 && m.lines[len(m.lines)-1] == "" {
		m.lines = m.lines[:len(m.lines)-1]
	}
	m.lines = append(m.lines, "", "# New, and to be put in by hand: what stands above is written on one line there.")
	for _, l := range rest {
		keys := make([]string, len(l.Path))
		for i, key := range l.Path {
			keys[i] = strict.Quoted(key)
		}
		m.lines = append(m.lines, "# "+strings.Join(keys, " › ")+":"+l.rest())
	}
	m.lines = append(m.lines, "")
}
