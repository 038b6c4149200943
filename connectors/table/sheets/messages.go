package sheets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/desk"
)

// gather makes the index of all messages and sets aside the rows that are none.
func (p *pass) gather(ctx context.Context, yield yielder) bool {
	s := &sorter{dir: p.s.env.Temp}
	for i, sh := range p.extra {
		if ok, err := p.gatherSheet(ctx, i, sh, s, yield); !ok || err != nil {
			_ = s.close() // the folder of temporary files is emptied anyway
			return err == nil || fail(yield, err)
		}
	}
	x, err := s.done()
	if err != nil {
		return fail(yield, p.s.failed("sorting the messages: %w", err))
	}
	p.mails = x
	return true
}

func fail(yield yielder, err error) bool {
	yield(connectors.Item{}, err)
	return false
}

func (p *pass) gatherSheet(ctx context.Context, i int, sh *Sheet, s *sorter, yield yielder) (bool, error) {
	sp := sh.Rows(sh.Off, sh.Line)
	for {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		r, err := sp.Next()
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, p.s.torn(sh, sp, err)
		}
		h := place{input: len(p.inputs) + i, row: r, sheet: sh, next: p.at}
		h.next.Gen, h.next.Base = p.rec.Gen, p.rec.Base
		cells, ok := sh.Clean(&h.row)
		if ok {
			ticket, at := sh.Place(cells)
			if ticket == "" {
				h.row.Bad, h.row.Reason = "the message names no ticket", connectors.ReasonReference
			} else {
				m := mail{
					ticket: hash64(string(ticket)), off: uint64(r.Off), line: uint64(r.Line),
					sum: hash64(cells...), sheet: uint32(i), size: uint32(r.End - r.Off),
				}
				if !at.IsZero() {
					m.at = at.UnixNano()
				}
				if err := s.add(m); err != nil {
					return false, err
				}
			}
		}
		if h.row.Bad != "" && !p.aside(ctx, h, desk.KindMessage, "", yield) {
			return false, nil
		}
	}
}

// cells reads the row of one message again.
func (p *pass) cells(m mail) (place, []string, error) {
	sh := p.extra[m.sheet]
	r, err := p.again(m)
	if err != nil {
		return place{}, nil, p.s.failed("%s changed while it was read: run again: %w", sh.Path, err)
	}
	h := place{input: len(p.inputs) + int(m.sheet), row: r, sheet: sh}
	cells, ok := sh.Clean(&h.row)
	if !ok {
		return h, nil, p.s.failed("%s changed while it was read: run again", sh.Path)
	}
	return h, cells, nil
}

// again reads the row of one message alone.
func (p *pass) again(m mail) (rows.Row, error) {
	if p.single == nil {
		p.single = make([]Rows, len(p.extra))
	}
	sp := p.single[m.sheet]
	if sp == nil {
		sp = p.extra[m.sheet].Rows(0, 1)
		p.single[m.sheet] = sp
	}
	sp.Only(int64(m.off), int64(m.size), int64(m.line))
	return sp.Next()
}

// fill gives a ticket its messages, oldest first.
func (p *pass) fill(ctx context.Context, h place, t *desk.Ticket, yield yielder) bool {
	ms, err := p.mails.group(hash64(string(t.ID)))
	if err != nil {
		return fail(yield, err)
	}
	ms = oldestFirst(ms)
	taken := map[desk.ID]uint64{}
	for _, m := range ms {
		at, cells, err := p.cells(m)
		if err != nil {
			return fail(yield, err)
		}
		at.next = h.next
		if at.sheet.Joins {
			if err := p.join(ctx, at, cells, t); err != nil {
				return fail(yield, err)
			}
			continue
		}
		msg, ticket, err := at.sheet.Message(ctx, cells, p.people)
		if p.people.err != nil {
			return fail(yield, p.people.err)
		}
		if ticket != t.ID && err == nil {
			continue // another ticket with the same hash
		}
		if err == nil {
			err = name(&msg, m, taken)
		}
		if err != nil {
			at.row.Bad, at.row.Reason = err.Error(), connectors.ReasonOf(err)
			if at.row.Reason == connectors.ReasonTransient {
				at.row.Reason = connectors.ReasonUnreadable
			}
			if !p.aside(ctx, at, desk.KindMessage, t.ID, yield) {
				return false
			}
			continue
		}
		table.OpenFiles(p.s.o.Connector, at.sheet.Folder, msg.Files)
		t.Messages = append(t.Messages, msg)
	}
	t.Messages = firstOnce(t.Messages)
	return true
}

