package assess

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Amount is how much there is of something.
type Amount struct {
	Tickets  int64 `json:"tickets"`
	Messages int64 `json:"messages"`
	Files    int64 `json:"files"`
	Bytes    int64 `json:"bytes"` // of files
	Text     int64 `json:"text"`  // bytes of text and HTML
}

func (a *Amount) add(b Amount) {
	a.Tickets, a.Messages, a.Files = a.Tickets+b.Tickets, a.Messages+b.Messages, a.Files+b.Files
	a.Bytes, a.Text = a.Bytes+b.Bytes, a.Text+b.Text
}

// Volume is how much there is.
type Volume struct {
	Amount
	Years      []Year `json:"years"` // by when tickets were opened, oldest first
	Undated    Amount `json:"undated"`
	Categories []Part `json:"categories"` // the largest first
	Cuts       []Cut  `json:"cuts"`
	Largest    int64  `json:"largest"` // bytes of the largest file
}

// Year is what was opened in one.
type Year struct {
	Year int `json:"year"`
	Amount
}

// Part is what one category holds.
type Part struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
	Amount
}

// Cut is what would be moved if all that was opened before a date were left.
type Cut struct {
	Since string `json:"since"` // as 2006-01-02
	Kept  Amount `json:"kept"`
}

type volumes struct {
	all, undated Amount
	years        map[int]*Amount
	first, last  time.Time
	largest      int64
}

func newVolumes() volumes { return volumes{years: map[int]*Amount{}} }

func (v *volumes) ticket(ctx context.Context, s *Survey, t *desk.Ticket) {
	a := Amount{Tickets: 1, Messages: int64(len(t.Messages))}
	for i := range t.Messages {
		m := &t.Messages[i]
		a.Text += int64(len(m.Text) + len(m.HTML))
		a.Files += int64(len(m.Files))
		for j := range m.Files {
			size := s.sizeOf(ctx, t, m, &m.Files[j])
			a.Bytes, v.largest = a.Bytes+size, max(v.largest, size)
		}
		v.span(s, m.At)
	}
	v.all.add(a)
	begun := opened(t)
	v.span(s, begun)
	s.tally.add("in category", key(t.Category.ID), entry{n: 1, messages: a.Messages, bytes: a.Bytes})
	if begun.IsZero() {
		v.undated.add(a)
		return
	}
	year := begun.UTC().Year()
	if v.years[year] == nil {
		v.years[year] = new(Amount)
	}
	v.years[year].add(a)
}

// sizeOf is how many bytes a file has; one of a mail is counted.
func (s *Survey) sizeOf(ctx context.Context, t *desk.Ticket, m *desk.Message, f *desk.File) int64 {
	if f.Size >= 0 || f.Open == nil {
		return max(0, f.Size)
	}
	f.Size = 0
	r, err := f.Open(ctx)
	if err == nil {
		f.Size, err = io.Copy(io.Discard, r)
		err = errors.Join(err, r.Close())
	}
	if err != nil {
		s.quality.found(Unreadable, Example{Kind: desk.KindFile, ID: m.ID, Ticket: t.ID, URL: t.URL, What: f.Name + ": " + err.Error()})
	}
	return f.Size
}

// span notes from when to when there is something. A time that cannot be is none.
func (v *volumes) span(s *Survey, at time.Time) {
	if !credible(at, s.o.Now) {
		return
	}
	if v.first.IsZero() || at.Before(v.first) {
		v.first = at
	}
	if at.After(v.last) {
		v.last = at
	}
}

// dawn is before there was support by e-mail.
var dawn = time.Date(1985, 1, 1, 0, 0, 0, 0, time.UTC)

// credible tells whether something may have happened then.
func credible(at, now time.Time) bool { return at.After(dawn) && at.Before(now.Add(48*time.Hour)) }

func (v *volumes) result(now time.Time) Volume {
	out := Volume{Amount: v.all, Undated: v.undated, Largest: v.largest, Years: []Year{}, Cuts: []Cut{}, Categories: []Part{}}
	left := v.undated
	years := slices.Sorted(maps.Keys(v.years))
	for _, y := range years {
		out.Years = append(out.Years, Year{y, *v.years[y]})
	}
	for _, y := range slices.Backward(years) {
		left.add(*v.years[y])
		if y < dawn.Year() || y > now.UTC().Year() {
			continue // nobody cuts there: a clock was wrong
		}
		out.Cuts = append(out.Cuts, Cut{Since: time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), Kept: left})
	}
	return out
}

// opened is when a ticket was: its first message, where it does not say.
func opened(t *desk.Ticket) time.Time {
	if t.Created.IsZero() && len(t.Messages) > 0 {
		return t.Messages[0].At
	}
	return t.Created
}

// none stands for what a ticket does not say.
const none = "\x01"

func key(id desk.ID) string {
	if id == "" {
		return none
	}
	return string(id)
}

// mostParts is how many categories are told one by one.
const mostParts = 50

func (s *Survey) categories(ctx context.Context, a *Assessment) error {
	all, err := s.tally.top(ctx, "in category", mostParts)
	if err != nil {
		return err
	}
	for _, r := range all {
		p := Part{ID: r.key, Amount: Amount{Tickets: r.n, Messages: r.messages, Bytes: r.bytes}}
		if r.key == none {
			p.ID = ""
		} else if p.Name, err = s.nameOf(ctx, "category", r.key); err != nil {
			return err
		}
		a.Volume.Categories = append(a.Volume.Categories, p)
	}
	if len(all) == 1 && all[0].key == none {
		a.Volume.Categories = []Part{} // there are none
	}
	return nil
}

// nameOf is what a record is called; its id if it is not known.
func (s *Survey) nameOf(ctx context.Context, kind, id string) (string, error) {
	all, err := s.tally.rows(ctx, "FROM tally t WHERE t.kind = ? AND t.key = ?", kind, id)
	if err != nil || len(all) == 0 || all[0].name == "" {
		return id, err
	}
	return all[0].name, nil
}
