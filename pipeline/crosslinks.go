package pipeline

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/crosslinks"
	"github.com/deskhaul/deskhaul/desk"
)

// Crosslinks are what it takes to put the new address of a record in the place of its old
// one, where somebody wrote that into a message.
type Crosslinks struct {
	Book *crosslinks.Book
	Here connectors.Pages // of the target
	// Elsewhere are the other targets that records of the source may have gone to.
	Elsewhere []Elsewhere
	// Who is the contact that stands for the person of another; nil each is one.
	Who  func(ctx context.Context, id desk.ID) (desk.ID, error)
	mute *crosslinks.Book // of the new addresses
	once sync.Once
}

// Elsewhere is another target of the same source.
type Elsewhere struct {
	Ledger checkpoints.Ledger
	Pages  connectors.Pages
}

// dangling is an old address in a message that stays as it is.
type dangling struct {
	message desk.ID
	crosslinks.Link
	why string
}

// relink puts the new addresses into the messages of a ticket, and notes which are not
// known. Where the text at the target has the old address still, since its record came only
// later, it is read as if it had the new one (see sameLinks): what was written when makes no
// difference.
func (t *task) relink(ctx context.Context) error {
	ticket, ok := t.rec.(*desk.Ticket)
	if !ok || t.Crosslinks == nil {
		return nil
	}
	for i := range ticket.Messages {
		m := &ticket.Messages[i]
		before := *m
		stay, err := t.newAddresses(ctx, m)
		if err != nil {
			return err
		}
		if len(stay) > 0 || m.Text != before.Text || m.HTML != before.HTML {
			t.linking(m.ID)
		}
		for _, d := range stay {
			if !t.itself(d.Link) {
				d.message = m.ID
				t.dangling = append(t.dangling, d)
			}
		}
	}
	return nil
}

func (t *task) linking(id desk.ID) {
	if t.links == nil {
		t.links = map[desk.ID]bool{}
	}
	t.links[id] = true
}

// newAddresses puts the new addresses into one message, and returns the old ones that stay.
func (r *run) newAddresses(ctx context.Context, m *desk.Message) (stay []dangling, err error) {
	to := func(link crosslinks.Link) string {
		there, why, lookup := r.whereTo(ctx, link)
		if lookup != nil {
			err = lookup
		}
		if why != "" && !slices.ContainsFunc(stay, func(d dangling) bool { return d.Link == link }) {
			stay = append(stay, dangling{Link: link, why: why})
		}
		return there
	}
	m.Text, m.HTML = r.Crosslinks.Book.Text(m.Text, to), r.Crosslinks.Book.HTML(m.HTML, to)
	return stay, err
}

// notArrived is why there is no new address of what may still come.
const notArrived = "which had not arrived when it was written"

// whereTo is the new address for an old one; "" and why there is none. Of a plan there is
// neither for what will have arrived.
func (r *run) whereTo(ctx context.Context, link crosslinks.Link) (there, why string, err error) {
	ways := append([]Elsewhere{{r.Ledger, r.Crosslinks.Here}}, r.Crosslinks.Elsewhere...)
	why = notArrived
	if link.Kind == desk.KindContact && r.Crosslinks.Who != nil {
		if link.ID, err = r.Crosslinks.Who(ctx, link.ID); err != nil {
			return "", "", err
		}
	}
	for _, way := range ways {
		row, _, err := way.Ledger.Row(ctx, link.Kind, "", link.ID)
		if err != nil {
			return "", "", err
		}
		switch id := row.Landed(); {
		case id == "":
			continue
		case strings.HasPrefix(string(id), connectors.PlannedID):
			return "", "", nil
		default:
			there = way.Pages.Link(link.Kind, id, link.Customers)
		}
		if there != "" {
			return there, "", nil
		}
		why = "of which the new system has no page"
	}
	return "", why, nil
}

// sameLinks makes what was read at the target comparable: an old address that was left in a
// text reads as the new one, once that is known. It returns the messages that it changed, as
// they were.
func (r *run) sameLinks(ctx context.Context, rec desk.Record) (was map[desk.ID]desk.Message, err error) {
	ticket, ok := rec.(*desk.Ticket)
	if !ok || r.Crosslinks == nil {
		return nil, nil
	}
	for i := range ticket.Messages {
		m := &ticket.Messages[i]
		before := *m
		if _, err := r.newAddresses(ctx, m); err != nil {
			return nil, err
		}
		if m.Text == before.Text && m.HTML == before.HTML {
			continue
		}
		if was == nil {
			was = map[desk.ID]desk.Message{}
		}
		was[m.ID] = before
	}
	return was, nil
}

// here are the addresses of the new systems.
func (c *Crosslinks) here() *crosslinks.Book {
	c.once.Do(func() {
		there := []crosslinks.Old{{Pages: c.Here}}
		for _, other := range c.Elsewhere {
			there = append(there, crosslinks.Old{Pages: other.Pages})
		}
		c.mute = crosslinks.NewBook(connectors.Pages{}, there...)
	})
	return c.mute
}

// likeOthers is a message in which the address of a record, old or new, reads like any
// other: what is being taken back has no new address any more.
func (c *Crosslinks) likeOthers(m *desk.Message) *desk.Message {
	if c == nil {
		return m
	}
	like := *m
	for _, book := range [...]*crosslinks.Book{c.Book, c.here()} {
		same := func(crosslinks.Link) string { return "somewhere" }
		like.Text, like.HTML = book.Text(like.Text, same), book.HTML(like.HTML, same)
	}
	return &like
}
