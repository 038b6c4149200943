package pipeline_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// A whole archive that goes into any other system and from there into a second
// archive comes out as it went in.
func TestRoundTripsChangeNothing(t *testing.T) {
	t.Parallel()
	for _, name := range endsOnDisk()[1:] {
		t.Run(name, func(t *testing.T) {
			d := new(mem.Desk)
			d.Seed(append(conntest.Sample(), awkward()...)...)
			first, between, second := endIn(t, "archive", t.TempDir()), endIn(t, name, t.TempDir()), endIn(t, "archive", t.TempDir())
			second.config.(*archive.Config).SourceID = "5b0c7a52" // ids get a prefix
			second.config.(*archive.Config).SourceName = name
			way := []*hop{move(t, endInMemory(d), first)}
			sameRecords(t, endInMemory(d), first, way)
			out, back := move(t, first, between), move(t, between, second)
			sameRecords(t, first, between, []*hop{out})
			sameRecords(t, first, second, []*hop{out, back})
		})
	}
}

// awkward are records that have lost something somewhere.
func awkward() []desk.Record {
	at := time.Date(2003, 2, 1, 23, 59, 58, 0, time.UTC)
	who, other := desk.To(desk.KindContact, "שירה@example.test"), desk.To(desk.KindContact, "nobody")
	turn := func(id, text string, minutes int) desk.Message {
		return desk.Message{ID: desk.ID(id), Author: who, From: desk.Address{Email: "shira@example.test"}, Text: text, At: at.Add(time.Duration(minutes) * time.Minute)}
	}
	odd := turn("1", "From the beginning\n>From x\n\nbegin 644 a.txt\n`\nend\n \n\n\n", 0)
	odd.Files = []desk.File{
		conntest.Bytes("", "application/octet-stream", nil), conntest.Bytes("../x.txt", "text/plain", []byte("a")),
		conntest.Bytes("../x.txt", "text/plain", []byte("b")), conntest.Bytes("יום.eml", "message/rfc822", []byte("Subject: x\r\n\r\nFrom y\r\n")),
	}
	same := turn("2", "same moment", 0)
	note := desk.Message{ID: "3", At: at.Add(time.Hour), Note: true, Text: "=HYPERLINK(\"x\")", Fields: map[string]any{"deep": []any{1.5, map[string]any{"k": nil}}}}
	long := turn("4", strings.Repeat("очень длинный текст, ", 8000), 90)
	long.Folds = []desk.Fold{{Start: 0, End: 40, What: desk.FoldQuote}, {Start: 60, End: 100, What: desk.FoldSignature}}
	later := turn("1", "an id that another ticket's message has", 5)
	later.Subject, later.Channel = "another subject", "phone"
	html := turn("only html", "", 1)
	html.HTML = "<p>only\r\nHTML"
	return []desk.Record{
		&desk.Organization{Meta: desk.Meta{ID: "o/2"}, Name: "A;B, C\"D\""},
		&desk.Group{Meta: desk.Meta{ID: "g 2"}, Name: "=1+1"},
		&desk.Category{Meta: desk.Meta{ID: "a/b"}, Name: "a/b\\c.d"},
		&desk.Category{Meta: desk.Meta{ID: "a"}, Name: "Входящие", Parent: desk.To(desk.KindCategory, "1")},
		&desk.Agent{Meta: desk.Meta{ID: "agent"}, Name: "No Address"},
		&desk.Contact{Meta: desk.Meta{ID: who.ID, Created: at}, Name: "שירה \u202bכהן\u202c", Emails: []string{"shira@example.test"}, Phones: []string{"+972; 1", "-2"}},
		&desk.Contact{Meta: desk.Meta{ID: other.ID}, Note: "has neither\nname nor address"},
		&desk.Ticket{
			Meta: desk.Meta{ID: "t/ü", Created: at, URL: "https://old.example.com/t?x=1&y=<2>"}, Subject: " =cmd|' /C'!A0 ", Status: desk.StatusNew,
			Requester: who, Category: desk.To(desk.KindCategory, "a/b"), Tags: []string{"a;b", "c,d", " e "}, Messages: []desk.Message{odd, same, note, long},
		},
		&desk.Ticket{Meta: desk.Meta{ID: "empty"}, Subject: "", Status: desk.StatusClosed, Requester: other},
		&desk.Ticket{
			Meta: desk.Meta{ID: "merged", Created: at.Add(time.Minute)}, Subject: "Слито", Status: desk.StatusClosed, Requester: who,
			MergedInto: desk.To(desk.KindTicket, "t/ü"), Messages: []desk.Message{html, later},
		},
	}
}

