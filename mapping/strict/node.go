// Package strict reads YAML that a person wrote, and tells every mistake in it
// with its place and a way out.
//
// It takes the plain part of YAML: maps, lists, texts, numbers, yes and no.
// Anchors, aliases, merge keys, tags and several documents in one file are
// refused: they make a configuration hard to read, and some make it grow without
// bounds.
package strict

import (
	"cmp"
	"fmt"
	"strings"
)

// Kind is what a Node is.
type Kind int

// The kinds.
const (
	Null Kind = iota
	Text
	Int
	Float
	Bool
	List
	Map
)

// String names the kind for people.
func (k Kind) String() string {
	return [...]string{"nothing", "a text", "a whole number", "a number", "true or false", "a list", "a map"}[k]
}

// Place is where something stands in a file. Line and Col count from 1, Col in
// characters; both are 0 where there is no file, and File then says what it is (a
// flag of the command line).
type Place struct {
	File      string
	Line, Col int
}

// String is FILE:LINE:COL, or FILE alone.
func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Compare orders places by file, line and column.
func (p Place) Compare(q Place) int {
	return cmp.Or(strings.Compare(p.File, q.File), p.Line-q.Line, p.Col-q.Col)
}

// Node is one value of a file.
type Node struct {
	Place
	Kind  Kind
	Value string  // of scalars: as written, without quotes
	Pairs []Pair  // of maps, in written order, each key once
	Items []*Node // of lists
	// Loose says that the value comes from a flag of the command line: it is a
	// text that may stand for a number, or for a list with commas.
	Loose bool

	raw []string // lines of the file
}

// Pair is one key of a map and its value.
type Pair struct {
	Key   *Node // a scalar
	Value *Node
}

// NewText makes a text that stands in no file; from names where it comes from.
func NewText(from, value string) *Node {
	return &Node{Place: Place{File: from}, Kind: Text, Value: value, Loose: true}
}

// Get returns the value of a key, or nil. A nil node has no keys.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for _, p := range n.Pairs {
		if p.Key.Value == key {
			return p.Value
		}
	}
	return nil
}

// Put sets a key, replacing its value where it is there already.
func (n *Node) Put(key string, v *Node) {
	n.Kind = Map
	for i := range n.Pairs {
		if n.Pairs[i].Key.Value == key {
			n.Pairs[i].Value = v
			return
		}
	}
	k := &Node{Place: v.Place, Kind: Text, Value: key, Loose: v.Loose}
	n.Pairs = append(n.Pairs, Pair{Key: k, Value: v})
}

// Scalar tells whether n is one value: neither a map, nor a list, nor nothing.
func (n *Node) Scalar() bool {
	return n.Kind == Text || n.Kind == Int || n.Kind == Float || n.Kind == Bool
}

// Inside finds where a character of Value stands in the file; line counts from 1
// and col from 0. It is exact for plain and quoted texts on one line and for
// block texts, else the start of the node.
func (n *Node) Inside(line, col int) Place {
	at := n.Place
	if n.Line == 0 || n.Line > len(n.raw) {
		return at
	}
	first := []rune(n.raw[n.Line-1])
	if n.Col < 1 || n.Col > len(first) {
		return at
	}
	switch quote := first[n.Col-1]; {
	case quote == '|':
		return n.inBlock(line, col)
	case quote == '\'' && line == 1:
		at.Col += 1 + quoted(first[n.Col:], col, "''")
	case quote == '"' && line == 1:
		at.Col += 1 + quoted(first[n.Col:], col, "\\")
	case quote != '>' && quote != '\'' && quote != '"' && line == 1:
		at.Col += col
	}
	if at.Col > len(first)+1 {
		return n.Place
	}
	return at
}

// inBlock finds a character of a "|" text, whose lines follow with an indent.
func (n *Node) inBlock(line, col int) Place {
	at := n.Place
	if n.Line+line > len(n.raw) {
		return at
	}
	first := n.raw[n.Line]
	at.Line += line
	at.Col = 1 + len(first) - len(strings.TrimLeft(first, " ")) + col
	return at
}

// quoted counts the written characters before the col-th one that is meant:
// escape is two characters that mean one, or the first of two.
func quoted(written []rune, col int, escape string) int {
	i := 0
	for ; col > 0 && i < len(written); col-- {
		if strings.HasPrefix(string(written[i:]), escape) {
			i++
		}
		i++
	}
	return i
}
