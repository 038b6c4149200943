package pipeline_test

import (
	"context"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// terse is a target that keeps the first words of an appended message, says so, and loses
// the first answer.
type terse struct {
	*mem.Desk
	mute *bool
}

func (d terse) lost(w connectors.Write) []connectors.Loss {
	if w.Message == nil {
		return nil
	}
	return []connectors.Loss{{Field: "message.text", Detail: "cut"}}
}

func (d terse) Foresee(_ context.Context, w connectors.Write) ([]connectors.Loss, error) {
	return d.lost(w), nil
}

func (d terse) Append(ctx context.Context, id desk.ID, m *desk.Message) (connectors.Receipt, error) {
	c := *m
	c.Text = c.Text[:4]
	got, err := d.Desk.Append(ctx, id, &c)
	if *d.mute && err == nil {
		*d.mute = false
		return connectors.Receipt{}, connectors.ErrUnsure
	}
	got.Losses = d.lost(connectors.Write{Message: m})
	return got, err
}

// What a call lost whose answer was lost itself is known when it is found to have
// arrived: a verification takes it for planned.
func TestLossOfALostAnswer(t *testing.T) {
	src, dst, mute := verifiable(), new(mem.Desk), true
	h := newHop(t, src, mem.Spec().Reads, terse{dst, &mute}, mem.Spec().Writes)
	h.run(t)
	x := subjectOf(t, src, "subject 1")
	x.Messages = append(x.Messages, desk.Message{ID: "1-3", Author: desk.To(desk.KindContact, "c1"), At: x.Created.Add(96 * time.Hour), Text: "more than four letters"})
	src.Seed(x)
	h.run(t)
	h.run(t)
	if mute {
		t.Fatal("no answer was lost")
	}
	_, found := h.verified(t)
	if len(differences(found)) > 0 || len(found) != 1 || found[0].Class != pipeline.Lost || found[0].Field != "text" && found[0].Field != "message.text" {
		t.Errorf("%+v", found)
	}
}

// firstAsked is a target that shows the first message of a new ticket as another's, says so,
// and loses the first answer to the making of one.
type firstAsked struct {
	*mem.Desk
	mute *bool
}

func (d firstAsked) Foresee(_ context.Context, w connectors.Write) (lost []connectors.Loss, err error) {
	if x, is := w.Record.(*desk.Ticket); is && w.ID == "" && len(x.Messages) > 0 {
		lost = append(lost, connectors.Loss{Field: "message.author", Message: x.Messages[0].ID, Detail: "another's"})
	}
	return lost, nil
}

func (d firstAsked) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	lost, _ := d.Foresee(ctx, connectors.Write{Record: r})
	if x, is := r.(*desk.Ticket); is && len(x.Messages) > 0 {
		c := desk.Clone(x).(*desk.Ticket)
		c.Messages[0].Author = desk.Ref{Kind: desk.KindContact, Target: "other"}
		r = c
	}
	got, err := d.Desk.Create(ctx, r)
	if r.Kind() == desk.KindTicket && *d.mute && err == nil {
		*d.mute = false
		return connectors.Receipt{}, connectors.ErrUnsure
	}
	got.Losses = lost
	return got, err
}

// So it is with what was lost of a message that came with a ticket.
func TestLossOfALostAnswerToAMaking(t *testing.T) {
	src, dst, mute := verifiable(), new(mem.Desk), true
	dst.Seed(&desk.Contact{Meta: desk.Meta{ID: "other"}, Name: "Other", Emails: []string{"other@example.test"}})
	writes := mem.Spec().Writes
	writes.AtOnce, dst.AtOnce = 1, 1
	h := newHop(t, src, mem.Spec().Reads, firstAsked{dst, &mute}, writes)
	h.run(t)
	h.run(t)
	if mute {
		t.Fatal("no answer was lost")
	}
	if _, found := h.verified(t); len(differences(found)) > 0 || len(found) != 4 {
		t.Errorf("%+v", found)
	}
}
