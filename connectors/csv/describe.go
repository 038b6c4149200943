package csv

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Describe tells what was found out about the files: which column is which field
// and how sure that is. Counts are estimated from the beginning of each file.
func (s *source) Describe(ctx context.Context) (connectors.Schema, error) {
	sheets, err := s.open()
	if err != nil {
		return connectors.Schema{}, err
	}
	schema := connectors.Schema{Title: "CSV, " + s.cfg.Path, Counts: map[desk.Kind]int64{}}
	for _, sh := range sheets {
		if err := ctx.Err(); err != nil {
			return schema, errors.Join(err, closeAll(sheets))
		}
		schema.Counts[sh.Kind] += sh.estimate()
		sh.describe(&schema)
	}
	return schema, closeAll(sheets)
}

func (s *sheet) describe(schema *connectors.Schema) {
	schema.Notes = append(schema.Notes, connectors.Note{Level: "info", Text: fmt.Sprintf(
		"%s: %ss, encoding %s, %q between cells, %d columns", s.base, s.Kind, s.cs.name, s.d.delim, s.want)})
	for _, n := range s.notes {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: s.base + ": " + n})
	}
	used := map[int]bool{}
	for _, p := range s.Picks {
		used[p.Column] = true
		f := connectors.Field{
			Kind: s.Kind, Name: p.Field.Name, Title: p.Field.Title, Type: p.Field.Type, Sure: p.Sure,
			Source: s.base + ": " + s.name(p.Column),
		}
		if form, ok := s.Form(p.Column); ok {
			f.Title += " (" + form.String() + ")"
		}
		schema.Fields = append(schema.Fields, f)
	}
	for i, name := range s.Names {
		if !used[i] && !s.Exact {
			schema.Fields = append(schema.Fields, connectors.Field{
				Kind: s.Kind, Name: "fields." + name, Title: name, Type: "text", Sure: 1, Source: s.base + ": " + name,
			})
		}
	}
}

// estimate counts the rows of the first part and reckons the rest.
func (s *sheet) estimate() int64 {
	const part = 1 << 20
	sp := s.rows(s.off, s.line)
	n := int64(0)
	for sp.off < s.off+part {
		if _, err := sp.next(); err != nil {
			if errors.Is(err, io.EOF) {
				return n
			}
			break
		}
		n++
	}
	if read := sp.off - s.off; read > 0 {
		return n * (s.size - s.off) / read
	}
	return n
}
