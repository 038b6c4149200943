package sheets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// Describe tells what was found out about the sheets: which column is which field
// and how sure that is. Counts are estimated from the beginning of each sheet.
func (s *Source) Describe(ctx context.Context) (connectors.Schema, error) {
	sheets, out, err := s.o.Open(ctx)
	if err != nil {
		return connectors.Schema{}, err
	}
	schema := connectors.Schema{Title: s.o.Title, Counts: map[desk.Kind]int64{}}
	for _, sh := range sheets {
		if err := ctx.Err(); err != nil {
			return schema, errors.Join(err, CloseAll(sheets))
		}
		if !sh.Joins {
			schema.Counts[sh.Kind] += sh.estimate()
		}
		sh.describe(&schema)
	}
	if len(out) > 0 {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: s.o.LeftOut(out)})
	}
	doubles, err := s.doubled(sheets)
	for _, d := range doubles {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: d})
	}
	return schema, errors.Join(err, CloseAll(sheets))
}

// mostCompared is how many rows of each file are compared with the other files.
const mostCompared = 1000

// doubled finds files of one kind that give the same ids: exports of one table
// made twice. Of each id the first row is taken.
func (s *Source) doubled(sheets []*Sheet) ([]string, error) {
	var notes []string
	first := map[string]string{}
	for _, sh := range sheets {
		also := map[string]int{}
		sp := sh.Rows(sh.Off, sh.Line)
		for range mostCompared {
			r, err := sp.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return notes, s.failed("%s: %w", sh.Path, err)
			}
			id := ""
			if cells, ok := sh.Clean(&r); ok && !sh.Exact {
				id = sh.Key(cells)
			}
			if id == "" {
				continue
			}
			key := string(sh.Kind) + " " + id
			if was, ok := first[key]; !ok {
				first[key] = sh.Base
			} else if was != sh.Base {
				also[was]++
			}
		}
		for _, was := range slices.Sorted(maps.Keys(also)) {
			notes = append(notes, fmt.Sprintf("%s: %d of its first rows have the ids of rows in %s, of which the first are taken: list the %s to read under %s: if it is a copy", sh.Base, also[was], was, s.o.Many, s.o.Many))
		}
	}
	return notes, nil
}

func (s *Sheet) describe(schema *connectors.Schema) {
	schema.Notes = append(schema.Notes, connectors.Note{Level: "info", Text: fmt.Sprintf(
		"%s: %s%s, %d columns", s.Base, s.what(), s.About, s.Width)})
	for _, n := range s.Notes {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: s.Base + ": " + n})
	}
	if forms := s.dateForms(); forms != "" {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "info", Text: s.Base + ": dates are read as " + forms})
	}
	kind := s.Kind
	if s.Joins {
		kind = desk.KindTicket
	}
	used, words := map[int]bool{}, s.columns()
	for _, p := range s.Picks {
		used[p.Column] = true
		f := connectors.Field{
			Kind: kind, Name: p.Field.Name, Title: p.Field.Title, Type: p.Field.Type, Sure: p.Sure,
			Source: s.Base + ": " + s.Name(p.Column),
		}
		if kind == desk.KindTicket && s.Translates(p.Field.Name) && p.Column < len(words) {
			f.Options = words[p.Column].words
			f.Means = s.means(f.Name, f.Options)
			schema.Notes = append(schema.Notes, s.translated(f)...)
		}
		schema.Fields = append(schema.Fields, f)
	}
	for i, name := range s.Names {
		if !used[i] && !s.Exact && !s.Joins {
			f := connectors.Field{Kind: s.Kind, Name: "fields." + name, Title: name, Type: "text", Sure: 1, Source: s.Base + ": " + name}
			if i < len(words) {
				f.Options = words[i].choices()
			}
			schema.Fields = append(schema.Fields, f)
		}
	}
}

// what names the rows.
func (s *Sheet) what() string {
	if s.Joins {
		return "joins to tickets"
	}
	return table.Plural(s.Kind)
}

// dateForms tells how the dates of each column are read.
func (s *Sheet) dateForms() string {
	var forms []string
	for _, p := range s.Picks {
		if form, ok := s.Form(p.Column); ok {
			forms = append(forms, fmt.Sprintf("%s in %q", form, s.Name(p.Column)))
		}
	}
	return strings.Join(forms, ", ")
}

// firstPart is how much of a file is looked at to describe it.
const firstPart = 1 << 20

// estimate counts the rows of the first part and reckons the rest.
func (s *Sheet) estimate() int64 {
	in := s.Rows(s.Off, s.Line)
	n, at := int64(0), s.Off
	for at < s.Off+firstPart {
		if _, err := in.Next(); err != nil {
			if errors.Is(err, io.EOF) {
				return n
			}
			break
		}
		n++
		at, _ = in.Place()
	}
	if read := at - s.Off; read > 0 {
		return n * (s.Size - s.Off) / read
	}
	return n
}
