package pipeline_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// No target is asked for more than it takes. A file too large stays out and is told;
// a text too long, and a message too many, go to quarantine alone. A plan says what
// the run does then, and nothing is told twice.
func TestTargetIsAskedForNoMoreThanItTakes(t *testing.T) {
	for name, c := range map[string]struct {
		knobs  mem.Knobs
		want   string // the messages that arrive
		failed []desk.ID
		losses []string
		files  int64 // that arrive
	}{
		"no limits":   {mem.Knobs{}, "a|long text|c", nil, nil, 2},
		"files":       {mem.Knobs{MaxFile: 5}, "a|long text|c", nil, []string{`file "big" of message a is 6 B large, the target takes 5 B`}, 1},
		"texts":       {mem.Knobs{MaxText: 8}, "a|c", []desk.ID{"b"}, nil, 2},
		"messages":    {mem.Knobs{MaxMessages: 2}, "a|long text", []desk.ID{"c"}, nil, 2},
		"texts first": {mem.Knobs{MaxMessages: 2, MaxText: 8}, "a|c", []desk.ID{"b"}, nil, 2},
		"one at once": {mem.Knobs{AtOnce: 1, MaxText: 8}, "a|c", []desk.ID{"b"}, nil, 2},
		"few at once": {mem.Knobs{AtOnce: 2, MaxText: 8, MaxMessages: 2}, "a|c", []desk.ID{"b"}, nil, 2},
		"one message": {mem.Knobs{MaxMessages: 1}, "a", []desk.ID{"b", "c"}, nil, 2},
	} {
		t.Run(name, func(t *testing.T) {
			first := msg("a", "a", 1)
			first.Files = []desk.File{file("small", 5), file("big", 6)}
			src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: items([]*desk.Ticket{tk("1", "one", first, msg("b", "long text", 2), msg("c", "c", 3))})}}
			dst := &mem.Desk{Knobs: c.knobs}
			_, writes := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
			for _, dry := range []bool{true, false} {
				h := newHop(t, src, mem.Spec().Reads, dst, writes)
				h.DryRun = dry
				got := h.run(t)
				var failed []desk.ID
				for _, e := range h.fails {
					failed = append(failed, e.ID)
					if e.Reason != connectors.ReasonTooLarge {
						t.Errorf("dry=%v: %s is aside as %s: %s", dry, e.ID, e.Reason, e.Detail)
					}
				}
				var losses []string
				for _, e := range h.losses {
					losses = append(losses, e.Loss.Detail)
				}
				if d := cmp.Diff(c.failed, failed) + cmp.Diff(c.losses, losses); d != "" {
					t.Errorf("dry=%v: %s", dry, d)
				}
				want := pipeline.Counts{
					desk.KindTicket:  {Read: 1, Created: 1},
					desk.KindMessage: {Read: 3, Created: 3 - int64(len(c.failed)), Failed: int64(len(c.failed))},
					desk.KindFile:    {Read: 2, Created: c.files, Skipped: 2 - c.files},
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("dry=%v: %s", dry, d)
				}
				h.losses = nil
				if h.run(t); !dry && (len(h.steps)+len(h.losses) > 0 || texts(only(t, dst)) != c.want) {
					t.Errorf("messages %q, want %q; a second run made %d steps, told %+v", texts(only(t, dst)), c.want, len(h.steps), h.losses)
				}
			}
		})
	}
}

// What no longer is too large is taken up by a retry.
func TestShortenedMessageIsRetried(t *testing.T) {
	src := &script{items: map[desk.Kind][]connectors.Item{desk.KindTicket: items([]*desk.Ticket{tk("1", "one", msg("a", "a", 1), msg("b", "long text", 2))})}}
	dst := &mem.Desk{Knobs: mem.Knobs{MaxText: 8}}
	_, writes := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
	h := newHop(t, src, mem.Spec().Reads, dst, writes)
	h.run(t)
	h.RetryOnly = true
	if h.run(t); texts(only(t, dst)) != "a" || len(h.fails) != 1 {
		t.Errorf("messages %q, told %+v", texts(only(t, dst)), h.fails)
	}
	src.items[desk.KindTicket][0].Record.(*desk.Ticket).Messages[1].Text = "short"
	if h.run(t); texts(only(t, dst)) != "a|short" {
		t.Errorf("messages %q", texts(only(t, dst)))
	}
}

func file(name string, n int64) desk.File {
	return desk.File{Name: name, Size: n, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(strings.Repeat("x", int(n)))), nil
	}}
}
