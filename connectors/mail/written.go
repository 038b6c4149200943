package mail

import (
	"slices"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
	"github.com/deskhaul/deskhaul/desk"
)

// cover is the newest version of a ticket's cover among its mails.
type cover struct {
	ticket  *desk.Ticket
	version int64
}

// writtenFacts draws from a mail of deskhaul's own writing what it says of
// itself. It returns false if it says nothing that can be read; it is then a mail
// like any other.
func (s *Source) writtenFacts(h rfc5322.Header, f *facts) bool {
	if rec, ok, err := stamp.DecodeRecord(h); ok && err == nil {
		f.record, f.version = rec, stamp.DecodeVersion(h)
		return true
	}
	ev := &f.event
	w, isMessage, err := stamp.DecodeMessage(h, nil)
	if err != nil {
		return false
	}
	t, isCover, err := stamp.DecodeTicket(h)
	if err != nil || !isMessage && !isCover {
		return false
	}
	if ids := h.IDs("Message-ID"); len(ids) > 0 {
		ev.MID = ids[0]
	}
	if isMessage {
		ev.ID, ev.Named = string(w.Message.ID), string(w.Ticket)
		if !w.Message.At.IsZero() {
			ev.At = w.Message.At.Unix()
		}
		ev.Ours = w.Message.Author.Kind == desk.KindAgent
	} else {
		ev.Named = string(t.ID)
	}
	if ev.ID == "" {
		ev.ID = ev.MID
	}
	if ev.Named == "" && t != nil {
		ev.Named = string(t.ID)
	}
	ev.ID = "written:" + ev.Named + "/" + ev.ID // an id of another system may be anything
	return ev.Named != ""
}

// written reads what a mail of our own writing carries. carrier says that it
// holds no message to be shown.
func (s *Source) written(tn leaf, c *cover) (w *stamp.Written, carrier bool, err error) {
	h := tn.mail.Header
	if !s.trusted || tn.e.Named == "" {
		return nil, false, nil
	}
	t, isCover, err := stamp.DecodeTicket(h)
	if err != nil {
		return nil, false, err
	}
	if v := stamp.DecodeVersion(h); isCover && (c.ticket == nil || v >= c.version) {
		c.ticket, c.version = t, v
	}
	w, isMessage, err := stamp.DecodeMessage(h, tn.mail)
	if err != nil {
		return nil, false, err
	}
	if !isMessage {
		return nil, isCover, nil
	}
	return w, false, nil
}

// asWritten completes a message of our own writing with the bytes of its files.
func (s *Source) asWritten(w *stamp.Written, tn leaf) desk.Message {
	m := w.Message
	m.Files = slices.Clone(m.Files)
	for i := range m.Files {
		if i < len(w.Parts) && w.Parts[i] >= 0 && w.Parts[i] < len(tn.mail.Parts) {
			m.Files[i].Open = s.opener(tn, w.Parts[i])
		}
	}
	return m
}
