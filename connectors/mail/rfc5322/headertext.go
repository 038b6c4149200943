package rfc5322

import "github.com/deskhaul/deskhaul/connectors/mail/charset"

// Text returns the first field of the name as people read it: encoded words
// decoded, charsets that lie repaired, valid UTF-8 on one line. "" if there is none.
func (h Header) Text(name string) string {
	return charset.DecodeWords(h.Get(name))
}

// IDs returns the message ids in every field of the name, without angle brackets
// and in their order. Text around them is passed over; a field without brackets
// gives its words that hold an "@".
func (h Header) IDs(name string) []string {
	var ids []string
	for i := range h.Fields {
		if equalName(h.Fields[i].Name, name) {
			ids = appendIDs(ids, h.Fields[i].Value)
		}
	}
	return ids
}
