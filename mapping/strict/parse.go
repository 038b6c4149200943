package strict

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What a file may be at most. A person's file is far below. The time that the
// YAML parser takes grows with the square of the keys of one map (8,000 take half
// a second), its stack with the depth.
const (
	maxBytes = 256 << 10
	maxDepth = 60
)

// Parse reads one YAML document; file is its name for messages. It returns the
// tree as far as it can be used, which is nil where the text is no YAML, and adds
// what is wrong to bad. An empty document is a Null node.
func Parse(file string, src []byte, bad *Mistakes) *Node {
	start := Place{File: file, Line: 1, Col: 1}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	switch {
	case len(src) > maxBytes:
		bad.At(start, "the file is larger than %d bytes", maxBytes)
		return nil
	case !utf8.Valid(src):
		bad.At(invalid(start, src), "this is not UTF-8 – save the file as UTF-8")
		return nil
	case bytes.ContainsRune(src, 0):
		bad.At(start, "there is a zero byte in the file – this is no YAML")
		return nil
	}
	if at, deep := nesting(start, src); deep {
		bad.At(at, "lists and maps are nested more than %d deep", maxDepth)
		return nil
	}
	doc, err := document(src)
	if err != nil {
		bad.At(syntax(start, err), "%s", message(err))
		return nil
	}
	b := builder{start: start, raw: strings.Split(string(src), "\n"), bad: bad}
	return b.node(doc, start, 0)
}

// document parses src into its only document. The parser is known to panic on
// some broken input (foreign bytes must not end the program).
func document(src []byte) (doc ast.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("this is no YAML: %v", r)
		}
	}()
	f, err := parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, err
	}
	for _, d := range f.Docs {
		switch {
		case d.Body == nil:
		case doc != nil:
			begin := d.Start
			if begin == nil {
				begin = d.Body.GetToken()
			}
			return nil, &yaml.SyntaxError{Message: "a second document begins here – only one is read", Token: begin}
		default:
			doc = d.Body
		}
	}
	return doc, nil
}

// message is what a parser's error says, without the excerpt of the file that it
// would show: secrets may stand there.
func message(err error) string {
	var y yaml.Error
	if errors.As(err, &y) {
		return "this is no YAML: " + strings.ReplaceAll(y.GetMessage(), "\n", " ")
	}
	return strings.ReplaceAll(err.Error(), "\n", " ")
}

func syntax(start Place, err error) Place {
	var y yaml.Error
	if errors.As(err, &y) {
		return at(start, y.GetToken())
	}
	return start
}

func at(start Place, tk *token.Token) Place {
	if tk == nil || tk.Position == nil || tk.Position.Line < 1 {
		return start
	}
	return Place{File: start.File, Line: tk.Position.Line, Col: max(tk.Position.Column, 1)}
}

// invalid finds the first byte that is not UTF-8.
func invalid(p Place, src []byte) Place {
	for len(src) > 0 {
		r, n := utf8.DecodeRune(src)
		if r == utf8.RuneError && n == 1 {
			break
		}
		p.Col++
		if r == '\n' {
			p.Line, p.Col = p.Line+1, 1
		}
		src = src[n:]
	}
	return p
}

// nesting finds where brackets, or list dashes and question marks on one line,
// stand deeper than a parser that calls itself should be sent. Brackets inside
// texts are counted too: a thousand unclosed ones are no configuration either.
func nesting(p Place, src []byte) (Place, bool) {
	brackets := 0
	for line := range bytes.Lines(src) {
		dashes, lead := 0, true
		for _, c := range line {
			switch {
			case c == '[' || c == '{':
				brackets++
			case c == ']' || c == '}':
				brackets = max(brackets-1, 0)
			case lead && (c == '-' || c == '?' || c == ':'):
				dashes++
			}
			lead = lead && (c == '-' || c == '?' || c == ':' || c == ' ' || c == '\t')
			if brackets > 1000 || dashes > 1000 {
				return p, true
			}
		}
		p.Line++
	}
	return p, false
}
