package compose_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"

	"github.com/deskhaul/deskhaul/desk"
)

// drawer is a compose.Shelf in memory, with places that are numbers.
type drawer struct {
	mails    []string
	bySlip   map[string]int
	rewrites bool
	end      string
}

func newDrawer(rewrites bool, end string) *drawer {
	return &drawer{bySlip: map[string]int{}, rewrites: rewrites, end: end}
}

func (d *drawer) Put(_ context.Context, slip compose.Slip, write func(io.Writer) error) (string, error) {
	var b strings.Builder
	lines := compose.Lines(&b, d.end, nil)
	if err := write(lines); err != nil {
		return "", err
	}
	if err := lines.Flush(); err != nil {
		return "", err
	}
	at, known := d.bySlip[slip.Name]
	if !known || !d.rewrites {
		at = len(d.mails)
		d.mails = append(d.mails, "")
	}
	d.mails[at], d.bySlip[slip.Name] = b.String(), at
	return fmt.Sprint(at), nil
}

type inMemory struct{ *strings.Reader }

func (inMemory) Close() error { return nil }

func (d *drawer) at(place string) string {
	var i int
	if _, err := fmt.Sscan(place, &i); err != nil || i >= len(d.mails) {
		return ""
	}
	return d.mails[i]
}

func (d *drawer) Open(_ context.Context, place string) (compose.OpenRaw, error) {
	if d.at(place) == "" {
		return nil, fmt.Errorf("mail %s: %w", place, connectors.ErrNotFound)
	}
	return inMemory{strings.NewReader(d.at(place))}, nil
}

func (d *drawer) Holds(_ context.Context, place, seal string) bool {
	return strings.HasPrefix(d.at(place), stamp.HeaderSeal+": "+seal)
}

func (d *drawer) Undo(_ context.Context, places []string) error {
	for range places {
		d.mails = d.mails[:len(d.mails)-1]
	}
	return nil
}

func (d *drawer) Move(_ context.Context, place string, _ compose.Slip) (string, error) {
	return place, nil
}

func (d *drawer) Remove(_ context.Context, _ compose.Grave, mails []compose.Placed) error {
	for _, m := range mails {
		i, err := strconv.Atoi(m.Place)
		if err != nil {
			return err
		}
		d.mails[i] = ""
	}
	return nil
}

func (d *drawer) Rewrites() bool             { return d.rewrites }
func (d *drawer) Sync(context.Context) error { return nil }
func (d *drawer) Close() error               { return nil }

func env() connectors.Env {
	return connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: new(conntest.State), Name: "test",
		Now: func() time.Time { return time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC) },
	}
}

// file makes an attachment of the bytes.
func file(name, kind string, content []byte) desk.File {
	sum := sha256.Sum256(content)
	return desk.File{
		ID: desk.ID("f-" + name), Name: name, Type: kind, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:]),
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil },
	}
}

// same compares what was written with what came back: references were linked to
// the target's ids, which are the source's here.
func same(t fataler, want, got desk.Record) {
	t.Helper()
	diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(desk.Ref{}, "Target"), cmpopts.IgnoreFields(desk.File{}, "Open"))
	if diff != "" {
		t.Fatalf("not as written (-written +read):\n%s", diff)
	}
	a, ok := want.(*desk.Ticket)
	if !ok {
		return
	}
	b := got.(*desk.Ticket)
	for i := range a.Messages {
		for k := range a.Messages[i].Files {
			if x, y := content(t, &a.Messages[i].Files[k]), content(t, &b.Messages[i].Files[k]); !bytes.Equal(x, y) {
				t.Fatalf("message %d file %d: %d bytes %q, want %d bytes %q", i, k, len(y), cut(y), len(x), cut(x))
			}
		}
	}
}

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func cut(b []byte) []byte { return b[:min(len(b), 100)] }

func content(t fataler, f *desk.File) []byte {
	t.Helper()
	r, err := f.Open(context.Background())
	if err != nil {
		t.Fatalf("open %q: %v", f.Name, err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("read %q: %v", f.Name, err)
	}
	if err := r.Close(); err != nil {
		t.Fatalf("close %q: %v", f.Name, err)
	}
	return b
}

// link does what the pipeline does before it writes.
func link(r desk.Record) desk.Record {
	for _, ref := range desk.Refs(r) {
		ref.Target = ref.ID
	}
	return r
}

// Whatever a ticket holds, writing it as mail and reading that gives it back.
func TestTicketsComeBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line ends")
		s := compose.NewScribe(newDrawer(rapid.Bool().Draw(t, "rewrites"), end), env(), 0, true)
		want := link(drawTicket(t)).(*desk.Ticket)
		head := *want
		whole := rapid.Bool().Draw(t, "at once")
		if !whole {
			head.Messages = nil
		}
		receipt, err := s.Create(context.Background(), &head)
		if err != nil {
			t.Fatalf("create: %v", err)
		}
		if receipt.ID != want.ID {
			t.Fatalf("id %q, want %q", receipt.ID, want.ID)
		}
		for i := range want.Messages {
			if !whole {
				if _, err := s.Append(context.Background(), receipt.ID, &want.Messages[i]); err != nil {
					t.Fatalf("append: %v", err)
				}
			}
		}
		got, err := s.Fetch(context.Background(), desk.KindTicket, receipt.ID)
		if err != nil {
			t.Fatalf("fetch: %v", err)
		}
		same(t, want, got)
		if id, err := s.Find(context.Background(), want); err != nil || id != want.ID {
			t.Fatalf("find: %q, %v", id, err)
		}
	})
}

// Update changes what is named and nothing else.
func TestUpdateChangesTheNamedFieldsOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := compose.NewScribe(newDrawer(rapid.Bool().Draw(t, "rewrites"), "\n"), env(), 0, true)
		want := link(drawTicket(t)).(*desk.Ticket)
		if _, err := s.Create(context.Background(), want); err != nil {
			t.Fatalf("create: %v", err)
		}
		for i := range rapid.IntRange(1, 3).Draw(t, "updates") {
			next := link(drawTicket(t)).(*desk.Ticket)
			next.Version = fmt.Sprint(i)
			next.Updated = time.Date(2024, 6, i+1, 0, 0, 0, 0, time.UTC)
			_, err := s.Update(context.Background(), want.ID, next, []string{"subject", "assignee", "tags", "fields.alpha", "due", "rating"})
			if err != nil {
				t.Fatalf("update: %v", err)
			}
			want.Subject, want.Assignee, want.Tags, want.Due, want.Rating = next.Subject, next.Assignee, next.Tags, next.Due, next.Rating
			want.Version, want.Updated = next.Version, next.Updated
			if v, ok := next.Fields["alpha"]; ok {
				want.SetField("alpha", v)
			} else {
				delete(want.Fields, "alpha")
			}
		}
		got, err := s.Fetch(context.Background(), desk.KindTicket, want.ID)
		if err != nil {
			t.Fatalf("fetch: %v", err)
		}
		same(t, want, got)
	})
}
