package conntest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func createRules() []rule {
	return []rule{
		{"CreateRich", "A record of each kind comes back as it was written: every field that Caps.Keeps names is the same, but for a list that the receipt says is cut, and what is not kept does not come back wrong. A receipt that says what the target gave back says all of it.", []need{aTarget}, createRich},
		{"CreatePlain", "A field that was left empty comes back empty; records written later change nothing of those before them.", []need{aTarget}, createPlain},
		{"Receipt", "A receipt names what was made, and for each message and file what became of it, as far as it speaks of them.", []need{aTarget, tickets}, receipt},
		{"Backdate", "Caps.Backdate: tickets and messages keep the times they are given, cut to Caps.Step and no further.", []need{aTarget, tickets, backdating}, backdate},
		{"NoteStaysNote", "A private note never becomes public, whether it comes with the ticket or is appended.", []need{aTarget, tickets}, noteStaysNote},
		{"AtOnce", "Create takes as many messages with a ticket as Caps.AtOnce says, and makes each of them once.", []need{aTarget, tickets}, atOnce},
		{"KindNotPromised", "A record of a kind that Caps.Kinds leaves out is refused with ErrUnsupported or ErrRefused.", []need{aTarget}, kindNotPromised},
		{"Parallel", "Caps.Parallel calls for different tickets may be under way at once.", []need{aTarget, tickets}, parallel},
	}
}

func createRich(ctx context.Context, r *rig) error {
	type pair struct {
		got  connectors.Receipt
		want desk.Record
	}
	var made []pair
	for _, rec := range r.writable(Sample()) {
		got, want, err := r.create(ctx, rec)
		if err != nil {
			return err
		}
		made = append(made, pair{got, want})
	}
	var errs []error
	for _, p := range made {
		back, err := r.back(ctx, p.got.ID, p.want)
		if err == nil {
			err = errors.Join(forgive(p.want, back, cut(p.got.Losses)), same(ctx, r.writes, p.want, back), asReturned(r.writes, p.got, back))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", p.want.Kind(), err))
		}
	}
	return errors.Join(errs...)
}

