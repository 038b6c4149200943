package zendesk

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// updateShape is what Zendesk answers to a change: among it, what became of the
// comment.
type updateShape struct {
	Audit struct {
		Events []struct {
			ID   int64 `json:"id"`
			Type loose `json:"type"`
		} `json:"events"`
	} `json:"audit"`
}

// Append adds a message to a ticket that stands, unless it is there already: a message
// of a ticket whose import was answered by nobody is. It needs Config.Quiet. The time of
// such a comment cannot be set: it is kept in the comment's metadata, and told as a
// loss.
func (t *Target) Append(ctx context.Context, ticket desk.ID, m *desk.Message) (connectors.Receipt, error) {
	if t.dry {
		return connectors.Receipt{}, errDry
	}
	if err := known(desk.KindTicket, ticket); err != nil {
		return connectors.Receipt{}, err
	}
	if id, err := t.standing(ctx, ticket, m); err != nil || id != "" {
		return connectors.Receipt{ID: id}, err
	}
	if err := t.mayChange(ctx, ticket); err != nil {
		return connectors.Receipt{}, err
	}
	in := new(inputs)
	c, files, err := t.comment(ctx, m, in)
	if err != nil {
		return connectors.Receipt{}, fmt.Errorf("ticket %s, message %s: %w", ticket, m.ID, err)
	}
	meta := obj{metaMark: m.Mark}
	if !m.At.IsZero() {
		meta[metaAt] = m.At.UTC().Truncate(time.Second).Format(time.RFC3339)
	}
	var out updateShape
	call := rest.Call{Method: http.MethodPut, Path: "tickets/" + string(ticket), JSON: obj{"ticket": obj{"comment": c, "metadata": meta}}, Before: in.before}
	if _, err := t.client.JSON(ctx, call, &out); err != nil {
		return connectors.Receipt{}, closed(ticket, err)
	}
	bodies(m, in)
	late(in)
	got := connectors.Receipt{Files: files, Losses: in.losses}
	for _, e := range out.Audit.Events {
		if e.Type == "Comment" {
			got.ID = number(e.ID)
		}
	}
	if got.ID == "" {
		return got, fmt.Errorf("ticket %s: the answer names no comment: %w", ticket, connectors.ErrUnsure)
	}
	return got, nil
}

// late tells what becomes of the time of a message that is added to a ticket.
func late(in *inputs) {
	in.lose(connectors.WhyTime, "message.at", "Zendesk dates what is added to a ticket that stands with the time of the move; when it was written is kept in the comment's metadata")
}

// standing finds the comment that is a message: by the mark that one carries that we
// added, else by the second in which it was written, its author, whether it is
// private, and its letters, which Zendesk lays out in its own way.
func (t *Target) standing(ctx context.Context, ticket desk.ID, m *desk.Message) (desk.ID, error) {
	comments, err := t.read.comments(ctx, ticket)
	if err != nil {
		return "", err
	}
	for i := range comments {
		c := &comments[i]
		mark, marked := c.Metadata.Custom[metaMark].(string)
		switch {
		case marked && mark == m.Mark && mark != "":
			return number(c.ID), nil
		case !marked && isMessage(c, m):
			return number(c.ID), nil
		}
	}
	return "", nil
}

func isMessage(c *commentShape, m *desk.Message) bool {
	note := c.Public != nil && !*c.Public
	author := m.Author.Target == "" || number(c.AuthorID) == m.Author.Target
	if m.At.IsZero() || note != m.Note || !author || !c.Created.Equal(m.At.Truncate(time.Second)) {
		return false
	}
	if asPage(m) && c.HTML != "" {
		return letters(readable(unwrapped(c.HTML))) == letters(readable(m.HTML))
	}
	return strings.TrimSpace(c.said()) == strings.TrimSpace(m.Text) || letters(c.said()) == letters(m.Text) && letters(m.Text) != ""
}
