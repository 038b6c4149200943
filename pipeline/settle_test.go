package pipeline_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// Where messages carry no mark, an agent's own message of the same words at the
// target is not taken for the one of ours that never arrived.
func TestSameWordsBySomebodyElse(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	dst.NoMessageMarks = true
	who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
	ticket := simpleTicket("first", who)
	fill(t, src, ticket)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	var there desk.ID
	for it, err := range dst.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		there = it.Record.About().ID
	}
	agent := fill(t, dst, &desk.Agent{Name: "B", Email: "b@desk.test"})[0]
	thanks := func(id desk.ID, by desk.Ref, at int64) *desk.Message {
		return &desk.Message{ID: id, Mark: "x" + string(id), Text: "Thanks!", At: time.Unix(at, 0).UTC(), Author: by}
	}
	if _, err := dst.Append(t.Context(), there, thanks("own", desk.Ref{Kind: desk.KindAgent, Target: agent}, 1.5e9)); err != nil {
		t.Fatal(err)
	}
	for it, err := range src.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := src.Append(t.Context(), it.Record.About().ID, thanks("new", by(who), 1.6e9)); err != nil {
			t.Fatal(err)
		}
	}
	dst.Fail = func(verb string, _ any) (error, error) {
		if verb == "append" {
			return fmt.Errorf("dropped before: %w", connectors.ErrUnsure), nil
		}
		return nil, nil
	}
	h.run(t)
	dst.Fail = nil
	h.run(t)
	_, messages := dst.Count()
	if messages != 3 {
		t.Fatalf("%d messages at the target, want the first, the agent's and ours", messages)
	}
}

// A message that is in doubt is not taken for a later one of the same words that is
// known to be there.
func TestSameWordsLater(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	dst.NoMessageMarks = true
	who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
	ticket := simpleTicket("first", who)
	for i, id := range []desk.ID{"one", "two"} {
		ticket.Messages = append(ticket.Messages, desk.Message{ID: id, Mark: string(id), Text: "Thanks!", At: time.Unix(1.1e9+int64(i), 0).UTC(), Author: by(who)})
	}
	fill(t, src, ticket)
	writes := mem.Spec().Writes
	writes.Backdate, writes.AtOnce = false, 1
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	for i, refusal := range []error{connectors.ErrRefused, connectors.ErrUnsure, nil} {
		once := refusal
		dst.Fail = oneByOne(func(verb string, r any) (error, error) {
			if m, ok := r.(*desk.Message); ok && verb == "append" && m.At.Unix() == 1.1e9 && once != nil {
				err := once
				once = nil
				return err, nil
			}
			return nil, nil
		})
		h.RetryOnly = i == 1
		h.run(t)
	}
	if _, messages := dst.Count(); messages != 3 {
		t.Errorf("%d messages at the target, want 3", messages)
	}
}

// However many tickets in a row have a file that cannot be read for now, they are
// put aside and the run goes on. They are waited for side by side, and once.
func TestManyUnreadableFiles(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]func(*mem.Desk) connectors.Source{
		"read again":  func(d *mem.Desk) connectors.Source { return sourceFunc(tornDesk{d}.Read) },
		"asked again": func(d *mem.Desk) connectors.Source { return tornDesk{d} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src, dst := new(mem.Desk), new(mem.Desk)
				who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
				for i := range 60 {
					fill(t, src, simpleTicket(fmt.Sprint("t", i), who))
				}
				h := newHop(t, source(src), mem.Spec().Reads, dst, mem.Spec().Writes)
				h.Workers = 8
				began := time.Now()
				got := h.run(t)
				if c := got[desk.KindTicket]; c.Created != 6 || c.Held != 54 {
					t.Errorf("%+v", c)
				}
				// Seven rounds of eight, 3.75 seconds each; one by one it would be 200.
				if took := time.Since(began); took > 30*time.Second {
					t.Errorf("the run waited %s", took)
				}
				h.run(t)
				if took := time.Since(began); took > 60*time.Second {
					t.Errorf("with the second run, %s", took)
				}
			})
		})
	}
}

// tornDesk has tickets whose file cannot be opened for now, all but each tenth.
type tornDesk struct{ *mem.Desk }

func (d tornDesk) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		for it, err := range d.Desk.Read(ctx, kind, after) {
			if !yield(connectors.Item{Record: tear(it.Record), Aside: it.Aside, Cursor: it.Cursor}, err) {
				return
			}
		}
	}
}

func (d tornDesk) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	rec, err := d.Desk.Fetch(ctx, kind, id)
	return tear(rec), err
}

func tear(rec desk.Record) desk.Record {
	if tk, ok := rec.(*desk.Ticket); ok && !strings.HasSuffix(tk.Subject, "9") {
		tk.Messages[0].Files = []desk.File{{Name: "x", Size: -1, Open: func(context.Context) (io.ReadCloser, error) {
			return nil, &connectors.Trouble{Reason: connectors.ReasonTransient, Err: fmt.Errorf("in use: %w", connectors.ErrBusy)}
		}}}
	}
	return rec
}

// mute is a desk that cannot be read back for a while.
type mute struct {
	*mem.Desk
	silent bool
}

func (d *mute) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	if d.silent {
		return nil, fmt.Errorf("no answer: %w", connectors.ErrBusy)
	}
	return d.Desk.Fetch(ctx, kind, id)
}

// A ticket whose making was answered by nobody, which is found there and cannot be
// read at once, gets no message twice, whether its marks can be seen or not.
func TestFoundAndNotReadable(t *testing.T) {
	for _, unmarked := range []bool{false, true} {
		src, dst := new(mem.Desk), &mute{Desk: new(mem.Desk), silent: true}
		dst.NoMessageMarks = unmarked
		who := fill(t, src, &desk.Contact{Name: "A", Emails: []string{"a@a.test"}})[0]
		fill(t, src, simpleTicket("first", who))
		h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
		dst.Fail = func(verb string, rec any) (error, error) {
			if _, is := rec.(*desk.Ticket); is && verb == "create" {
				return nil, fmt.Errorf("the answer is lost: %w", connectors.ErrUnsure)
			}
			return nil, nil
		}
		h.run(t)
		dst.Fail = nil
		for range 3 { // found, and not to be read
			h.run(t)
		}
		dst.silent = false
		h.run(t)
		if records, messages := dst.Count(); records != 2 || messages != 1 {
			t.Errorf("there are %d records and %d messages, want the contact, the ticket and its message", records, messages)
		}
	}
}
