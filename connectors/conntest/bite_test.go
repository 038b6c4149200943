package conntest

import (
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// breach is a desk with one fault. The methods it leaves alone are the desk's.
type breach struct {
	*mem.Desk
	read    func(ctx context.Context, d *mem.Desk, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error]
	fetched func(desk.Record)
	create  func(ctx context.Context, d *mem.Desk, r desk.Record) (connectors.Receipt, error)
	update  func(ctx context.Context, d *mem.Desk, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error)
	append  func(ctx context.Context, d *mem.Desk, id desk.ID, m *desk.Message) (connectors.Receipt, error)
	find    func(ctx context.Context, d *mem.Desk, r desk.Record) (desk.ID, error)
	counts  func(map[desk.Kind]int64)
	foresee func(connectors.Write) ([]connectors.Loss, error)
	// deletes and takesOut take away a record and a message; nil as the desk does.
	deletes  func(ctx context.Context, d *mem.Desk, kind desk.Kind, id desk.ID) error
	takesOut func(ctx context.Context, d *mem.Desk, ticket, message desk.ID) error
}

func (b breach) Foresee(_ context.Context, w connectors.Write) ([]connectors.Loss, error) {
	if b.foresee != nil {
		return b.foresee(w)
	}
	return nil, nil
}

func (b breach) Delete(ctx context.Context, kind desk.Kind, id desk.ID) error {
	if b.deletes != nil {
		return b.deletes(ctx, b.Desk, kind, id)
	}
	return b.Desk.Delete(ctx, kind, id)
}

func (b breach) DeleteMessage(ctx context.Context, ticket, message desk.ID) error {
	if b.takesOut != nil {
		return b.takesOut(ctx, b.Desk, ticket, message)
	}
	return b.Desk.DeleteMessage(ctx, ticket, message)
}

func (b breach) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	if b.read != nil {
		return b.read(ctx, b.Desk, kind, after)
	}
	return b.Desk.Read(ctx, kind, after)
}

func (b breach) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	r, err := b.Desk.Fetch(ctx, kind, id)
	if err == nil && b.fetched != nil {
		b.fetched(r)
	}
	return r, err
}

func (b breach) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	if b.create != nil {
		return b.create(ctx, b.Desk, r)
	}
	return b.Desk.Create(ctx, r)
}

func (b breach) Update(ctx context.Context, id desk.ID, r desk.Record, fields []string) (connectors.Receipt, error) {
	if b.update != nil {
		return b.update(ctx, b.Desk, id, r, fields)
	}
	return b.Desk.Update(ctx, id, r, fields)
}

func (b breach) Append(ctx context.Context, id desk.ID, m *desk.Message) (connectors.Receipt, error) {
	if b.append != nil {
		return b.append(ctx, b.Desk, id, m)
	}
	return b.Desk.Append(ctx, id, m)
}

func (b breach) Find(ctx context.Context, r desk.Record) (desk.ID, error) {
	if b.find != nil {
		return b.find(ctx, b.Desk, r)
	}
	return b.Desk.Find(ctx, r)
}

func (b breach) Describe(ctx context.Context) (connectors.Schema, error) {
	s, err := b.Desk.Describe(ctx)
	if b.counts != nil {
		b.counts(s.Counts)
	}
	return s, err
}

// each changes every item of a read.
func each(change func(*connectors.Item) bool) func(context.Context, *mem.Desk, desk.Kind, connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(ctx context.Context, d *mem.Desk, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
		return func(yield func(connectors.Item, error) bool) {
			for it, err := range d.Read(ctx, kind, after) {
				if err == nil && !change(&it) {
					continue
				}
				if !yield(it, err) {
					return
				}
			}
		}
	}
}

// eachMessage changes every message of a read.
func eachMessage(change func(*desk.Message)) func(context.Context, *mem.Desk, desk.Kind, connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return each(func(it *connectors.Item) bool {
		if t, ok := it.Record.(*desk.Ticket); ok {
			for i := range t.Messages {
				change(&t.Messages[i])
			}
		}
		return true
	})
}

// making changes every record before it is made.
func making(change func(desk.Record)) func(context.Context, *mem.Desk, desk.Record) (connectors.Receipt, error) {
	return func(ctx context.Context, d *mem.Desk, r desk.Record) (connectors.Receipt, error) {
		r = desk.Clone(r)
		change(r)
		return d.Create(ctx, r)
	}
}