// join adds what the row of a join says to its ticket.
func (p *pass) join(ctx context.Context, at place, cells []string, t *desk.Ticket) error {
	if id, _ := at.sheet.Place(cells); id != t.ID {
		return nil // another ticket with the same hash
	}
	tags, people, err := at.sheet.Join(ctx, cells, p.people)
	for _, tag := range tags {
		if !slices.Contains(t.Tags, tag) {
			t.Tags = append(t.Tags, tag)
		}
	}
	for _, who := range people {
		if !slices.Contains(t.Participants, who) {
			t.Participants = append(t.Participants, who)
		}
	}
	return errors.Join(err, p.people.err)
}

// name gives a message without an id one, and refuses a second message with the
// id of another.
func name(msg *desk.Message, m mail, taken map[desk.ID]uint64) error {
	if msg.ID == "" {
		sum := strconv.FormatUint(m.sum, 16)
		msg.ID = desk.ID(sum)
		for n := 2; taken[msg.ID] != 0; n++ {
			msg.ID = desk.ID(sum + "-" + strconv.Itoa(n))
		}
	}
	was, known := taken[msg.ID]
	taken[msg.ID] = m.sum
	switch {
	case !known:
		return nil
	case was == m.sum:
		return connectors.Refuse(connectors.ReasonDuplicate, "", "a second row for message %s, equal to the first", msg.ID)
	}
	return connectors.Refuse(connectors.ReasonAmbiguous, "", "a second row for message %s says other things than the first, which was taken", msg.ID)
}

// firstOnce leaves out the ticket's description where the messages begin with
// the same text: many exports give it in both files.
func firstOnce(ms []desk.Message) []desk.Message {
	if len(ms) > 1 && ms[0].ID == "description" {
		for _, m := range ms[1:] {
			if strings.TrimSpace(m.Text) == strings.TrimSpace(ms[0].Text) && !m.Note {
				return ms[1:]
			}
		}
	}
	return ms
}

// conversations makes tickets of messages, where no sheet of tickets is there:
// the oldest message tells what the ticket's columns say.
func (p *pass) conversations(ctx context.Context, yield yielder) bool {
	for i := p.at.Off; i < p.mails.n; {
		if err := ctx.Err(); err != nil {
			return fail(yield, err)
		}
		first, err := p.mails.at(i)
		if err != nil {
			return fail(yield, err)
		}
		ms, err := p.mails.from(i, first.ticket)
		if err != nil {
			return fail(yield, err)
		}
		i += int64(len(ms))
		ms = slices.DeleteFunc(oldestFirst(ms), func(m mail) bool { return p.extra[m.sheet].Joins })
		if len(ms) == 0 {
			continue // see orphans
		}
		h, cells, err := p.cells(ms[0])
		if err != nil {
			return fail(yield, err)
		}
		h.input = 0
		h.next = cursor{Gen: p.rec.Gen, Base: p.rec.Base, Off: i}
		t, err := h.sheet.Cover(ctx, cells, p.people)
		if err == nil {
			err = p.people.err
		}
		if err != nil {
			return fail(yield, err)
		}
		if !p.record(ctx, h, t, cells, true, yield) {
			return false
		}
	}
	return true
}

// orphans sets aside messages whose ticket no file holds, each with its line.
func (p *pass) orphans(ctx context.Context, yield yielder) bool {
	var ticket uint64
	orphan := false
	for i := int64(0); i < p.mails.n; i++ {
		m, err := p.mails.at(i)
		if err != nil {
			return fail(yield, err)
		}
		if same := i > 0 && m.ticket == ticket; same && !orphan {
			continue
		}
		ticket = m.ticket
		h, cells, err := p.cells(m)
		if err != nil {
			return fail(yield, err)
		}
		id, _ := h.sheet.Place(cells)
		e, known, err := p.s.entry(ctx, recordKey(desk.KindTicket, id))
		if err != nil {
			return fail(yield, err)
		}
		if orphan = !known || !p.standing(e); !orphan {
			continue
		}
		h.next = cursor{Gen: p.rec.Gen, Base: p.rec.Base, File: len(p.inputs)}
		h.row.Bad = fmt.Sprintf("no file has the ticket %q of this message", id)
		h.row.Reason = connectors.ReasonReference
		if !p.aside(ctx, h, desk.KindMessage, id, yield) {
			return false
		}
	}
	return true
}
