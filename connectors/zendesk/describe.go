package zendesk

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Describe tells whose account it is, how much is in it, what fields it has, and
// what somebody should know before a run. It fails where the credentials do.
func (s *Source) Describe(ctx context.Context) (connectors.Schema, error) {
	me, err := s.whoami(ctx)
	if err != nil {
		return connectors.Schema{}, err
	}
	schema := connectors.Schema{Title: fmt.Sprintf("Zendesk, %s, as %s", s.config.base(), me.Name), Counts: map[desk.Kind]int64{}}
	if me.Role != "admin" {
		schema.Notes = append(schema.Notes, connectors.Note{Level: "error", Text: fmt.Sprintf("%s is no administrator (role %s): exports and imports will be refused. Take the token of an administrator.", me.Name, me.Role)})
	}
	w, err := s.words(ctx)
	if err != nil {
		return schema, err
	}
	for _, kind := range kinds {
		schema.Fields = append(schema.Fields, w.fields[kind].describe()...)
	}
	return schema, s.count(ctx, &schema)
}

// whoami asks who we are. Wrong credentials can be answered with 200 and nobody.
func (s *Source) whoami(ctx context.Context) (*userShape, error) {
	var out struct {
		User *userShape `json:"user"`
	}
	if _, err := s.client.JSON(ctx, rest.Call{Path: "users/me"}, &out); err != nil {
		return nil, err
	}
	if out.User == nil || out.User.ID == 0 {
		return nil, fmt.Errorf("users/me: Zendesk does not know these credentials – look at email and token, and whether API access by token is switched on: %w", connectors.ErrDenied)
	}
	return out.User, nil
}

// count asks how much there is. Of tickets only those outside the archive are
// counted, which is no measure of how many will be read: that is said in words.
func (s *Source) count(ctx context.Context, schema *connectors.Schema) error {
	for _, ask := range []struct {
		kind  desk.Kind
		path  string
		query url.Values
	}{
		{desk.KindContact, "users/count", url.Values{"role": {"end-user"}}},
		{desk.KindAgent, "users/count", staffQuery},
		{desk.KindOrganization, "organizations/count", nil},
		{desk.KindGroup, "groups/count", nil},
		{desk.KindTicket, "tickets/count", nil},
	} {
		var out struct {
			Count struct {
				Value *int64 `json:"value"`
			} `json:"count"`
		}
		_, err := s.client.JSON(ctx, rest.Call{Path: ask.path, Query: ask.query}, &out)
		switch {
		case errors.Is(err, connectors.ErrNotFound), errors.Is(err, connectors.ErrRefused):
			continue
		case err != nil:
			return err
		case out.Count.Value == nil:
			continue
		}
		if ask.kind == desk.KindTicket {
			schema.Notes = append(schema.Notes, connectors.Note{Level: "info", Text: fmt.Sprintf("Zendesk counts %d tickets outside its archive; closed ones that it has archived are read as well, and it does not say how many.", *out.Count.Value)})
			continue
		}
		schema.Counts[ask.kind] = *out.Count.Value
	}
	return nil
}

// describe tells the fields in the words of a schema.
func (s *fieldSet) describe() (out []connectors.Field) {
	for _, f := range s.all {
		d := connectors.Field{Kind: s.kind, Name: "fields." + f.Title, Title: f.Title, Source: f.key(), Type: fieldType(f.Type), Required: f.Required, Sure: 1}
		for _, o := range f.Options {
			d.Options = append(d.Options, o.Name)
		}
		out = append(out, d)
	}
	return out
}

func fieldType(t string) string {
	switch {
	case t == "checkbox":
		return "bool"
	case t == "decimal" || t == "integer":
		return "number"
	case t == "tagger" || t == "dropdown":
		return "option"
	case t == "multiselect":
		return "options"
	case strings.HasPrefix(t, "date"):
		return "time"
	}
	return "text"
}

// Link is where agents open a record.
func (s *Source) Link(kind desk.Kind, id desk.ID) string { return site(s.config).Link(kind, id, false) }
