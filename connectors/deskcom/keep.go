package deskcom

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/saved"
)

// kept are the kinds of records that are moved, as paths name them, and custom fields.
var kept = []string{"cases", "customers", "companies", "users", "groups", "custom_fields"}

// parts are what belongs to a case.
var parts = []string{"message", "replies", "notes", "attachments"}

// record takes up one record, or the members of a group that a page lists.
func (x *index) record(ctx context.Context, members map[string]json.RawMessage, entries json.RawMessage) error {
	var links struct {
		Self     *link `json:"self"`
		Customer *link `json:"customer"`
	}
	if l := members["_links"]; l != nil {
		if err := json.Unmarshal(l, &links); err != nil {
			return err
		}
	}
	at := links.Self.path()
	switch {
	case len(at) == 0:
		x.others["without an address"]++
	case links.Self.Class == "page":
		if len(at) == 3 && at[0] == "groups" && at[2] == "users" {
			return x.members(ctx, at[1], entries)
		}
	case len(at) == 2 && slices.Contains(kept, at[0]) && isNumber(at[1]):
		if customer := links.Customer.id("customers"); customer != "" && at[0] == "cases" {
			if err := x.named(ctx, customer, ""); err != nil {
				return err
			}
		}
		return x.put(ctx, "o/"+at[0]+"/"+padded(at[1]), "", members)
	case len(at) >= 3 && at[0] == "cases" && isNumber(at[1]) && slices.Contains(parts, at[2]):
		if customer := links.Customer.id("customers"); customer != "" {
			if err := x.heard(ctx, customer, members); err != nil {
				return err
			}
		}
		if err := x.namesake(ctx, at, members); err != nil {
			return err
		}
		return x.put(ctx, "k/"+padded(at[1])+"/"+paddedPath(at[2:]), padded(at[1]), members)
	default:
		x.others[links.Self.Class]++
	}
	return nil
}

// padded is an id as it stands in order in keys.
func padded(id string) string { return fmt.Sprintf("%020s", id) }

func unpadded(id string) string {
	if id = strings.TrimLeft(id, "0"); id == "" {
		return "0"
	}
	return id
}

func paddedPath(path []string) string {
	out := slices.Clone(path)
	for i := range out {
		if isNumber(out[i]) {
			out[i] = padded(out[i])
		}
	}
	return strings.Join(out, "/")
}

// put keeps a record, unless what is kept of it already is newer, or says more of the same
// time. Of a case it notes that something of it changed.
func (x *index) put(ctx context.Context, key, ofCase string, members map[string]json.RawMessage) error {
	raw, err := json.Marshal(members)
	if err != nil {
		return err
	}
	was, err := x.state.Get(ctx, key)
	if err != nil {
		return err
	}
	if _, old := cutGen(was); was != nil && !newer(raw, old) {
		return nil
	}
	if err := x.state.Put(ctx, key, withGen(x.gen, raw)); err != nil {
		return err
	}
	if kind, id, ok := strings.Cut(strings.TrimPrefix(key, "o/"), "/"); ok && kind == "cases" {
		ofCase = id
	}
	if ofCase == "" {
		return nil
	}
	return x.state.Put(ctx, "c/"+ofCase, withGen(x.gen, nil))
}

// newer tells which of two forms of a record counts.
func newer(now, was []byte) bool {
	type dated struct {
		Updated moment `json:"updated_at"`
	}
	var n, w dated
	_ = json.Unmarshal(now, &n) // without a time it is as old as can be
	_ = json.Unmarshal(was, &w)
	if !n.Updated.Equal(w.Updated.Time) {
		return n.Updated.After(w.Updated.Time)
	}
	return len(now) > len(was)
}

func withGen(gen uint64, raw []byte) []byte { return append(fmt.Appendf(nil, "%016x", gen), raw...) }

func cutGen(value []byte) (gen uint64, raw []byte) {
	if len(value) < 16 {
		return 0, nil
	}
	_, _ = fmt.Sscanf(string(value[:16]), "%x", &gen) // we wrote it
	return gen, value[16:]
}

// members notes who is in a group.
func (x *index) members(ctx context.Context, group string, entries json.RawMessage) error {
	var users []struct {
		Links struct {
			Self *link `json:"self"`
		} `json:"_links"`
	}
	if len(entries) == 0 {
		return nil
	}
	if err := json.Unmarshal(entries, &users); err != nil {
		return err
	}
	for _, u := range users {
		id := u.Links.Self.id("users")
		if id == "" {
			continue
		}
		if err := x.state.Put(ctx, "m/"+padded(id)+"/"+padded(group), []byte("1")); err != nil {
			return err
		}
	}
	return nil
}

// heard notes the address of a customer who wrote a mail.
func (x *index) heard(ctx context.Context, customer string, members map[string]json.RawMessage) error {
	var m messageShape
	raw, err := json.Marshal(members)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return err
	}
	if m.Direction != "in" {
		m.From = ""
	}
	return x.named(ctx, customer, m.From)
}

// named notes that there is a customer, whose record may be in no file, and the address if it
// is the first that is known.
func (x *index) named(ctx context.Context, customer, address string) error {
	key := "s/" + padded(customer)
	was, err := x.state.Get(ctx, key)
	if _, known := cutGen(was); err != nil || was != nil && (len(known) > 0 || address == "") {
		return err
	}
	return x.state.Put(ctx, key, withGen(x.gen, []byte(address)))
}

// namesake notes what an attachment is called: a file is known by its name alone only where
// no other attachment is called so.
func (x *index) namesake(ctx context.Context, at []string, members map[string]json.RawMessage) error {
	var name string
	if len(at) < 4 || at[len(at)-2] != "attachments" || json.Unmarshal(members["file_name"], &name) != nil {
		return nil
	}
	return x.state.Put(ctx, "a/"+saved.NameOf(name)+"/"+padded(at[len(at)-1]), []byte("1"))
}

// get is a record that is kept; nil none.
func (x *index) get(ctx context.Context, kind, id string) (gen uint64, raw []byte, err error) {
	value, err := x.state.Get(ctx, "o/"+kind+"/"+padded(id))
	gen, raw = cutGen(value)
	return gen, raw, err
}

// scan yields what is kept under a prefix.
func (x *index) scan(ctx context.Context, prefix, after string, each func(rest string, gen uint64, raw []byte) (bool, error)) error {
	for e, err := range x.state.Scan(ctx, prefix, after) {
		if err != nil {
			return err
		}
		gen, raw := cutGen(e.Value)
		if on, err := each(strings.TrimPrefix(e.Key, prefix), gen, raw); !on || err != nil {
			return err
		}
	}
	return nil
}
