package zendesk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/connectors/saved"
	"github.com/deskhaul/deskhaul/desk"
)

// FileSource reads files that Zendesk exported (Admin Center, Account, Tools,
// Reports, Export: JSON), and answers of its API that somebody kept. Attachments are
// fetched from Zendesk when they are written: their addresses work as long as the
// account does.
type FileSource struct {
	config *Config
	client *rest.Client // nil without an account
	words  *words
	files  *saved.Folder
}

// newFileSource looks through the files once, for fields and agents: what a ticket
// says of both is numbers.
func newFileSource(ctx context.Context, c *Config, env connectors.Env) (*FileSource, error) {
	s := &FileSource{config: c, words: newWords(c.base())}
	access := *c
	if access.URL == "" {
		access.URL = "https://zendesk.com" // a base for addresses that are whole
	}
	var err error
	if s.client, err = newClient(&access, env); err != nil {
		return nil, err
	}
	s.words.open = (&Source{client: s.client}).download
	if s.files, err = saved.Open(c.Path); err != nil {
		return nil, err
	}
	if err = s.files.Only(".json", ".ndjson", ".jsonl"); err == nil {
		err = s.look(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.files.Close())
	}
	return s, nil
}

// Close closes the files.
func (s *FileSource) Close() error { return s.files.Close() }

func (s *FileSource) all(ctx context.Context) iter.Seq2[exported, error] {
	return func(yield func(exported, error) bool) {
		for _, f := range s.files.Files {
			for v, err := range f.Values(exportedKinds...) {
				if err == nil {
					err = ctx.Err()
				}
				if !yield(exportedAs(v), err) || err != nil {
					return
				}
			}
		}
	}
}

// look finds agents and fields. Agents are few enough to be remembered.
func (s *FileSource) look(ctx context.Context) error {
	fields := map[string][]fieldShape{}
	for e, err := range s.all(ctx) {
		if err != nil {
			return err
		}
		switch e.kind {
		case "ticket_fields", "user_fields", "organization_fields":
			var f fieldShape
			if json.Unmarshal(e.raw, &f) == nil {
				fields[e.kind] = append(fields[e.kind], f)
			}
		case "group_memberships":
			var m membershipShape
			if json.Unmarshal(e.raw, &m) == nil {
				s.words.members[m.UserID] = append(s.words.members[m.UserID], desk.To(desk.KindGroup, number(m.GroupID)))
			}
		case "users", "tickets":
			for _, u := range people(e) {
				if u.staff() {
					s.words.agents[u.ID] = true
				}
			}
		}
	}
	s.words.fields[desk.KindTicket] = newFieldSet(desk.KindTicket, fields["ticket_fields"])
	s.words.fields[desk.KindContact] = newFieldSet(desk.KindContact, fields["user_fields"])
	s.words.fields[desk.KindAgent] = newFieldSet(desk.KindAgent, fields["user_fields"])
	s.words.fields[desk.KindOrganization] = newFieldSet(desk.KindOrganization, fields["organization_fields"])
	return nil
}

// Read goes through the files from the beginning, whatever the cursor: a file tells
// of no changes, and the ledger knows what was moved.
func (s *FileSource) Read(ctx context.Context, kind desk.Kind, _ connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		seen := recent{}
		for e, err := range s.all(ctx) {
			if err != nil {
				yield(connectors.Item{}, err)
				return
			}
			for _, it := range s.items(e, kind) {
				if it.Record != nil && !seen.fresh(it.Record.About().ID) && kind != desk.KindTicket {
					continue
				}
				if !yield(it, nil) {
					return
				}
				if err := ctx.Err(); err != nil {
					yield(connectors.Item{}, err)
					return
				}
			}
		}
		if err := ctx.Err(); err != nil {
			yield(connectors.Item{}, err)
		}
	}
}

