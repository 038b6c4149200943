package csv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Describe tells what was found out about the files: which column is which field
// and how sure that is. Counts are estimated from the beginning of each file.
func (s *source) Describe(ctx context.Context) (connectors.Schema, error) {
	sheets, out, err := s.opened()
	if err != nil {
		return connectors.Schema{}, err
	}
	schema := connectors.Schema{Title: "CSV, " + s.cfg.Path, Counts: map[desk.Kind]int64{}}
	for _, sh := range sheets {
		if err := ctx.Err(); err != nil {
			return schema, errors.Join(err, closeAll(sheets))
		}
		if !sh.joins {
			schema.Counts[sh.Kind] += sh.estimate()
		}
		sh.describe(&schema)
	}
	if len(out) > 0 {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: leftOut(out)})
	}
	doubles, err := doubled(sheets)
	for _, d := range doubles {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: d})
	}
	return schema, errors.Join(err, closeAll(sheets))
}

// leftOut tells which files of a folder are not read.
func leftOut(files []string) string {
	return fmt.Sprintf("left out, because neither name nor columns say clearly what their rows are: %s: to read one, list all files to read under files:, as in {path: %s, kind: tickets}",
		strings.Join(files, ", "), files[0])
}

// mostCompared is how many rows of each file are compared with the other files.
const mostCompared = 1000

// doubled finds files of one kind that give the same ids: exports of one table
// made twice. Of each id the first row is taken.
func doubled(sheets []*sheet) ([]string, error) {
	var notes []string
	first := map[string]string{}
	for _, sh := range sheets {
		also := map[string]int{}
		sp := sh.rows(sh.off, sh.line)
		for range mostCompared {
			r, err := sp.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return notes, fmt.Errorf("csv: %s: %w", sh.path, err)
			}
			id := ""
			if cells, ok := sh.clean(&r); ok && !sh.Exact {
				id = sh.Key(cells)
			}
			if id == "" {
				continue
			}
			key := string(sh.Kind) + " " + id
			if was, ok := first[key]; !ok {
				first[key] = sh.base
			} else if was != sh.base {
				also[was]++
			}
		}
		for _, was := range slices.Sorted(maps.Keys(also)) {
			notes = append(notes, fmt.Sprintf("%s: %d of its first rows have the ids of rows in %s, of which the first are taken: list the files to read under files: if it is a copy", sh.base, also[was], was))
		}
	}
	return notes, nil
}

func (s *sheet) describe(schema *connectors.Schema) {
	schema.Notes = append(schema.Notes, connectors.Note{Level: "info", Text: fmt.Sprintf(
		"%s: %s, encoding %s, %s, %d columns", s.base, s.what(), s.cs.name, s.d, s.want)})
	for _, n := range s.notes {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "warning", Text: s.base + ": " + n})
	}
	if forms := s.dateForms(); forms != "" {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "info", Text: s.base + ": dates are read as " + forms})
	}
	kind := s.Kind
	if s.joins {
		kind = desk.KindTicket
	}
	used, words := map[int]bool{}, s.columns()
	for _, p := range s.Picks {
		used[p.Column] = true
		f := connectors.Field{
			Kind: kind, Name: p.Field.Name, Title: p.Field.Title, Type: p.Field.Type, Sure: p.Sure,
			Source: s.base + ": " + s.name(p.Column),
		}
		if kind == desk.KindTicket && s.Translates(p.Field.Name) && p.Column < len(words) {
			f.Options = words[p.Column].words
			f.Means = s.means(f.Name, f.Options)
			schema.Notes = append(schema.Notes, s.translated(f)...)
		}
		schema.Fields = append(schema.Fields, f)
	}
	for i, name := range s.Names {
		if !used[i] && !s.Exact && !s.joins {
			f := connectors.Field{Kind: s.Kind, Name: "fields." + name, Title: name, Type: "text", Sure: 1, Source: s.base + ": " + name}
			if i < len(words) {
				f.Options = words[i].choices()
			}
			schema.Fields = append(schema.Fields, f)
		}
	}
}

// what names the rows.
func (s *sheet) what() string {
	if s.joins {
		return "joins to tickets"
	}
	return plural(s.Kind)
}

// dateForms tells how the dates of each column are read.
func (s *sheet) dateForms() string {
	var forms []string
	for _, p := range s.Picks {
		if form, ok := s.Form(p.Column); ok {
			forms = append(forms, fmt.Sprintf("%s in %q", form, s.name(p.Column)))
		}
	}
	return strings.Join(forms, ", ")
}

// firstPart is how much of a file is looked at to describe it.
const firstPart = 1 << 20

// estimate counts the rows of the first part and reckons the rest.
func (s *sheet) estimate() int64 {
	sp := s.rows(s.off, s.line)
	n := int64(0)
	for sp.off < s.off+firstPart {
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
