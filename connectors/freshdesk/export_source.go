package freshdesk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/saved"
	"github.com/deskhaul/deskhaul/desk"
)

var exportEndings = []string{".xml", ".json", ".ndjson", ".jsonl"}

// FileSource reads files that Freshdesk exported (Admin, Account, Export data: XML), and
// answers of its API that somebody kept (JSON).
type FileSource struct {
	*api
	folder *saved.Folder
	agents map[int64]bool
	others int // records that are not moved
	apart  int // conversations that lie apart from their tickets
	count  map[desk.Kind]int64
}

// exported is one record of a file; at most one of the shapes is set. bad says why it is none.
type exported struct {
	ticket  *ticketShape
	contact *contactShape
	agent   *agentShape
	company *companyShape
	group   *shelfShape
	product *shelfShape
	talk    *talkShape // one that lies apart from its ticket
	name    string     // of the status of a ticket
	place   string     // names where it stands
	bad     error
}

func newFileSource(ctx context.Context, c *Config, env connectors.Env) (*FileSource, error) {
	access := *c
	if access.URL == "" {
		access.URL = "https://account.invalid" // a base for addresses that are whole
	}
	a, err := newAPI(&access, env)
	if err != nil {
		return nil, err
	}
	a.config = c
	folder, err := saved.Open(c.Path)
	if err != nil {
		return nil, err
	}
	a.files = &localFiles{beside: folder.Attachments(exportEndings...), account: c.Token != ""}
	s := &FileSource{api: a, folder: folder, agents: map[int64]bool{}, count: map[desk.Kind]int64{}}
	if err = folder.Only(exportEndings...); err == nil {
		err = s.look(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, folder.Close())
	}
	return s, nil
}

// Close closes the files.
func (s *FileSource) Close() error { return s.folder.Close() }

// all goes through the files.
func (s *FileSource) all(ctx context.Context) iter.Seq2[exported, error] {
	return func(yield func(exported, error) bool) {
		for _, f := range s.folder.Files {
			read := jsonRecords
			if f.Ends(".xml") {
				read = xmlRecords
			}
			for e, err := range read(f) {
				if err == nil {
					err = ctx.Err()
				}
				if !yield(e, err) || err != nil {
					return
				}
			}
		}
	}
}

func xmlRecords(f saved.File) iter.Seq2[exported, error] {
	return func(yield func(exported, error) bool) {
		n := 0
		for e, err := range f.Elements(xmlNames...) {
			if errors.Is(err, connectors.ErrDenied) {
				yield(exported{}, err)
				return
			}
			out := exported{place: fmt.Sprintf("%s#%d", filepath.Base(f.Name), n), bad: err}
			if n++; err == nil {
				out.take(e)
			}
			if !yield(out, nil) {
				return
			}
		}
	}
}

// take reads an element.
func (x *exported) take(e *saved.Element) {
	switch name := e.Name(); name {
	case "helpdesk_ticket":
		t := ticketIn(e)
		x.ticket, x.name = &t, e.Say("status_name")
		if t.ID == 0 {
			x.ticket, x.bad = nil, errors.New("a ticket without a display-id")
		}
	case "user":
		c := contactIn(e)
		if isAgent(e) {
			x.agent = &agentShape{ID: c.ID, Contact: c, times: c.times}
		} else {
			x.contact = &c
		}
	case "customer", "company":
		c := companyIn(e)
		x.company = &c
	default:
		g := shelfIn(e)
		if x.product = &g; name == "group" {
			x.group, x.product = &g, nil
		}
	}
}

func jsonRecords(f saved.File) iter.Seq2[exported, error] {
	return func(yield func(exported, error) bool) {
		for v, err := range f.Values("results") {
			out := exported{place: fmt.Sprintf("%s@%d", filepath.Base(v.File), v.At), bad: v.Err}
			if err == nil && v.Err == nil {
				out.bad = out.read(v.Raw)
			}
			if !yield(out, err) || err != nil {
				return
			}
		}
	}
}

// read tells by its members what an answer of the API is.
func (x *exported) read(raw json.RawMessage) error {
	var has map[string]json.RawMessage
	if err := json.Unmarshal(raw, &has); err != nil {
		return err
	}
	is := func(names ...string) bool {
		for _, n := range names {
			if _, ok := has[n]; !ok {
				return false
			}
		}
		return true
	}
	switch {
	case is("id", "requester_id", "status"):
		x.ticket = new(ticketShape)
		err := json.Unmarshal(raw, x.ticket)
		x.ticket.sortTalks()
		return err
	case is("id", "ticket_id", "body", "user_id"):
		x.talk = new(talkShape)
		return json.Unmarshal(raw, x.talk)
	case is("id", "contact"):
		x.agent = new(agentShape)
		return json.Unmarshal(raw, x.agent)
	case is("id", "name", "domains"):
		x.company = new(companyShape)
		return json.Unmarshal(raw, x.company)
	case is("id", "name", "email", "mobile"), is("id", "name", "company_id"):
		x.contact = new(contactShape)
		return json.Unmarshal(raw, x.contact)
	case is("id", "name", "escalate_to"), is("id", "name", "agent_ids"):
		x.group = new(shelfShape)
		return json.Unmarshal(raw, x.group)
	case is("id", "name", "primary_email"):
		x.product = new(shelfShape)
		return json.Unmarshal(raw, x.product)
	}
	return nil
}
