package desk

import "slices"

// FieldsOf lists the fields of a kind by the names that PrintsOf gives them, without
// the custom ones, in the order in which people name them; of messages and files,
// those that a connector may have no room for.
func FieldsOf(kind Kind) []string {
	switch kind {
	case KindMessage:
		return slices.Clone(messageFields)
	case KindFile:
		return slices.Clone(fileFields)
	default:
		var names []string
		each(New(kind), func(name string, _ any) { names = append(names, name) })
		return names
	}
}

var (
	messageFields = []string{
		"author", "from", "to", "cc", "bcc", "at", "note", "channel", "subject", "message_id", "in_reply_to", "references", "text", "html",
	}
	fileFields = []string{"name", "type", "cid", "inline"}
)
