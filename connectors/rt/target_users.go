package rt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// loginName is what a user is called in RT: by the address, as RT itself does for
// those who write mails; who has none, or one that no address of RT's REST can hold,
// by the mark.
func loginName(r desk.Record) string {
	address := addressOf(r)
	if address == "" || strings.ContainsAny(address, "/\\ ?#%") {
		return encodeMark(r.About().Mark)
	}
	return address
}

func addressOf(r desk.Record) string {
	switch r := r.(type) {
	case *desk.Contact:
		if len(r.Emails) > 0 {
			return r.Emails[0]
		}
	case *desk.Agent:
		return r.Email
	}
	return ""
}

// userFieldsOf are RT's words for the named fields of a person; nil names all.
func userFieldsOf(r desk.Record, fields []string) map[string]any {
	object := map[string]any{}
	set := func(field string, values map[string]string) {
		if fields == nil || containsField(fields, field) {
			for name, v := range values {
				object[name] = v
			}
		}
	}
	if a, ok := r.(*desk.Agent); ok {
		set("name", map[string]string{"RealName": a.Name})
		set("email", map[string]string{"EmailAddress": a.Email})
		return object
	}
	c := r.(*desk.Contact)
	free := ""
	if len(c.Emails) > 1 {
		free = strings.Join(c.Emails[1:], "\n")
	}
	phone := func(i int) string {
		if i < len(c.Phones) {
			return c.Phones[i]
		}
		return ""
	}
	set("name", map[string]string{"RealName": c.Name})
	set("emails", map[string]string{"EmailAddress": addressOf(c), "FreeformContactInfo": free})
	set("phones", map[string]string{"WorkPhone": phone(0), "MobilePhone": phone(1), "HomePhone": phone(2), "PagerPhone": phone(3)})
	set("language", map[string]string{"Lang": c.Language})
	set("zone", map[string]string{"Timezone": c.Zone})
	set("note", map[string]string{"Comments": c.Note})
	set("org", map[string]string{"Organization": string(c.Org.Target)})
	return object
}

func containsField(fields []string, name string) bool {
	for _, f := range fields {
		if f == name {
			return true
		}
	}
	return false
}

func (t *Target) createUser(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	object := userFieldsOf(r, nil)
	for name, v := range object {
		if v == "" {
			delete(object, name)
		}
	}
	_, agent := r.(*desk.Agent)
	if agent {
		object["Privileged"] = 1
	}
	object["Name"] = loginName(r)
	id, err := t.post(ctx, "user", object)
	if mark := encodeMark(r.About().Mark); object["Name"] != mark && t.nameTaken(ctx, err, loginName(r)) { // by somebody of another address
		object["Name"] = mark
		id, err = t.post(ctx, "user", object)
	}
	if t.addressTaken(ctx, err, addressOf(r)) {
		err = &connectors.Trouble{Reason: connectors.ReasonRefused, Err: err, Hint: "RT has one user for one address: let records of the same address be joined, or change one in the mapping"}
	}
	if err != nil {
		return connectors.Receipt{}, err
	}
	t.know(string(id), agent)
	t.moved(addressOf(r))
	return connectors.Receipt{ID: desk.ID(id), Losses: userLosses(r, nil)}, nil
}

// nameTaken tells whether RT refused a user whose name another has. RT says so in the
// language of the account, so that it is looked whether the name is there.
func (t *Target) nameTaken(ctx context.Context, err error, name string) bool {
	if !refused(err) {
		return false
	}
	_, missing := t.user(ctx, name)
	return missing == nil
}

// addressTaken tells whether RT refused a user whose address another has.
func (t *Target) addressTaken(ctx context.Context, err error, address string) bool {
	if !refused(err) || address == "" {
		return false
	}
	_, missing := t.userOf(ctx, address)
	return missing == nil
}

func refused(err error) bool {
	var e *rest.Error
	return errors.As(err, &e) && e.Status == http.StatusBadRequest
}

