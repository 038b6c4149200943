package deskcom

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Describe tells what the files hold and what they lack.
func (s *Source) Describe(ctx context.Context) (connectors.Schema, error) {
	schema := connectors.Schema{
		Title:  fmt.Sprintf("%d files with answers of Desk.com's API, %s", len(s.folder.Files)-s.files.Count(), s.config.Path),
		Counts: map[desk.Kind]int64{}, Fields: s.words.describe(),
	}
	var l lacks
	for _, kind := range kinds {
		n, err := s.count(ctx, kind, &l)
		if err != nil {
			return schema, err
		}
		schema.Counts[kind] = n
	}
	others, err := s.others(ctx)
	if err != nil {
		return schema, err
	}
	schema.Notes = append(l.notes(), others...)
	return schema, nil
}

// lacks are what the files do not have and name.
type lacks struct {
	cases, empty, strangers, torn, missing int64
}

func (s *Source) count(ctx context.Context, kind desk.Kind, l *lacks) (n int64, err error) {
	for _, prefix := range prefixesOf(kind) {
		err := s.index.scan(ctx, prefix, "", func(rest string, _ uint64, _ []byte) (bool, error) {
			id := unpadded(rest)
			switch prefix {
			case "x/":
				l.torn++
				return true, nil
			case "s/":
				_, known, err := s.index.get(ctx, "customers", id)
				if known != nil || err != nil {
					return true, err
				}
				l.strangers++
			case "c/":
				there, err := s.look(ctx, id, l)
				if !there || err != nil {
					return true, err
				}
			}
			n++
			return true, nil
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// look tells whether a case is there, and counts what it lacks.
func (s *Source) look(ctx context.Context, id string, l *lacks) (there bool, err error) {
	_, raw, err := s.index.get(ctx, "cases", id)
	if raw == nil || err != nil {
		l.cases++
		return false, err
	}
	messages := 0
	err = s.index.scan(ctx, "k/"+padded(id)+"/", "", func(path string, _ uint64, raw []byte) (bool, error) {
		parts := strings.Split(path, "/")
		if at := slices.Index(parts, "attachments"); at < 0 {
			messages++
		} else if f, err := readAttachment(parts, raw); at == len(parts)-2 && err == nil && f.Erased.IsZero() {
			f.id = unpadded(f.id)
			_, ok, err := s.find(ctx, &f, id)
			if !ok {
				l.missing++
			}
			return true, err
		}
		return true, nil
	})
	if messages == 0 {
		l.empty++
	}
	return true, err
}

func (l *lacks) notes() (out []connectors.Note) {
	tell := func(n int64, text string) {
		if n > 0 {
			out = append(out, connectors.Note{Level: "warning", Text: fmt.Sprintf(text, n)})
		}
	}
	tell(l.missing, "Attachments that are not among the files: %d. Their names stand at the end of their messages. Put the files beside the answers, under a path with the number of the attachment or of its case.")
	tell(l.empty, "Cases without a message: %d. The answers of /message, /replies and /notes are what has them.")
	tell(l.cases, "Cases that are not among the files, though messages of them are: %d. They go to quarantine.")
	tell(l.strangers, "Customers who are known by their cases alone: %d. The answers of /customers have their names.")
	tell(l.torn, "Places in the files that are no answers of Desk.com's API: %d. They are told in quarantine.")
	return out
}

// others tells which answers are not moved.
func (s *Source) others(ctx context.Context) ([]connectors.Note, error) {
	var all []string
	for e, err := range s.index.state.Scan(ctx, "n/", "") {
		if err != nil {
			return nil, err
		}
		all = append(all, string(e.Value)+" × "+strings.TrimPrefix(e.Key, "n/"))
	}
	if len(all) == 0 {
		return nil, nil
	}
	return []connectors.Note{{Level: "info", Text: "Not moved are " + strings.Join(all, ", ") + "."}}, nil
}

// describe lists the custom fields.
func (w *words) describe() (out []connectors.Field) {
	for of, kind := range map[string]desk.Kind{"case": desk.KindTicket, "customer": desk.KindContact, "company": desk.KindOrganization} {
		for name, f := range w.custom[of] {
			kinds := map[string]string{"number": "number", "boolean": "bool", "date": "text", "list": "option"}
			field := connectors.Field{Kind: kind, Name: "fields." + name, Title: f.Label, Type: "text", Options: f.Data.Choices, Sure: 1}
			if t := kinds[f.Data.Type]; t != "" {
				field.Type = t
			}
			out = append(out, field)
		}
	}
	slices.SortFunc(out, func(a, b connectors.Field) int { return strings.Compare(string(a.Kind)+a.Name, string(b.Kind)+b.Name) })
	return out
}
