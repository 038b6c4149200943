package intercom

import (
	"encoding/json"
	"fmt"

	"github.com/deskhaul/deskhaul/connectors/saved"
)

// exported is one object of a file, and where it stands.
type exported struct {
	kind string // its type: conversation, ticket, contact, company, admin, team
	raw  json.RawMessage
	file string
	at   int64 // of its first byte in the file, unpacked
	bad  error // it is no object: what is wrong
}

// exportEndings are those of the files that are looked at.
var exportEndings = []string{".json", ".jsonl", ".ndjson"}

// listKeys are what the rows of a page stand under.
var listKeys = []string{"data", "conversations", "tickets", "contacts", "users", "companies", "admins", "teams"}

// recordTypes are the types of objects that are records.
var recordTypes = map[string]string{
	"conversation": "conversation", "ticket": "ticket", "contact": "contact", "user": "contact", "lead": "contact", "company": "company", "admin": "admin", "team": "team",
}

// exportedAs tells what a value of a file is; what is no record has no kind.
func exportedAs(v saved.Value) exported {
	e := exported{raw: v.Raw, file: v.File, at: v.At, bad: v.Err}
	if e.bad != nil {
		return e
	}
	var says struct {
		Type    string          `json:"type"`
		Created json.RawMessage `json:"created_at"`
	}
	if err := json.Unmarshal(v.Raw, &says); err != nil {
		e.bad = fmt.Errorf("%s, byte %d: it is no object of the API: %w", v.File, v.At, err)
		return e
	}
	if e.kind = recordTypes[says.Type]; e.kind == "contact" && says.Created == nil { // which is a mere mention
		e.kind = ""
	}
	return e
}
