package freshdesk

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
)

// leftovers is the private note of what a ticket's cover cannot hold; "" if there is
// nothing.
func leftovers(r *desk.Ticket) string {
	var lines []string
	say := func(what, value string) {
		if value != "" {
			lines = append(lines, "<li>"+html.EscapeString(what+": "+value)+"</li>")
		}
	}
	when := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.UTC().Format(byline.Time)
	}
	say("Number", r.Number)
	say("Address", r.URL)
	say("Created", when(r.Created))
	say("Due", when(r.Due))
	say("Solved", when(r.Solved))
	say("Closed", when(r.Closed))
	if r.Rating != nil {
		say("Rating", strings.TrimSpace(r.Rating.Score+" "+r.Rating.Comment+" "+when(r.Rating.At)))
	}
	for _, c := range r.History {
		say("Status", fmt.Sprintf("%s → %s, %s", c.From, c.To, when(c.At)))
	}
	if len(lines) == 0 {
		return ""
	}
	return `<div style="` + prefaceStyle + `">In the system that this ticket comes from [deskhaul n ` + html.EscapeString(r.Mark) + `]</div><ul>` + strings.Join(lines, "") + "</ul>"
}

// messageLosses tells what a message cannot keep.
func (t *Target) messageLosses(r *desk.Ticket, m *desk.Message) (losses []connectors.Loss) {
	lose := func(field string, why connectors.Why, format string, args ...any) {
		losses = append(losses, connectors.Loss{Field: "message." + field, Message: m.ID, Why: why, Detail: fmt.Sprintf("message %s: ", m.ID) + fmt.Sprintf(format, args...)})
	}
	if r != nil && !m.Author.IsZero() && m.Author.Target != r.Requester.Target {
		lose("author", connectors.WhyNobody, "Freshdesk shows a ticket's first message as its requester's")
	}
	if m.HTML != "" && strings.TrimSpace(m.Text) != "" && !sameText(m) {
		lose("text", connectors.WhyOneBody, "beside the formatted text there is another plain one, which is left out")
	}
	for _, f := range m.Files {
		if f.Inline {
			lose("cid", connectors.WhyNoRoom, "file %q is attached and not shown inside the text", f.Name)
			break
		}
	}
	return losses
}

// disowned tells that the first message of a ticket stands in another's name from now on:
// that of who asks, once that is somebody else.
func (t *Target) disowned(r *desk.Ticket, fields []string) []connectors.Loss {
	if !slices.Contains(fields, "requester") || r.Requester.Target == "" || len(r.Messages) == 0 || r.Messages[0].Note {
		return nil
	}
	return slices.DeleteFunc(t.messageLosses(r, &r.Messages[0]), func(l connectors.Loss) bool { return l.Field != "message.author" })
}