func createPlain(ctx context.Context, r *rig) error {
	made := map[desk.ID]desk.Record{}
	for _, rec := range r.writable(crowd("p", 4)) {
		got, want, err := r.create(ctx, rec)
		if err != nil {
			return err
		}
		made[desk.ID(rec.Kind())+"/"+got.ID] = want
	}
	for key, want := range made {
		back, err := r.back(ctx, key[len(want.Kind())+1:], want)
		if err != nil {
			return err
		}
		if err := same(ctx, r.writes, want, back); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

func receipt(ctx context.Context, r *rig) error {
	if err := r.makeOthers(ctx); err != nil {
		return err
	}
	t := sampleTicket()
	t.Messages = t.Messages[:1] // fits with every AtOnce
	got, _, err := r.create(ctx, t)
	if err != nil {
		return err
	}
	for was, now := range got.Messages {
		if was != t.Messages[0].ID || now == "" {
			return fmt.Errorf("the receipt says that message %q became %q", was, now)
		}
	}
	if got.Files != nil && len(got.Files) != len(t.Messages[0].Files) {
		return fmt.Errorf("2 files were written, the receipt names %d", len(got.Files))
	}
	for i, f := range got.Files {
		want := t.Messages[0].Files[i]
		if f.Message != t.Messages[0].ID || f.Name != want.Name || f.Size != want.Size || f.SHA256 != "" && f.SHA256 != want.SHA256 {
			return fmt.Errorf("the receipt says of file %q: %+v", want.Name, f)
		}
	}
	for _, l := range got.Losses {
		if l.Message == "" && (strings.HasPrefix(l.Field, "message.") || strings.HasPrefix(l.Field, "file")) {
			return fmt.Errorf("the receipt says that %s is lost (%s), and not of which Message", l.Field, l.Detail)
		}
	}
	told := slices.ContainsFunc(got.Losses, func(l connectors.Loss) bool { return l.Field == "file" })
	if !r.writes.Keeps(desk.KindFile, "bytes") && r.writes.Keeps(desk.KindMessage, "files") && !told {
		return errors.New("the bytes of files are left out, and no Loss of \"file\" says so")
	}
	return r.receiptOfMessages(ctx)
}

// receiptOfMessages compares the ids that receipts name with those that are read
// back.
func (r *rig) receiptOfMessages(ctx context.Context) error {
	t := simple("told", "first", "second", "third", "fourth")
	first, rest := r.cut(r.link(t))
	d, err := r.open(ctx)
	if err != nil {
		return err
	}
	f, ok := d.(connectors.Fetcher)
	if !ok {
		return nil // what reads back may have ids of its own
	}
	if r.writes.AtOnce == 0 && !r.writes.CreateOnly {
		whole := first.(*desk.Ticket)
		whole.Messages, rest = whole.Messages[:3], whole.Messages[3:]
	}
	got, err := d.Create(ctx, first)
	if err != nil {
		return err
	}
	ids := got.Messages
	if ids == nil {
		ids = map[desk.ID]desk.ID{}
	}
	for i := range rest {
		one, err := d.Append(ctx, got.ID, &rest[i])
		if err != nil {
			return fmt.Errorf("append: %w", err)
		}
		ids[rest[i].ID] = one.ID
	}
	back, err := f.Fetch(ctx, desk.KindTicket, got.ID)
	if err != nil {
		return err
	}
	there := back.(*desk.Ticket).Messages
	for i := range t.Messages {
		if id := ids[t.Messages[i].ID]; id != "" && (i >= len(there) || there[i].ID != id) {
			return fmt.Errorf("a receipt calls message %d %q, and Fetch does not: %q", i+1, id, names([]connectors.Item{{Record: back}}))
		}
	}
	return nil
}

func backdate(ctx context.Context, r *rig) error {
	t := simple("old", "first", "second")
	for i := range t.Messages {
		t.Messages[i].At = t.Messages[i].At.Add(123 * time.Millisecond)
	}
	t.Created = t.Messages[0].At
	got, want, err := r.makeTicket(ctx, t)
	if err != nil {
		return err
	}
	back, err := r.backTicket(ctx, got.ID, want)
	if err != nil {
		return err
	}
	step := max(r.writes.Step, 1)
	if r.writes.Keeps(desk.KindTicket, "created") && !back.Created.Equal(want.Created.Truncate(step)) {
		return fmt.Errorf("created %v came back as %v", want.Created, back.Created)
	}
	for i := range want.Messages {
		if !r.writes.Keeps(desk.KindMessage, "at") {
			break
		}
		if i >= len(back.Messages) || !back.Messages[i].At.Equal(want.Messages[i].At.Truncate(step)) {
			return fmt.Errorf("message %d was written at %v and does not come back so", i+1, want.Messages[i].At)
		}
	}
	return nil
}

func noteStaysNote(ctx context.Context, r *rig) error {
	t := simple("noted", "ask", "a note", "answer")
	t.Messages[1].Note = true
	got, want, err := r.makeTicket(ctx, t)
	if err != nil {
		return err
	}
	if !r.writes.CreateOnly {
		late := say("", "noted-late", "olga@gruen.test", "another note")
		late.Author, late.At, late.Note = desk.Ref{}, born.Add(minutes(9)), true
		if _, err := r.target.Append(ctx, got.ID, &late); err != nil {
			return fmt.Errorf("append: %w", err)
		}
		want.Messages = append(want.Messages, late)
	}
	back, err := r.backTicket(ctx, got.ID, want)
	if err != nil {
		return err
	}
	if len(back.Messages) != len(want.Messages) {
		return fmt.Errorf("%d messages were written, %d came back", len(want.Messages), len(back.Messages))
	}
	for i := range want.Messages {
		if want.Messages[i].Note != back.Messages[i].Note {
			return fmt.Errorf("message %d: note %v became %v", i+1, want.Messages[i].Note, back.Messages[i].Note)
		}
	}
	return nil
}

func atOnce(ctx context.Context, r *rig) error {
	n := r.writes.AtOnce
	if n == 0 {
		n = 25
	}
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprintf("turn %d", i)
	}
	got, want, err := r.makeTicket(ctx, simple("many", texts...))
	if err != nil {
		return err
	}
	back, err := r.backTicket(ctx, got.ID, want)
	if err != nil {
		return err
	}
	return same(ctx, r.writes, want, back)
}

func kindNotPromised(ctx context.Context, r *rig) error {
	for _, rec := range Sample() {
		if r.writes.Has(rec.Kind()) {
			continue
		}
		d, err := r.open(ctx)
		if err != nil {
			return err
		}
		if _, err := d.Create(ctx, r.link(rec)); !errors.Is(err, connectors.ErrUnsupported) && !errors.Is(err, connectors.ErrRefused) {
			return fmt.Errorf("a %s is not promised, and Create said %v", rec.Kind(), said(err))
		}
	}
	return nil
}

func parallel(ctx context.Context, r *rig) error {
	if err := r.makeOthers(ctx); err != nil {
		return err
	}
	n := max(r.writes.Parallel, 1)
	want, ids := make([]*desk.Ticket, 2*n), make([]desk.ID, 2*n)
	var errs []error
	for first := 0; first < 2*n; first += n {
		errs = append(errs, r.atOnceFrom(ctx, first, n, want, ids))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for i := range want {
		back, err := r.backTicket(ctx, ids[i], want[i])
		if err != nil {
			return err
		}
		if err := same(ctx, r.writes, want[i], back); err != nil {
			return fmt.Errorf("ticket %d of %d: %w", i+1, len(want), err)
		}
	}
	return nil
}
