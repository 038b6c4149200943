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

// Said lists the fields of FieldsOf(KindMessage) that say something.
func (m *Message) Said() (names []string) {
	for i, said := range [...]bool{
		!m.Author.IsZero(), m.From != Address{}, len(m.To) > 0, len(m.CC) > 0, len(m.BCC) > 0, !m.At.IsZero(), m.Note, m.Channel != "", m.Subject != "",
		m.MessageID != "", m.InReplyTo != "", len(m.References) > 0, m.Text != "", m.HTML != "",
	} {
		if said {
			names = append(names, messageFields[i])
		}
	}
	return names
}

var (
	messageFields = []string{
		"author", "from", "to", "cc", "bcc", "at", "note", "channel", "subject", "message_id", "in_reply_to", "references", "text", "html",
	}
	fileFields = []string{"name", "type", "cid", "inline"}
)
