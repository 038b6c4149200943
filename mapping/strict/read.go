package strict

import "fmt"

// A Reader takes a map apart key by key and, when done, reports the keys that
// nobody asked for.
type Reader struct {
	bad   *Mistakes
	node  *Node
	shape *Schema
	known []string
}

// Read begins to take n apart. Nil and Null are an empty map; anything else that
// is no map is reported. what names the map in messages. shape lists the keys that may
// be asked for, so that none is read that editors do not know; nil: any.
func Read(n *Node, what string, shape *Schema, bad *Mistakes) *Reader {
	if n != nil && n.Kind != Map && n.Kind != Null {
		bad.At(n.Place, "%s must be a map of keys and values, not %s", what, n.Kind)
		n = nil
	}
	return &Reader{bad: bad, node: n, shape: shape}
}

// Get returns the value of a key, or nil when it is absent or says nothing.
func (r *Reader) Get(key string) *Node {
	r.of(key)
	return r.get(key)
}

// Map begins to take apart the map that a key holds.
func (r *Reader) Map(key string) *Reader {
	return Read(r.Get(key), fmt.Sprintf("%q", key), r.of(key), r.bad)
}

// of is what the schema says of a key. To ask for one that it lacks is a mistake in the
// program: the first test that reads such a map finds it.
func (r *Reader) of(key string) *Schema {
	if r.shape == nil {
		return nil
	}
	s := r.shape.Properties[key]
	if s == nil {
		panic(fmt.Sprintf("strict: the key %q is read, but the schema has %v only", key, r.shape.names()))
	}
	return s
}

func (r *Reader) get(key string) *Node {
	r.known = append(r.known, key)
	v := r.node.Get(key)
	if v != nil && v.Kind == Null {
		return nil
	}
	return v
}

// Text returns the text of a key, "" when it is absent.
func (r *Reader) Text(key string) string {
	n := r.Get(key)
	if n == nil {
		return ""
	}
	if !n.Scalar() {
		r.bad.At(n.Place, "%q must be a text, not %s", key, n.Kind)
		return ""
	}
	return n.Value
}

// Word returns one of the words that a key may hold as the schema has it, the first
// of them when the key is absent or holds none.
func (r *Reader) Word(key string) string {
	words := r.of(key).Words()
	n := r.Get(key)
	if n == nil {
		return words[0]
	}
	return Word(n, key, words, r.bad)
}

// Texts returns the items of a key that holds a list of texts.
func (r *Reader) Texts(key string) []string {
	n := r.Get(key)
	if n == nil {
		return nil
	}
	if n.Kind != List {
		r.bad.At(n.Place, "%q must be a list, like [one, two], not %s", key, n.Kind)
		return nil
	}
	var out []string
	for _, item := range n.Items {
		if !item.Scalar() {
			r.bad.At(item.Place, "an item of %q must be a text, not %s", key, item.Kind)
			continue
		}
		out = append(out, item.Value)
	}
	return out
}

// Done reports the keys that were not asked for.
func (r *Reader) Done() {
	if r.node == nil {
		return
	}
	for _, p := range r.node.Pairs {
		if !contains(r.known, p.Key.Value) {
			r.bad.At(p.Key.Place, "unknown key %q%s", p.Key.Value, DidYouMean(p.Key.Value, r.known))
		}
	}
}

// Word checks that n is one of the words and returns it, else the first of them.
func Word(n *Node, key string, words []string, bad *Mistakes) string {
	if n.Scalar() && contains(words, n.Value) {
		return n.Value
	}
	if !n.Scalar() {
		bad.At(n.Place, "%q must be one word, not %s%s", key, n.Kind, DidYouMean("", words))
	} else {
		bad.At(n.Place, "%q cannot be %q%s", key, n.Value, DidYouMean(n.Value, words))
	}
	return words[0]
}

func contains(words []string, w string) bool {
	for _, k := range words {
		if k == w {
			return true
		}
	}
	return false
}