// makingTicket changes every ticket before it is made.
func makingTicket(change func(*desk.Ticket)) func(context.Context, *mem.Desk, desk.Record) (connectors.Receipt, error) {
	return making(func(r desk.Record) {
		if t, ok := r.(*desk.Ticket); ok {
			change(t)
		}
	})
}

// loses tells of a loss when a message is appended.
func loses(ctx context.Context, d *mem.Desk, id desk.ID, m *desk.Message) (connectors.Receipt, error) {
	got, err := d.Append(ctx, id, m)
	got.Losses = []connectors.Loss{{Field: "message.text", Detail: "it is gone"}}
	return got, err
}

// breaches are ways to break a promise, and the rule that must notice.
func breaches() []struct {
	name, rule string
	fault      breach
	promise    func(*connectors.Spec) // what is promised besides; nil nothing
} {
	type promise = func(*connectors.Spec)
	forever := make(chan struct{}) // leaked goroutines wait for it until the tests end
	n := 0
	return []struct {
		name, rule string
		fault      breach
		promise    promise
	}{
		{"repeats a write", "ReadKinds", breach{create: twice}, nil},
		{"reads the first page only", "ReadKinds", breach{read: firstPage}, nil},
		{"yields a kind that is not promised", "ReadKinds", breach{}, func(s *connectors.Spec) { s.Reads.Kinds = []desk.Kind{desk.KindContact, desk.KindTicket} }},
		{"excludes the time of the cursor", "ResumeAnywhere", breach{read: exclusive}, nil},
		{"repeats everything for the last cursor", "ResumeIdle", breach{read: fromStart}, nil},
		{"does not see changes", "ResumeChanged", breach{read: neverAgain}, nil},
		{"stumbles over a strange cursor", "GarbageCursor", breach{read: panicky}, nil},
		{"gives new ids each time", "ReadTwice", breach{read: eachMessage(func(m *desk.Message) { n++; m.ID += desk.ID(strings.Repeat("x", n)) })}, nil},
		{"swallows a cancelled context", "ReadCancelled", breach{read: swallows}, nil},
		{"leaves a goroutine behind", "ReadStops", breach{read: leaks(forever)}, nil},
		{"refers to nowhere", "ReadReferences", breach{read: eachMessage(func(m *desk.Message) { m.Author = desk.To(desk.KindAgent, "nobody") })}, nil},
		{"reads the newest message first", "ReadOrder", breach{read: reversed}, nil},
		{"opens a file once only", "ReadFiles", breach{read: eachMessage(opensOnce)}, nil},
		{"fetches something else", "FetchEqualsRead", breach{fetched: func(r desk.Record) { r.About().URL = "https://other.example.com" }}, nil},
		{"counts wrong", "Describe", breach{counts: func(c map[desk.Kind]int64) { c[desk.KindTicket]++ }}, nil},
		{"says nothing of deletions", "Deletions", breach{read: each(func(it *connectors.Item) bool { return !it.Record.About().Deleted })}, nil},
		{"makes notes public", "NoteStaysNote", breach{append: public}, nil},
		{"loses the time of creation", "Backdate", breach{create: making(func(r desk.Record) { r.About().Created = time.Now() })}, nil},
		{"loses a field", "CreateRich", breach{create: makingTicket(func(t *desk.Ticket) { t.Rating = nil })}, nil},
		{"gives fields values of its own", "CreatePlain", breach{create: makingTicket(func(t *desk.Ticket) { t.Priority = desk.PriorityLow })}, nil},
		{"takes one message of many", "AtOnce", breach{create: makingTicket(func(t *desk.Ticket) { t.Messages = t.Messages[:1] })}, nil},
		{"loses what it did not foresee", "Foresees", breach{append: loses}, nil},
		{"foresees what it keeps", "Foresees", breach{foresee: func(connectors.Write) ([]connectors.Loss, error) { return []connectors.Loss{{Field: "name"}}, nil }}, nil},
		{"takes what it foresees to refuse", "Foresees", breach{foresee: func(connectors.Write) ([]connectors.Loss, error) { return nil, connectors.ErrRefused }}, nil},
		{"sets no mark", "FindByMark", breach{create: making(func(r desk.Record) { r.About().Mark = "" })}, nil},
		{"finds by another's mark", "FindByMark", breach{find: anyMark}, nil},
		{"finds by address before mark", "FindByMark", breach{find: addressFirst}, nil},
		{"loses marks of appended messages", "Append", breach{append: unmarked}, keepsMarks},
		{"gives back half of a record", "CreateRich", breach{create: halfReturned}, nil},
		{"names other messages in receipts", "Receipt", breach{create: renamed}, nil},
		{"names another message when it appends", "Receipt", breach{append: misnamed}, nil},
		{"cuts times to seconds", "Backdate", breach{create: makingTicket(cutTimes)}, nil},
		{"cuts times further than it says", "Backdate", breach{create: makingTicket(cutTimes)}, func(s *connectors.Spec) { s.Writes.Step = time.Millisecond }},
		{"yields a record without an id", "ReadKinds", breach{read: each(func(it *connectors.Item) bool { it.Record.About().ID = ""; return true })}, nil},
		{"yields two messages of one id", "ReadKinds", breach{read: eachMessage(func(m *desk.Message) { m.ID = "m" })}, nil},
		{"takes two messages of one id for one", "OddIDs", breach{create: makingTicket(mergesTwins)}, nil},
		{"makes a record without an id of its own", "OddIDs", breach{create: needsID}, nil},
		{"does not know natural keys", "FindByNatural", breach{find: marksOnly}, nil},
		{"finds what it remembers", "FindNoneGone", breach{find: remembering()}, nil},
		{"deletes nothing", "DeleteForGood", breach{deletes: func(context.Context, *mem.Desk, desk.Kind, desk.ID) error { return nil }}, nil},
		{"keeps what it said it deletes", "DeleteForGood", breach{deletes: func(context.Context, *mem.Desk, desk.Kind, desk.ID) error { return connectors.ErrUnsupported }}, nil},
		{"deletes its neighbours too", "DeleteForGood", breach{deletes: deletesNeighbours}, nil},
		{"forgets at a kill what it deleted", "DeleteKilled", breach{deletes: func(context.Context, *mem.Desk, desk.Kind, desk.ID) error { return nil }}, nil},
		{"takes out another message", "DeleteMessage", breach{takesOut: takesFirst}, nil},
		{"wipes the other fields", "UpdateNamed", breach{update: wipes}, nil},
		{"empties nothing", "UpdateEmpties", breach{update: emptiesNothing}, nil},
		{"appends at another time", "Append", breach{append: later}, nil},
		{"promises what it is not: idempotent", "Repeat", breach{}, func(s *connectors.Spec) { s.Writes.Idempotent = true }},
		{"is not idempotent for calls at once", "RepeatAtOnce", breach{}, func(s *connectors.Spec) { s.Writes.Idempotent = true }},
		{"updates although create only", "CreateOnly", breach{}, func(s *connectors.Spec) { s.Writes.CreateOnly = true }},
		{"trims texts", "OddText", breach{create: makingTicket(trims)}, nil},
		{"mangles names", "OddNames", breach{create: makingTicket(func(t *desk.Ticket) { t.Subject = strings.ToValidUTF8(t.Subject[:min(len(t.Subject), 9)], "?") })}, nil},
		{"cleans file names", "OddFiles", breach{create: makingTicket(cleans)}, nil},
		{"tells nothing of its silence", "SilenceTold", breach{}, func(s *connectors.Spec) { s.Silence = nil }},
		{"tells of silence without saying how", "SilenceTold", breach{}, quietBy(connectors.Silence{By: connectors.ByFlag, Proof: connectors.Promised})},
		{"takes a setting for a promise", "SilenceTold", breach{}, quietBy(connectors.Silence{By: connectors.BySetting, Proof: connectors.Promised, How: "It is off."})},
		{"tests what it cannot look at", "SilenceTold", breach{}, quietBy(connectors.Silence{By: connectors.BySetting, Proof: connectors.Tested, How: "It is off.", Only: "quiet: yes"})},
		{"keeps an administrator's word to itself", "SilenceTold", breach{}, quietBy(connectors.Silence{By: connectors.BySetting, Proof: connectors.Declared, How: "It is off."})},
		{"wants a word that nothing rests on", "SilenceTold", breach{}, func(s *connectors.Spec) { s.Writes.Declared = "quiet: yes" }},
		{"takes half a file", "TornFile", breach{create: makingTicket(halves)}, nil},
		{"reads a file up to a megabyte", "BigFile", breach{create: makingTicket(cuts)}, nil},
	}
}

