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
