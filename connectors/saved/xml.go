package saved

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// Element is one element of a document in XML, with those in it.
type Element struct {
	XMLName xml.Name
	Text    string    `xml:",chardata"`
	Kids    []Element `xml:",any"`
}

// Name is what an element is called, as JSON has such names: display-id is display_id.
func (e *Element) Name() string {
	return strings.ReplaceAll(strings.ToLower(e.XMLName.Local), "-", "_")
}

// Kid is the first element of a name; an empty one if there is none.
func (e *Element) Kid(name string) *Element {
	for i := range e.Kids {
		if e.Kids[i].Name() == name {
			return &e.Kids[i]
		}
	}
	return new(Element)
}

// Say is the text of the first element of a name, without the blanks around it.
func (e *Element) Say(name string) string { return strings.TrimSpace(e.Kid(name).Text) }

// Elements goes through a file of XML and yields the elements of some names, wherever they
// stand. A document that is torn ends with an error, which tells where.
func (f File) Elements(names ...string) iter.Seq2[*Element, error] {
	return func(yield func(*Element, error) bool) {
		file, err := f.Unpacked()
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() { _ = file.Close() }() // it was only read
		dec := xml.NewDecoder(legible{file})
		dec.Strict = false
		for {
			tok, err := dec.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if begin, ok := tok.(xml.StartElement); ok && err == nil {
				e := &Element{XMLName: begin.Name}
				if !slices.Contains(names, e.Name()) {
					continue
				}
				if err = dec.DecodeElement(e, &begin); err == nil && !yield(e, nil) {
					return
				}
			}
			if err != nil {
				yield(nil, fmt.Errorf("%s, byte %d: %w", f.Name, dec.InputOffset(), err))
				return
			}
		}
	}
}

// legible leaves out the bytes that no document in XML may have: exports have them, where a
// customer's mail did.
type legible struct{ from io.Reader }

func (l legible) Read(p []byte) (n int, err error) {
	read, err := l.from.Read(p)
	for _, b := range p[:read] {
		if b >= ' ' || b == '\n' || b == '\r' || b == '\t' {
			p[n] = b
			n++
		}
	}
	return n, err
}
