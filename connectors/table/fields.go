package table

import (
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Field is one thing that a column can say about the rows of a sheet.
type Field struct {
	// Name is what configurations call it. Where desk has a field of that name it
	// is the same; requester_email and the like are words of tables only.
	Name string
	// Type is text, list, time, bool, ref or email.
	Type string
	// Title is how people call it, in English.
	Title string
	words []string
}

// Fields lists what columns of a sheet of the kind can say; nil for a kind that
// no sheet holds. A sheet of messages may also hold what is said of tickets.
func Fields(kind desk.Kind) []Field {
	switch kind {
	case desk.KindTicket:
		return pick(ticketFields)
	case desk.KindMessage:
		return pick(messageFields + " " + coverFields)
	case desk.KindContact:
		return pick(contactFields)
	case desk.KindAgent:
		return pick(agentFields)
	case desk.KindOrganization:
		return pick(organizationFields)
	case desk.KindGroup:
		return pick(shelfFields)
	case desk.KindCategory:
		return pick(shelfFields + " parent")
	case desk.KindFile:
	}
	return nil
}

// FieldNamed finds the field of a kind by its name.
func FieldNamed(kind desk.Kind, name string) (Field, bool) {
	for _, f := range Fields(kind) {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// The fields of each kind, by name; a word before a colon is looked up in the
// dictionary instead of the name.
const (
	coverFields = "status priority type category category_name group group_name assignee assignee_name " +
		"assignee_email requester requester_name requester_email requester_phone org:organization " +
		"org_name:organization_name tags created updated due solved closed number ticket_subject url"
	ticketFields = "ticket_id:id number subject status priority type channel requester requester_name " +
		"requester_email requester_phone org org_name assignee assignee_name " +
		"assignee_email group group_name category category_name tags rating rating_comment participants " +
		"created updated due solved closed merged_into url text:description html:description_html deleted"
	messageFields = "message_row:id ticket author author_name author_email author_role at text html note public " +
		"to cc bcc subject message_id in_reply_to references channel"
	contactFields = "contact_id:id person_name:name first_name last_name email phone org org_name " +
		"language zone contact_note:note role created updated url deleted"
	agentFields        = "agent_id:id agent_name:name first_name last_name email groups disabled active created updated url deleted"
	organizationFields = "organization_id:id organization_title:name domains contact_note:note created updated url deleted"
	shelfFields        = "shelf_id:id shelf_title:name created updated url deleted"
)

func pick(list string) []Field {
	words := dictionary()
	var fields []Field
	for name := range strings.FieldsSeq(list) {
		word, name, renamed := strings.Cut(name, ":")
		if !renamed {
			name = word
		}
		fields = append(fields, Field{
			Name: name, Type: fieldType(word, name), Title: strings.ReplaceAll(name, "_", " "), words: words[word],
		})
	}
	return fields
}

// fieldType goes by the name; the note of a message says yes or no, that of a
// person is text.
func fieldType(word, name string) string {
	if word == "contact_note" {
		return "text"
	}
	switch name {
	case "created", "updated", "due", "solved", "closed", "at":
		return "time"
	case "tags", "domains", "groups", "participants", "to", "cc", "bcc", "references", "phone":
		return "list"
	case "note", "public", "deleted", "disabled", "active":
		return "bool"
	case "email", "requester_email", "assignee_email", "author_email":
		return "email"
	case "requester", "org", "assignee", "group", "category", "author", "ticket", "parent", "merged_into":
		return "ref"
	}
	return "text"
}
