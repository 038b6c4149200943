package conntest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func foreseeRules() []rule {
	return []rule{
		{"Foresees", "What a target foresees of a write is what its receipt says, in the same words, whether its references stand or are planned: nothing is lost unforeseen, and nothing is foreseen that is kept. What it foresees to refuse it refuses. A target that foresees nothing loses nothing.", []need{aTarget, tickets}, foresees},
	}
}

// foresees writes rich and awkward records, each foreseen before.
func foresees(ctx context.Context, r *rig) error {
	var errs []error
	for _, rec := range r.writable(append(Sample(), awkward()...)) {
		errs = append(errs, r.foreseeOne(ctx, rec))
	}
	if !r.writes.CreateOnly {
		errs = append(errs, r.foreseeChange(ctx))
	}
	return errors.Join(errs...)
}

func (r *rig) foreseeOne(ctx context.Context, rec desk.Record) error {
	d, err := r.open(ctx)
	if err != nil {
		return err
	}
	whole := r.link(rec)
	if t, ok := whole.(*desk.Ticket); ok {
		r.refusedAlone(t)
	}
	first, rest := r.cut(whole)
	got, err := r.foreseen(ctx, d, connectors.Write{Record: first}, func() (connectors.Receipt, error) { return d.Create(ctx, desk.Clone(first)) })
	if err != nil || got.ID == "" {
		return err
	}
	r.targets[named{rec.Kind(), rec.About().ID}] = got.ID
	if t, ok := whole.(*desk.Ticket); ok && t.ID == "bodies" && !r.writes.CreateOnly {
		late := t.Messages[0]
		late.ID, late.Mark, late.MessageID, late.At = "late", mark(desk.KindMessage, "late"), "late@gruen.test", late.At.Add(time.Hour)
		t.Messages, rest = append(t.Messages, late), append(rest, late)
	}
	var errs []error
	for i := range rest {
		_, err := r.foreseen(ctx, d, connectors.Write{Record: whole, Message: &rest[i], ID: got.ID}, func() (connectors.Receipt, error) { return d.Append(ctx, got.ID, &rest[i]) })
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// refusedAlone leaves out what the pipeline would not ask of the target: files and texts
// larger than it promises to take.
func (r *rig) refusedAlone(t *desk.Ticket) {
	t.Messages = slices.DeleteFunc(slices.Clone(t.Messages), func(m desk.Message) bool { return r.writes.MaxText > 0 && len(m.Text) > r.writes.MaxText })
	for i := range t.Messages {
		m := &t.Messages[i]
		m.Files = slices.DeleteFunc(slices.Clone(m.Files), func(f desk.File) bool { return r.writes.MaxFile > 0 && f.Size > r.writes.MaxFile })
	}
}

// foreseen foresees a write, with its references as they are and as planned ones,
// makes it, and compares. A write that fails for no fault of its record is an error; of
// one that is refused the receipt is empty.
func (r *rig) foreseen(ctx context.Context, d connectors.Target, w connectors.Write, write func() (connectors.Receipt, error)) (connectors.Receipt, error) {
	what := fmt.Sprintf("%s %s", w.Record.Kind(), w.Record.About().ID)
	if w.Message != nil {
		what = fmt.Sprintf("message %s of ticket %s", w.Message.ID, w.Record.About().ID)
	}
	var seen, planned []connectors.Loss
	var refusal, plannedRefusal error
	if f, ok := d.(connectors.Foreseer); ok {
		seen, refusal = f.Foresee(ctx, w)
		planned, plannedRefusal = f.Foresee(ctx, plannedOf(w))
	}
	got, err := write()
	switch refused := errors.Is(err, connectors.ErrRefused); {
	case err != nil && !refused && !errors.Is(err, connectors.ErrUnsupported):
		return connectors.Receipt{}, fmt.Errorf("%s: %w", what, err)
	case (err != nil) != (refusal != nil), (refusal != nil) != (plannedRefusal != nil):
		return connectors.Receipt{}, fmt.Errorf("%s: foreseen was %s, with planned references %s, and the target said %s", what, said(refusal), said(plannedRefusal), said(err))
	case err != nil:
		return connectors.Receipt{}, nil
	}
	words := w.Fields == nil // of a change a receipt may repeat what the system said of it
	lost := lossesOf(got.Losses, words)
	if a, b := lossesOf(seen, words), lossesOf(planned, words); !slices.Equal(a, lost) || !slices.Equal(b, lost) {
		err = fmt.Errorf("%s:\n  foreseen were\n    %s\n  with planned references\n    %s\n  lost were\n    %s",
			what, strings.Join(a, "\n    "), strings.Join(b, "\n    "), strings.Join(lost, "\n    "))
	}
	return got, err
}

// lossesOf are losses in order, with their words or without.
func lossesOf(all []connectors.Loss, words bool) []string {
	out := []string{}
	for _, l := range all {
		if !words {
			l.Detail = ""
		}
		out = append(out, l.Field+": "+l.Detail)
	}
	slices.Sort(out)
	return out
}

// plannedOf is a write whose references are to what is only planned.
func plannedOf(w connectors.Write) connectors.Write {
	w.Record = desk.Clone(w.Record)
	for _, ref := range desk.Refs(w.Record) {
		if ref.Target != "" {
			ref.Target = connectors.PlannedID + desk.ID(ref.Kind) + ":" + ref.ID
		}
	}
	if w.Message != nil {
		t := w.Record.(*desk.Ticket)
		for i := range t.Messages {
			if t.Messages[i].ID == w.Message.ID {
				w.Message = &t.Messages[i]
			}
		}
		w.ID = connectors.PlannedID + "ticket:" + w.Record.About().ID
	}
	return w
}

// foreseeChange changes every field of a ticket and of a contact that stand.
func (r *rig) foreseeChange(ctx context.Context) error {
	var errs []error
	for _, rec := range r.writable(crowd("change", 1)) {
		got, _, err := r.create(ctx, rec)
		if err != nil {
			return err
		}
		changed := r.link(odd(rec))
		fields := desk.PrintsOf(changed).Changed(desk.PrintsOf(r.link(rec)))
		fields = slices.DeleteFunc(fields, func(f string) bool { return !r.writes.Keeps(rec.Kind(), f) || r.timed(f) })
		_, err = r.foreseen(ctx, r.target, connectors.Write{Record: changed, ID: got.ID, Fields: fields}, func() (connectors.Receipt, error) {
			return r.target.Update(ctx, got.ID, changed, fields)
		})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// timed tells whether a field is a time that the target may set itself.
func (r *rig) timed(field string) bool { return field == "created" || field == "solved" }

// odd is a record with values that few systems take as they are.
func odd(rec desk.Record) desk.Record {
	rec = desk.Clone(rec)
	rec.About().Fields = map[string]any{"plan": "gold", "no such field": "x"}
	switch r := rec.(type) {
	case *desk.Ticket:
		r.Subject, r.Status, r.Type, r.Channel = strings.Repeat("щ", 150), desk.StatusPending, "grumble", "pigeon"
		r.Tags, r.Priority = []string{"two words", "Ärger"}, desk.PriorityUrgent
	case *desk.Contact:
		r.Name, r.Phones = strings.Repeat("ю", 130), []string{"1", "2", "3", "4", "5", "6"}
		r.Language, r.Note = "de", "new"
	}
	return rec
}

// awkward are records that systems take in part, or not at all.
func awkward() []desk.Record {
	long := func(kind desk.Kind, id desk.ID) desk.Record { return odd(find(crowd(string(id), 1), kind)) }
	early := simple("early", "before 1970")
	early.Created, early.Solved, early.Due = time.Date(1965, 1, 2, 3, 4, 5, 0, time.UTC), time.Date(1966, 1, 2, 3, 4, 5, 0, time.UTC), time.Date(1967, 1, 2, 3, 4, 5, 0, time.UTC)
	early.Messages[0].At, early.Status = early.Created, desk.StatusSolved
	lines := simple("lines", "a subject of two lines")
	lines.Subject, lines.Status = "one\ntwo", desk.StatusNew
	nobody := simple("nobody", "nobody asks")
	nobody.Requester, nobody.Messages[0].Author = desk.Ref{}, desk.Ref{}
	closed := simple("closed", "it is over", "for good")
	closed.Status, closed.Closed = desk.StatusClosed, born.Add(time.Hour)
	nul := simple("nul", "fine", "a text with \x00 in it")
	control := simple("control", "bell \a and\rreturn", noise(60_000))
	bodies := simple("bodies", "the text says quite another thing than what follows", "b")
	bodies.Messages[0].HTML = "<table><tr><td>a table</td></tr></table>"
	bodies.Messages[1].HTML = `<p>see <img src="cid:x@y"></p>`
	bodies.Messages[1].Files = []desk.File{inline(Bytes("x.png", "image/png", []byte{1, 2, 3}), "x@y")}
	files := simple("files", "many files")
	for _, name := range []string{"", "a/b\\c.txt", strings.Repeat("long", 80) + ".txt", "запись\n.txt", `"quoted".txt`} {
		files.Messages[0].Files = append(files.Messages[0].Files, Bytes(name, "text/plain", []byte("x")))
	}
	return []desk.Record{long(desk.KindContact, "oddc"), long(desk.KindTicket, "oddt"), early, lines, nobody, closed, nul, control, bodies, files}
}

// noise is a text that no mail carries as it is, and that cannot be packed.
func noise(n int) string {
	rng := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = "\r\n\x01\x02 abcde"[rng.IntN(10)]
	}
	return string(b)
}

func find(rs []desk.Record, kind desk.Kind) desk.Record {
	for _, rec := range rs {
		if rec.Kind() == kind {
			return rec
		}
	}
	return nil
}
