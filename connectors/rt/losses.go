package rt

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// losses are the named fields that did not come back as they were written.
func losses(want, got desk.Record, fields []string, said []string) (out []connectors.Loss) {
	want = desk.Clone(want)
	for _, ref := range desk.Refs(want) {
		*ref = desk.To(ref.Kind, ref.Target)
	}
	for _, name := range desk.PrintsOf(want).Only(fields...).Changed(desk.PrintsOf(got).Only(fields...)) {
		detail := fmt.Sprintf("RT did not take %s of %s %s as it is", name, want.Kind(), want.About().ID)
		if why := reasons(name, said); len(why) > 0 {
			detail += ": " + strings.Join(why, "; ")
		}
		if ticket, ok := want.(*desk.Ticket); ok && name == "category" && ticket.Category.IsZero() {
			detail = fmt.Sprintf("ticket %s has no category, and RT no ticket without a queue: it lies in the standard one, which stands for a category too", ticket.ID)
		}
		out = append(out, connectors.Loss{Field: name, Detail: detail, Why: sortOf(want, got, name), Value: valueOf(want, name)})
	}
	return out
}

// reasons are those of RT's words that may say why it did not take a field: not what it
// did, nor, for another field, who may not own a ticket.
func reasons(name string, said []string) []string {
	return slices.DeleteFunc(slices.Clone(said), func(line string) bool {
		return strings.Contains(line, " changed from ") || name != "assignee" && strings.Contains(line, "may not own tickets")
	})
}

// sortOf is what sort of loss it is that a field came back otherwise.
func sortOf(want, got desk.Record, name string) connectors.Why {
	ticket, ok := want.(*desk.Ticket)
	switch {
	case !ok:
	case name == "subject" && len(ticket.Subject) > mostSubject:
		return connectors.WhyTooLong
	case name == "created" || name == "due" || name == "solved":
		return connectors.WhyTime
	case name == "status", strings.HasPrefix(name, "fields.") && !desk.PrintsOf(got).Has(name):
		return connectors.WhyValue
	case name == "assignee":
		return connectors.WhyNobody
	}
	return connectors.WhyNotTaken
}

// valueOf is the value of a field that a mapping could give another.
func valueOf(r desk.Record, name string) string {
	ticket, ok := r.(*desk.Ticket)
	custom, isCustom := strings.CutPrefix(name, "fields.")
	switch {
	case isCustom:
		return fmt.Sprint(r.About().Fields[custom])
	case ok && name == "status":
		return string(ticket.Status)
	}
	return ""
}
