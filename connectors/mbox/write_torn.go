package mbox

import (
	"io"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/compose"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
)

// ending follows what a file ends with: the last mail, and the ticket that was
// being written as its last thing.
type ending struct {
	last  stretch
	group int64  // where the ticket begins
	owner string // which ticket
	left  int    // mails of it that have not come yet
	in    bool   // the last mail is one of it
}

// see takes the next mail of the file.
func (e *ending) see(f io.ReaderAt, s stretch) error {
	e.last = s
	if tornLine(s.from) {
		return nil // e stays as the mail before left it
	}
	if !strings.HasPrefix(s.from, "From deskhaul-") {
		e.left, e.in = 0, false
		return nil
	}
	h, _, err := rfc5322.ReadHeader(io.NewSectionReader(f, s.start, s.end-s.start))
	if err != nil {
		return err
	}
	owner := h.Get(stamp.HeaderTicket)
	with, err := strconv.Atoi(h.Get(stamp.HeaderWith))
	switch {
	case err == nil && with > 0:
		e.group, e.owner, e.left, e.in = s.start, owner, with, true
	case e.left > 0 && stamp.Sealed(h) && owner == e.owner:
		e.left, e.in = e.left-1, true
	case e.left > 0 && stamp.Sealed(h):
		e.left, e.in = 0, false // something else was written after it: it was done
	case stamp.Sealed(h):
		e.in = false
	}
	return nil
}

// tornLine tells whether a kill cut off the very beginning of one of our mails.
func tornLine(from string) bool {
	return from != "" && strings.HasPrefix("From deskhaul-", from) && from != "From deskhaul-"
}

// dropTorn cuts off a last mail, and with it a last ticket, that a run without a
// journal did not finish. It returns where the file ends then.
func (b *box) dropTorn(size int64) (int64, error) {
	var e ending
	if err := walk(b.file, 0, size, func(s stretch) error { return e.see(b.file, s) }); err != nil {
		return 0, err
	}
	if !tornLine(e.last.from) && !strings.HasPrefix(e.last.from, "From deskhaul-") {
		return size, nil
	}
	whole, err := compose.Whole(io.NewSectionReader(b.file, e.last.start, e.last.end-e.last.start))
	if err != nil || whole && e.left == 0 {
		return size, err
	}
	end := e.last.start
	if e.left > 0 || e.in && !tornLine(e.last.from) {
		end = e.group
	}
	return end, b.file.Truncate(end)
}