// quietBy makes a specification tell one thing that keeps all calls quiet.
func quietBy(line connectors.Silence) func(*connectors.Spec) {
	line.Call = connectors.EveryCall
	return func(s *connectors.Spec) { s.Silence = []connectors.Silence{line} }
}

// faulty is the specification of a desk with a fault.
func faulty(fault breach, promise func(*connectors.Spec)) connectors.Spec {
	spec := mem.Spec()
	spec.Config = func() any { return new(plainConfig) }
	spec.Source = func(_ context.Context, config any, _ connectors.Env) (connectors.Source, error) {
		b := fault
		b.Desk = &config.(*plainConfig).Desk
		return b, nil
	}
	spec.Target = func(_ context.Context, config any, _ connectors.Env) (connectors.Target, error) {
		b := fault
		b.Desk = &config.(*plainConfig).Desk
		return b, nil
	}
	if promise != nil {
		promise(&spec)
	}
	return spec
}

// plainConfig hides that a desk knows its own Caps.
type plainConfig struct{ Desk mem.Desk }

// The suite bites: each fault is noticed by the rule that is there for it, and
// without the fault that rule is content.
func TestRulesNoticeWhatTheyAreFor(t *testing.T) {
	open := func(*testing.T) Far { return Far{Config: new(plainConfig)} }
	for _, b := range breaches() {
		t.Run(b.name, func(t *testing.T) {
			u := ruleNamed(t, b.rule)
			if err := u.hold(t, faulty(breach{}, nil), open(t)); err != nil && b.promise == nil {
				t.Fatalf("%s finds fault with the desk as it is: %v", b.rule, err)
			}
			err := u.hold(t, faulty(b.fault, b.promise), open(t))
			if err == nil || errors.As(err, new(skipped)) {
				t.Fatalf("%s notices nothing (%v)", b.rule, err)
			}
		})
	}
}