// Fetch looks a record up, from the beginning of the files: they have no index. A run
// through the archive asks for none.
func (s *FileSource) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	for it, err := range s.Read(ctx, kind, "") {
		if err != nil {
			return nil, err
		}
		if it.Record != nil && it.Record.About().ID == id {
			return it.Record, nil
		}
	}
	return nil, fmt.Errorf("%s %s: %w", kind, id, connectors.ErrNotFound)
}

func (s *FileSource) ticketItem(e exported) connectors.Item {
	t, comments, err := readTicket(e.raw)
	if err != nil {
		return e.aside(fmt.Errorf("%s, byte %d: the ticket cannot be read: %w", e.file, e.at, err))
	}
	var solved rest.Moment
	if t.Metrics != nil {
		solved = t.Metrics.Solved
	}
	return connectors.Item{Record: s.words.ticket(&t.ticketShape, comments, solved.Time)}
}

// items are the records of a kind that one of an export holds.
func (s *FileSource) items(e exported, kind desk.Kind) (out []connectors.Item) {
	if e.bad != nil {
		if kind == desk.KindTicket {
			out = append(out, e.aside(e.bad))
		}
		return out
	}
	add := func(r desk.Record) { out = append(out, connectors.Item{Record: r}) }
	switch kind {
	case desk.KindTicket:
		if e.kind == "tickets" {
			out = append(out, s.ticketItem(e))
		}
	case desk.KindAgent, desk.KindContact:
		if e.kind != "users" && e.kind != "tickets" {
			return nil
		}
		for _, u := range people(e) {
			switch staff := s.words.agents[u.ID]; {
			case staff && kind == desk.KindAgent:
				add(s.words.agent(&u))
			case !staff && kind == desk.KindContact:
				add(s.words.contact(&u))
			}
		}
	case desk.KindOrganization, desk.KindGroup:
		for _, r := range s.shelves(e, kind) {
			add(r)
		}
	case desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return out
}

// shelves are the organisation or group of a record.
func (s *FileSource) shelves(e exported, kind desk.Kind) []desk.Record {
	var o *organizationShape
	var g *groupShape
	switch {
	case e.kind == "organizations" && kind == desk.KindOrganization:
		o = new(organizationShape)
		if json.Unmarshal(e.raw, o) != nil {
			o = nil
		}
	case e.kind == "groups" && kind == desk.KindGroup:
		g = new(groupShape)
		if json.Unmarshal(e.raw, g) != nil {
			g = nil
		}
	case e.kind == "tickets":
		if t, _, err := readTicket(e.raw); err == nil {
			o, g = t.Organization, t.Group
		}
	}
	switch {
	case kind == desk.KindOrganization && o != nil && o.ID > 0:
		return []desk.Record{s.words.organization(o)}
	case kind == desk.KindGroup && g != nil && g.ID > 0:
		return []desk.Record{s.words.group(g)}
	}
	return nil
}

// recent remembers ids for a while, so that a person whom every ticket writes out is
// not told with every ticket.
type recent map[desk.ID]bool

func (r recent) fresh(id desk.ID) bool {
	if r[id] {
		return false
	}
	if len(r) >= 1<<16 {
		clear(r)
	}
	r[id] = true
	return true
}

// Describe tells what the files hold.
func (s *FileSource) Describe(ctx context.Context) (connectors.Schema, error) {
	schema := connectors.Schema{Title: fmt.Sprintf("%d files that Zendesk exported, %s", len(s.files.Files), s.config.Path)}
	n := int64(0)
	for e, err := range s.all(ctx) {
		if err != nil {
			return schema, err
		}
		if e.kind == "tickets" && e.bad == nil {
			n++
		}
	}
	schema.Counts = map[desk.Kind]int64{desk.KindTicket: n}
	for _, kind := range kinds {
		schema.Fields = append(schema.Fields, s.words.fields[kind].describe()...)
	}
	schema.Notes = []connectors.Note{{Level: "info", Text: "Attachments are fetched from Zendesk when they are written: keep the account until then. If its attachments are private, give url, email and token too."}}
	return schema, nil
}
