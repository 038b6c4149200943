package xlsx

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// mostMarks is how many merged ranges, and how many links, of one sheet are kept; Excel
// itself has no more links in one.
const mostMarks = 1 << 16

// scanned is what stands in a sheet's XML and the library does not give with its rows.
type scanned struct {
	last      int64 // number of the last row that has cells
	merges    []string
	links     []link
	unvalued  int64  // formulas whose value was not kept
	unvaluedA string // where the first stands
	formulas  int64  // links made by a formula
	cut       bool   // more merged ranges or links than are kept
	ended     bool   // the table's end was seen
}

type link struct{ ref, id, location string }

// scanner is where a scan has come to: a row, and the cell in it.
type scanner struct {
	scanned
	row             int64
	ref             string
	formula, valued bool
}

// scan reads the XML of a sheet. It looks at tags alone, and is many times as fast as a
// parser is.
func scan(r io.Reader) (scanned, error) {
	var s scanner
	br := bufio.NewReaderSize(r, 128<<10)
	for !s.ended {
		tag, text, err := nextTag(br)
		if errors.Is(err, io.EOF) {
			return s.scanned, nil
		}
		if err != nil {
			return s.scanned, err
		}
		name, attrs, _ := bytes.Cut(bytes.TrimSuffix(tag, []byte("/")), []byte(" "))
		s.see(localName(name), attrs, text, bytes.HasSuffix(tag, []byte("/")))
	}
	return s.scanned, s.tail(br)
}

// see takes one tag in, and the text before it.
func (s *scanner) see(name string, attrs, text []byte, closed bool) {
	switch name {
	case "row":
		s.row++
		if n, err := strconv.ParseInt(string(attribute(attrs, "r")), 10, 64); err == nil {
			s.row = n
		}
	case "c":
		s.last, s.ref, s.formula = s.row, string(attribute(attrs, "r")), false
		s.valued = string(attribute(attrs, "t")) == "str" // which may be empty
	case "f":
		s.formula = true
	case "/f":
		if bytes.HasPrefix(bytes.TrimSpace(text), []byte("HYPERLINK(")) {
			s.formulas++
		}
	case "/v":
		s.valued = s.valued || len(text) > 0
	case "/c":
		if s.formula && !s.valued {
			if s.unvalued++; s.unvalued == 1 {
				s.unvaluedA = s.ref
			}
		}
	case "/sheetData", "sheetData":
		s.ended = name == "/sheetData" || closed
	}
}

// nextTag gives what stands between < and >, and the text before it.
func nextTag(br *bufio.Reader) (tag, text []byte, err error) {
	text, err = until(br, '<')
	if err != nil {
		return nil, nil, err
	}
	text = bytes.Clone(text[:min(len(text), 64)]) // of a formula, its beginning
	tag, err = until(br, '>')
	if err != nil {
		return nil, nil, err
	}
	for _, special := range []struct{ begin, end string }{{"!--", "--"}, {"![CDATA[", "]]"}} {
		if bytes.HasPrefix(tag, []byte(special.begin)) {
			for !bytes.HasSuffix(tag, []byte(special.end)) {
				if tag, err = until(br, '>'); err != nil {
					return nil, nil, err
				}
			}
			return nil, text, nil
		}
	}
	return tag, text, nil
}

// until reads up to a byte, and gives the last that stood before it.
func until(br *bufio.Reader, end byte) ([]byte, error) {
	for {
		b, err := br.ReadSlice(end)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return bytes.TrimSuffix(b, []byte{end}), err
	}
}

func localName(name []byte) string {
	slash := ""
	if bytes.HasPrefix(name, []byte("/")) {
		slash, name = "/", name[1:]
	}
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return slash + string(bytes.TrimSpace(name))
}

func attribute(attrs []byte, name string) []byte {
	_, rest, found := bytes.Cut(append([]byte(" "), attrs...), []byte(" "+name+`="`))
	if !found {
		return nil
	}
	value, _, _ := bytes.Cut(rest, []byte(`"`))
	return value
}

// tail reads what stands behind the rows.
func (s *scanned) tail(r io.Reader) error {
	d := xml.NewDecoder(r)
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("behind the rows: %w", err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		get := func(name string) string {
			for _, a := range e.Attr {
				if a.Name.Local == name {
					return a.Value
				}
			}
			return ""
		}
		switch {
		case e.Name.Local == "mergeCell" && len(s.merges) < mostMarks:
			s.merges = append(s.merges, get("ref"))
		case e.Name.Local == "hyperlink" && len(s.links) < mostMarks:
			s.links = append(s.links, link{ref: get("ref"), id: get("id"), location: get("location")})
		case e.Name.Local == "mergeCell", e.Name.Local == "hyperlink":
			s.cut = true
		}
	}
}

// relation is an address that a part names.
type relation struct {
	ID     string `xml:"Id,attr"`
	Target string `xml:"Target,attr"`
	Type   string `xml:"Type,attr"`
}

func relations(r io.Reader) (map[string]relation, error) {
	var all struct {
		Relationship []relation
	}
	if err := xml.NewDecoder(r).Decode(&all); err != nil {
		return nil, err
	}
	named := map[string]relation{}
	for _, one := range all.Relationship {
		named[one.ID] = one
	}
	return named, nil
}
