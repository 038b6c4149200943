package deskcom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/saved"
	"github.com/deskhaul/deskhaul/desk"
)

var endings = []string{".json", ".ndjson", ".jsonl"}

// Source reads saved answers of Desk.com's API.
type Source struct {
	config *Config
	index  *index
	folder *saved.Folder
	files  *saved.Attachments
	words  *words
}

func newSource(ctx context.Context, c *Config, env connectors.Env) (*Source, error) {
	folder, err := saved.Open(c.Path)
	if err != nil {
		return nil, err
	}
	s := &Source{config: c, folder: folder, index: &index{state: env.State}, files: folder.Attachments(endings...)}
	if s.files.Count() == len(folder.Files) {
		err = fmt.Errorf("path: %s holds no file that ends in %s: %w", c.Path, strings.Join(endings, ", "), connectors.ErrDenied)
	}
	if err == nil {
		err = s.index.build(ctx, folder)
	}
	if err == nil {
		s.words, err = newWords(ctx, c, s.index)
	}
	if err != nil {
		return nil, errors.Join(err, folder.Close())
	}
	return s, nil
}

// Close closes the files.
func (s *Source) Close() error { return s.folder.Close() }

// cursor is a place in the records of a kind: all that changed until generation Seen were
// yielded, and of those that changed until Gen the ones up to At. Read in a later generation
// it goes back to Seen.
type cursor struct {
	Seen uint64 `json:"seen"`
	Gen  uint64 `json:"gen"`
	At   string `json:"at,omitempty"`
}

func (c cursor) String() connectors.Cursor {
	b, _ := json.Marshal(c) // numbers and a key cannot fail
	return connectors.Cursor(b)
}

func (s *Source) after(given connectors.Cursor) cursor {
	var c cursor
	if given != "" && json.Unmarshal([]byte(given), &c) != nil || c.Seen > s.index.gen || c.Gen > s.index.gen {
		c = cursor{} // not ours
	}
	if c.Gen != s.index.gen {
		c.At = ""
	}
	c.Gen = s.index.gen
	return c
}

// Read yields what changed in the files since the cursor.
func (s *Source) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		at := s.after(after)
		var held *connectors.Item // the last item says that all were
		err := s.walk(ctx, kind, at, func(key string, item connectors.Item) bool {
			at.At = key
			item.Cursor = at.String()
			was := held
			held = &item
			return was == nil || yield(*was, nil)
		})
		switch {
		case errors.Is(err, errStopped):
			return
		case err == nil:
			err = ctx.Err()
		}
		if held != nil {
			if err == nil {
				held.Cursor = cursor{Seen: at.Gen, Gen: at.Gen}.String()
			}
			if !yield(*held, nil) {
				return
			}
			if err == nil {
				err = ctx.Err()
			}
		}
		if err != nil {
			yield(connectors.Item{}, err)
		}
	}
}

var errStopped = errors.New("no more is wanted")

// walk goes through the keys of a kind that changed after a cursor.
func (s *Source) walk(ctx context.Context, kind desk.Kind, at cursor, give func(key string, item connectors.Item) bool) error {
	for _, prefix := range prefixesOf(kind) {
		after := ""
		if at.At > prefix {
			after = at.At
		}
		err := s.index.scan(ctx, prefix, after, func(rest string, gen uint64, raw []byte) (bool, error) {
			if prefix != "x/" && gen <= at.Seen {
				return true, nil
			}
			item, err := s.item(ctx, kind, prefix, rest, raw)
			if err != nil || item == nil {
				return err == nil, err
			}
			if !give(prefix+rest, *item) {
				return false, errStopped
			}
			return true, ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// prefixesOf are the keys of a kind, in order.
func prefixesOf(kind desk.Kind) []string {
	switch kind {
	case desk.KindOrganization:
		return []string{"o/companies/"}
	case desk.KindGroup:
		return []string{"o/groups/"}
	case desk.KindAgent:
		return []string{"o/users/"}
	case desk.KindContact:
		return []string{"o/customers/", "s/"}
	case desk.KindTicket:
		return []string{"c/", "x/"}
	case desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return nil
}

// item is what stands under a key; nil nothing of its own.
func (s *Source) item(ctx context.Context, kind desk.Kind, prefix, rest string, raw []byte) (*connectors.Item, error) {
	id := unpadded(rest)
	if prefix == "x/" {
		return &connectors.Item{Aside: &connectors.Aside{
			Kind: desk.KindTicket, ID: desk.ID(rest), Reason: connectors.ReasonUnreadable,
			Detail: rest + ": it is no answer of Desk.com's API – look at the file",
		}}, nil
	}
	rec, err := s.record(ctx, kind, prefix, id, raw)
	var wrong *connectors.Trouble
	switch {
	case errors.As(err, &wrong):
		return &connectors.Item{Aside: &connectors.Aside{Kind: kind, ID: desk.ID(id), Reason: wrong.Reason, Detail: wrong.Error()}}, nil
	case err != nil || rec == nil:
		return nil, err
	}
	return &connectors.Item{Record: rec}, nil
}

// record is the record of an id, of what is kept of it.
func (s *Source) record(ctx context.Context, kind desk.Kind, prefix, id string, raw []byte) (desk.Record, error) {
	switch {
	case kind == desk.KindTicket:
		return s.ticket(ctx, id)
	case prefix == "s/":
		return s.stranger(ctx, id, string(raw))
	}
	rec, err := s.shelfOrPerson(ctx, kind, id, raw)
	if err != nil && ctx.Err() == nil {
		return nil, torn(string(kind), id, err)
	}
	return rec, err
}

// torn is of a record that does not say what its kind says.
func torn(kind, id string, err error) error {
	return &connectors.Trouble{
		Reason: connectors.ReasonUnreadable, Err: fmt.Errorf("%s %s: %w", kind, id, err), Hint: "look at the file that has it",
	}
}

// Fetch looks a record up in the index.
func (s *Source) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	gone := fmt.Errorf("%s %s is in no file: %w", kind, id, connectors.ErrNotFound)
	if !isNumber(string(id)) {
		return nil, gone
	}
	for _, prefix := range prefixesOf(kind) {
		value, err := s.index.state.Get(ctx, prefix+padded(string(id)))
		if err != nil {
			return nil, err
		}
		if value == nil {
			continue
		}
		_, raw := cutGen(value)
		rec, err := s.record(ctx, kind, prefix, string(id), raw)
		if err != nil || rec != nil {
			return rec, err
		}
	}
	return nil, gone
}