// userLosses are what RT has no room for, or would cut.
func userLosses(r desk.Record, fields []string) (out []connectors.Loss) {
	if c, ok := r.(*desk.Contact); ok && len(c.Phones) > 4 && (fields == nil || containsField(fields, "phones")) {
		out = append(out, connectors.Loss{Field: "phones", Why: connectors.WhyTooMany, Detail: fmt.Sprintf("contact %s has %d telephone numbers, RT has room for 4", c.ID, len(c.Phones))})
	}
	for _, field := range []string{"name", "email", "emails", "phones", "language", "zone", "org"} {
		if fields != nil && !containsField(fields, field) {
			continue
		}
		for name, v := range userFieldsOf(r, []string{field}) {
			s, _ := v.(string)
			if most := mostOfUsers[name]; most > 0 && len(s) > most && !isPlanned(desk.ID(s)) {
				out = append(out, connectors.Loss{Field: field, Why: connectors.WhyTooLong, Detail: fmt.Sprintf("%s %s: RT cuts %s to %d bytes: %q", r.Kind(), r.About().ID, name, most, cut(s, most))})
			}
		}
	}
	slices.SortFunc(out, func(a, b connectors.Loss) int { return strings.Compare(a.Field+a.Detail, b.Field+b.Detail) })
	return out
}

func (t *Target) updateUser(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	object := userFieldsOf(r, fields)
	got := connectors.Receipt{ID: id, Losses: userLosses(r, fields)}
	var said []string
	if len(object) > 0 {
		path, err := t.atUser(ctx, string(id))
		if err == nil {
			said, err = t.put(ctx, path, object)
		}
		if err != nil {
			return got, err
		}
	}
	back, err := t.Fetch(ctx, r.Kind(), id)
	if err != nil {
		return got, err
	}
	got.Version = back.About().Version
	var kept []string
	for _, f := range fields {
		told := slices.ContainsFunc(got.Losses, func(l connectors.Loss) bool { return l.Field == f })
		if f != "disabled" && f != "groups" && !told {
			kept = append(kept, f)
		}
	}
	got.Losses = append(got.Losses, losses(r, back, ours(r.Kind(), kept), said)...)
	t.moved(addressOf(r))
	return got, nil
}

// ours are those of the fields that RT has room for.
func ours(kind desk.Kind, fields []string) (kept []string) {
	caps := Spec().Writes
	for _, f := range fields {
		if caps.Keeps(kind, f) {
			kept = append(kept, f)
		}
	}
	return kept
}

// fetchPerson reads a user as the kind that is asked for: one who was adopted may be
// more, or less, than was written.
func (t *Target) fetchPerson(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	u, err := t.user(ctx, string(id))
	if err != nil {
		return nil, err
	}
	r := u.record(kind, desk.To(kind, desk.ID(u.Name)), nil)
	mark, err := t.markOf(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	r.About().Mark = mark
	if c, ok := r.(*desk.Contact); ok && mark != "" && c.Name == encodeMark(mark) {
		c.Name = "" // RT's word for somebody without a name
	}
	if a, ok := r.(*desk.Agent); ok && mark != "" && a.Name == encodeMark(mark) {
		a.Name = ""
	}
	return r, nil
}

func (t *Target) findUser(ctx context.Context, r desk.Record) (desk.ID, error) {
	if address := addressOf(r); address != "" {
		name, err := t.userOf(ctx, address)
		return desk.ID(name), err
	}
	name := loginName(r)
	u, err := t.user(ctx, name)
	return desk.ID(u.Name), err
}

// userOf is the name of the user who has an address. RT compares without regard to
// case.
func (s *Source) userOf(ctx context.Context, address string) (string, error) {
	query, err := json.Marshal([]map[string]string{{"field": "EmailAddress", "operator": "=", "value": address}})
	if err != nil {
		return "", err
	}
	call := rest.Call{Path: "users", Query: url.Values{"query": {string(query)}, "fields": {"Name,EmailAddress"}, "find_disabled_rows": {"1"}}}
	for u, err := range pages[userShape](ctx, s.client, call) {
		if err != nil {
			return "", err
		}
		if strings.EqualFold(string(u.Email), address) {
			return string(u.Name), nil
		}
	}
	return "", fmt.Errorf("no user has the address %q: %w", address, connectors.ErrNotFound)
}
