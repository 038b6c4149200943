package okdesk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// How files are named in a call two pages of the documentation say differently, and what is
// named the other way an account passes over without a word. So what it took is looked at,
// and what it did not take is sent once more, named the other way, with a comment of its own.
// Until that is known a message with files says in its line how they were named: if we are
// killed, or an answer is lost, before they came, it is half there. Such a message counts as
// not there, and who brings it again is given the one that stands, completed.

const (
	namedKey = "files are named"
	triedAs  = " as "
	asUsual  = "attachments"
)

// naming is how the account names files, as far as it is known.
type naming struct {
	mu     sync.Mutex
	way    string          // asUsual or asAttributes; "" is not known
	halves map[string]half // what is half there, by marks
}

// half is a message that came without its files.
type half struct {
	id  desk.ID
	way bool // how they had been named
}

func (n *naming) halfOf(mark string) (half, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	h, is := n.halves[mark]
	return h, is
}

// naming tells whether files are named as attributes, and whether that is known, or is what
// the configuration says.
func (t *Target) naming(ctx context.Context) (way, known bool, err error) {
	t.uploads.mu.Lock()
	defer t.uploads.mu.Unlock()
	if t.uploads.way == "" {
		b, err := t.env.State.Get(ctx, namedKey)
		if err != nil {
			return false, false, err
		}
		t.uploads.way = string(b)
	}
	if t.uploads.way == "" {
		return t.config.Uploads == asAttributes, false, nil
	}
	return t.uploads.way == asAttributes, true, nil
}

// found keeps in mind how the account names files.
func (t *Target) found(ctx context.Context, way bool) error {
	t.uploads.mu.Lock()
	defer t.uploads.mu.Unlock()
	is := wayName(way)
	if t.uploads.way == is {
		return nil
	}
	if way != (t.config.Uploads == asAttributes) {
		t.env.Log.Warn("Okdesk takes files that are named otherwise than uploads says", "uploads", is)
	}
	t.uploads.way = is
	if err := t.env.State.Put(ctx, namedKey, []byte(is)); err != nil {
		return fmt.Errorf("how files are named: %w: %w", err, connectors.ErrUnsure) // the message is there
	}
	return nil
}

func wayName(way bool) string {
	if way {
		return asAttributes
	}
	return asUsual
}

// trying is what is said in a message, with how its files are named.
func trying(said string, way bool) string {
	return strings.Replace(said, "]"+lineClose, triedAs+wayName(way)+"]"+lineClose, 1)
}

// hideHalves leaves out messages that are half there. One whose files were sent again is
// whole, whatever became of them; so is one whose files somebody took away.
func (t *Target) hideHalves(ctx context.Context, r *desk.Ticket, issue issueShape, talk []commentShape) error {
	way, known, err := t.naming(ctx)
	if err != nil {
		return err
	}
	lines, again := map[desk.ID]preface{}, map[string]bool{}
	lines[opening], _, _ = parsePreface(issue.Description)
	for _, c := range talk {
		p, _, _ := parsePreface(c.Content)
		lines[idOf(c.ID)] = p
		again[p.mark] = again[p.mark] || p.kind == "f"
	}
	t.uploads.mu.Lock()
	defer t.uploads.mu.Unlock()
	r.Messages = slices.DeleteFunc(r.Messages, func(m desk.Message) bool {
		tried := lines[m.ID].tried
		if m.Mark == "" || tried == "" || len(m.Files) > 0 || again[m.Mark] || known && tried == wayName(way) {
			return false
		}
		if t.uploads.halves == nil {
			t.uploads.halves = map[string]half{}
		}
		t.uploads.halves[m.Mark] = half{m.ID, tried == asAttributes}
		return true
	})
	return nil
}

// complete gives a message that is half there its files.
func (t *Target) complete(ctx context.Context, ticket desk.ID, m *desk.Message, h half) (connectors.Receipt, error) {
	receipt := connectors.Receipt{ID: h.id, Losses: messageLosses(m)}
	files, losses, err := t.attachAnew(ctx, ticket, m, posted{sent: m.Files, way: h.way, tried: true, again: true})
	if err != nil {
		return connectors.Receipt{}, err
	}
	t.uploads.mu.Lock()
	defer t.uploads.mu.Unlock()
	delete(t.uploads.halves, m.Mark)
	receipt.Files, receipt.Losses = files, append(receipt.Losses, losses...)
	return receipt, nil
}

// attachRest sees what became of the files that went with a message.
func (t *Target) attachRest(ctx context.Context, ticket desk.ID, m *desk.Message, got posted) (losses []connectors.Loss, err error) {
	switch {
	case len(got.sent) == 0:
		return nil, nil
	case len(got.taken) == 0:
		_, losses, err = t.attachAnew(ctx, ticket, m, got)
		return losses, err
	}
	for _, f := range got.sent {
		if !slices.ContainsFunc(got.taken, func(a attachmentShape) bool { return a.Name == rest.FormName(f.Name) }) && len(got.taken) < len(got.sent) {
			losses = append(losses, fileLoss(m, f, "it is not among those that came"))
		}
	}
	return losses, t.found(ctx, got.way)
}

func fileLoss(m *desk.Message, f desk.File, why string) connectors.Loss {
	return connectors.Loss{Field: "file", Message: m.ID, File: f.Name, Why: connectors.WhyNotTaken, Detail: fmt.Sprintf("message %s: Okdesk did not take file %q: %s", m.ID, f.Name, why)}
}

// attachAnew sends files that Okdesk did not take with a message once more, named the other
// way, with a comment that says whose they are. If they are not taken so either, that is
// told, as is that they are refused a second time. What goes wrong otherwise leaves the
// message half there.
func (t *Target) attachAnew(ctx context.Context, ticket desk.ID, m *desk.Message, was posted) ([]connectors.FileReceipt, []connectors.Loss, error) {
	lost := func(why string) (losses []connectors.Loss) {
		for _, f := range was.sent {
			losses = append(losses, fileLoss(m, f, why))
		}
		return losses
	}
	who, err := t.author(ctx, m)
	var got posted
	if err == nil {
		values := map[string]any{
			"content": preface{kind: "f", mark: m.Mark}.html() + "<p>Files of another message.</p>", "public": !m.Note, "author_id": who.id, "author_type": who.sort,
		}
		alone := &desk.Message{ID: m.ID, Mark: m.Mark, Note: m.Note}
		got, err = t.postOnce(ctx, "issues/"+string(ticket)+"/comments", "comment", values, was.sent, alone, !was.way)
	}
	switch {
	case err != nil && (overFiles(err) || was.again && errors.Is(err, connectors.ErrRefused) || !was.tried || !t.config.prefaced()):
		return nil, lost(err.Error()), nil
	case err != nil:
		return nil, nil, fmt.Errorf("message %s came without its files: %w: %w", m.ID, err, connectors.ErrUnsure)
	case len(got.taken) < len(got.sent):
		return got.files, lost("say in uploads how it names them"), nil
	}
	return got.files, nil, t.found(ctx, !was.way)
}
