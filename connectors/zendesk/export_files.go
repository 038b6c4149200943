package zendesk

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/saved"
	"github.com/deskhaul/deskhaul/desk"
)

// exported is one record of an export file, and where it stands.
type exported struct {
	kind string // as Zendesk names lists: tickets, users, …
	raw  json.RawMessage
	file string
	at   int64 // of its first byte in the file, unpacked
	bad  error // it is no record: what is wrong
}

// exportedAs tells what a value of a file is: a record, wrapped as {"ticket": {…}} or bare.
func exportedAs(v saved.Value) exported {
	e := exported{raw: v.Raw, file: v.File, at: v.At, bad: v.Err}
	if e.kind = v.List; e.kind == "" {
		e.kind = kindOfName(v.File)
	}
	if e.bad != nil {
		return e
	}
	if e.kind, e.raw = kindOf(e.kind, e.raw); e.kind == "" {
		e.bad = fmt.Errorf("%s, byte %d: it cannot be told what this is", v.File, v.At)
	}
	return e
}

// kindOfName tells what a file holds by its name, such as tickets-2024.json.
func kindOfName(path string) string {
	name := strings.ToLower(filepath.Base(path))
	for _, kind := range exportedKinds {
		if strings.HasPrefix(name, kind) || strings.Contains(name, "_"+kind) || strings.Contains(name, "-"+kind) {
			return kind
		}
	}
	return ""
}

// exportedKinds are the lists that are understood, longer names first.
var exportedKinds = []string{"group_memberships", "organization_fields", "ticket_fields", "user_fields", "organizations", "tickets", "users", "groups"}

// kindOf tells what a record is: by the list or file it stands in, by its wrapping,
// by its address, else by what only such a record has.
func kindOf(kind string, raw json.RawMessage) (string, json.RawMessage) {
	var m map[string]json.RawMessage
	if json.Unmarshal(raw, &m) != nil {
		return "", raw
	}
	for _, k := range exportedKinds {
		if inner, has := m[strings.TrimSuffix(k, "s")]; has && len(m) == 1 {
			return k, inner
		}
	}
	if kind != "" {
		return kind, raw
	}
	var address string
	_ = json.Unmarshal(m["url"], &address) // no text, no address
	for _, k := range exportedKinds {
		if strings.Contains(address, "/api/v2/"+k+"/") {
			return k, raw
		}
	}
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { _, ok := m[n]; return !ok })
	}
	switch {
	case has("id", "requester_id"), has("id", "subject", "status"):
		return "tickets", raw
	case has("id", "name", "email"):
		return "users", raw
	case has("id", "domain_names"):
		return "organizations", raw
	case has("id", "user_id", "group_id"):
		return "group_memberships", raw
	}
	return "", raw
}

// aside tells of what cannot be read.
func (e *exported) aside(err error) connectors.Item {
	return connectors.Item{Aside: &connectors.Aside{
		Kind: desk.KindTicket, ID: desk.ID(fmt.Sprintf("%s@%d", filepath.Base(e.file), e.at)), Reason: connectors.ReasonUnreadable,
		Detail: fmt.Sprintf("%v – look at the file, or export it anew", err),
	}}
}
