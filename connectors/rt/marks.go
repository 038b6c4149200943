package rt

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/rest"
)

// RT has no field for ids of others. Marks stand in a custom field of tickets,
// "TICKET MESSAGE", where MESSAGE is the mark of the message that opened the ticket
// (its transaction takes none when it is made), and in a custom field of
// transactions for all later messages. Neither RT nor its queries change characters
// of those that are left by encodeMark.

func encodeMark(mark string) string { return url.QueryEscape(mark) }

func decodeMark(s string) string {
	mark, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return mark
}

// splitMarks reads the custom field of a ticket.
func splitMarks(value string) (ticket, message string) {
	t, m, _ := strings.Cut(value, " ")
	return decodeMark(t), decodeMark(m)
}

// value is the first value of a custom field.
func value(fields []customField, name string) string {
	for _, f := range fields {
		if f.Name == name && len(f.Values) > 0 {
			return string(f.Values[0])
		}
	}
	return ""
}

// searchMark is a list of the tickets of a mark, and of some others perhaps. Without
// the condition on EffectiveId RT leaves out those that were merged.
func searchMark(field, mark string) rest.Call {
	return search("tickets", fmt.Sprintf("'CF.{%s}' STARTSWITH '%s ' AND EffectiveId > 0", field, encodeMark(mark)), "CustomFields", "id")
}