// sameRecords compares all that two ends hold, after translating the ids of the
// one into those that the ledgers of the way tell.
func sameRecords(t *testing.T, from, to end, way []*hop) {
	t.Helper()
	want, got := map[string]string{}, map[string]string{}
	for _, rec := range all(t, from) {
		for _, h := range way {
			h.translate(t, rec)
		}
		want[string(rec.Kind())+" "+string(rec.About().ID)] = plainly(t, rec)
	}
	for _, rec := range all(t, to) {
		got[string(rec.Kind())+" "+string(rec.About().ID)] = plainly(t, rec)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s → %s, %d hops: %s", from.spec.Name, to.spec.Name, len(way), d)
	}
}

// all reads everything that an end holds, from the beginning and as a stranger.
func all(t *testing.T, e end) (out []desk.Record) {
	t.Helper()
	src := e.source(t, newHop(t, nil, connectors.Caps{}, nil, connectors.Caps{}).Store)
	for _, kind := range desk.Kinds {
		for it, err := range src.Read(t.Context(), kind, "") {
			if err != nil {
				t.Fatal(err)
			}
			if it.Aside != nil {
				t.Errorf("%s: aside: %+v", e.spec.Name, it.Aside)
				continue
			}
			out = append(out, withHashes(t, it.Record))
		}
	}
	closeOf(t, src)
	return out
}

// withHashes sets size and hash of each file to what its bytes are.
func withHashes(t *testing.T, rec desk.Record) desk.Record {
	t.Helper()
	rec = desk.Clone(rec)
	tk, ok := rec.(*desk.Ticket)
	if !ok {
		return rec
	}
	for i := range tk.Messages {
		for j := range tk.Messages[i].Files {
			f := &tk.Messages[i].Files[j]
			sum, n, err := hashOf(t.Context(), f)
			if err != nil {
				t.Errorf("ticket %s, file %q: %v", tk.ID, f.Name, err)
			}
			f.ID, f.Path, f.Size, f.SHA256 = "", "", n, sum
		}
	}
	return rec
}

func hashOf(ctx context.Context, f *desk.File) (string, int64, error) {
	rc, err := f.Open(ctx)
	if err != nil {
		return "", 0, err
	}
	h := sha256.New()
	n, err := io.Copy(h, rc)
	if closing := rc.Close(); err == nil {
		err = closing
	}
	return hex.EncodeToString(h.Sum(nil)), n, err
}

// translate gives a record and all in it the ids that the hop's target gave them.
func (h *hop) translate(t *testing.T, rec desk.Record) {
	t.Helper()
	if tk, ok := rec.(*desk.Ticket); ok {
		rows, err := h.Ledger.Messages(background(t), tk.ID)
		if err != nil {
			t.Fatal(err)
		}
		for i := range tk.Messages {
			tk.Messages[i].ID = rows[tk.Messages[i].ID].Target
		}
	}
	for _, ref := range desk.Refs(rec) {
		if ref.ID != "" {
			ref.ID = h.became(t, ref.Kind, ref.ID)
		}
	}
	rec.About().ID = h.became(t, rec.Kind(), rec.About().ID)
}

func (h *hop) became(t *testing.T, kind desk.Kind, id desk.ID) desk.ID {
	t.Helper()
	row, _, err := h.Ledger.Row(background(t), kind, "", id)
	if err != nil {
		t.Fatal(err)
	}
	if row.Target == "" {
		return desk.ID(fmt.Sprintf("nowhere: %s", id))
	}
	return row.Target
}

// plainly is a record as canonical JSON without what each system says of its own
// state of it, and without an order where there is none.
func plainly(t *testing.T, rec desk.Record) string {
	t.Helper()
	m := rec.About()
	m.Mark, m.Version, m.Updated = "", "", time.Time{}
	if tk, ok := rec.(*desk.Ticket); ok {
		for i := range tk.Messages {
			tk.Messages[i].Mark = ""
		}
		slices.Sort(tk.Tags)
		slices.SortFunc(tk.Participants, func(a, b desk.Ref) int { return strings.Compare(string(a.ID), string(b.ID)) })
	}
	line, err := desk.Marshal(rec)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(line), `,"`, ",\n\"") // so that a difference is found
}