func ruleNamed(t *testing.T, name string) rule {
	t.Helper()
	all := rules()
	i := slices.IndexFunc(all, func(u rule) bool { return u.name == name })
	if i < 0 {
		t.Fatalf("there is no rule %s", name)
	}
	return all[i]
}

func TestRulesHaveNamesAndReasons(t *testing.T) {
	seen := map[string]bool{}
	for _, u := range rules() {
		if u.name == "" || seen[u.name] || len(u.promise) < 20 || !strings.HasSuffix(u.promise, ".") {
			t.Errorf("rule %q: %q", u.name, u.promise)
		}
		seen[u.name] = true
	}
}

func opensOnce(m *desk.Message) {
	for i := range m.Files {
		open, used := m.Files[i].Open, make(chan struct{}, 1)
		used <- struct{}{}
		m.Files[i].Open = func(ctx context.Context) (io.ReadCloser, error) {
			select {
			case <-used:
				return open(ctx)
			default:
				return nil, io.ErrClosedPipe
			}
		}
	}
}

func deletesNeighbours(ctx context.Context, d *mem.Desk, kind desk.Kind, id desk.ID) error {
	for it, err := range d.Read(ctx, kind, "") {
		if err != nil {
			return err
		}
		if m := it.Record.About(); m.ID != id && !m.Deleted {
			if err := d.Delete(ctx, kind, m.ID); err != nil {
				return err
			}
		}
	}
	return d.Delete(ctx, kind, id)
}

func takesFirst(ctx context.Context, d *mem.Desk, ticket, _ desk.ID) error {
	rec, err := d.Fetch(ctx, desk.KindTicket, ticket)
	if err != nil {
		return err
	}
	return d.DeleteMessage(ctx, ticket, rec.(*desk.Ticket).Messages[0].ID)
}

// halfReturned says that the target gave back half of what it did.
func halfReturned(ctx context.Context, d *mem.Desk, r desk.Record) (connectors.Receipt, error) {
	got, err := d.Create(ctx, r)
	got.Returned = got.Returned[:len(got.Returned)/2]
	return got, err
}
