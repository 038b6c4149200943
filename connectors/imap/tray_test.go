package imap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	goimap "github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// Mails that come while others are under way go together, each with its own number. One
// that the server refuses is refused alone, and none stands there twice: whether the
// server tells numbers or not, keeps what it took before the one it refuses, or takes
// each alone only.
func TestTogether(t *testing.T) {
	for name, c := range map[string]struct {
		server *several
		most   int
	}{
		"several":          {&several{}, mostTogether},
		"tells no numbers": {&several{mute: true}, mostTogether},
		"says so only":     {&several{lies: true}, mostTogether},
		"each alone":       {nil, 0},
	} {
		for _, refuses := range []string{"", "number 17 "} {
			t.Run(name+" "+refuses, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { together(t, c.server, refuses, c.most) })
			})
		}
	}
}

func together(t *testing.T, like *several, refuses string, most int) {
	var mu sync.Mutex
	var lines []*several
	var speaks func(net.Conn) net.Conn
	if like != nil {
		speaks = func(c net.Conn) net.Conn {
			mu.Lock()
			defer mu.Unlock()
			lines = append(lines, &several{Conn: c, mute: like.mute, lies: like.lies})
			return lines[len(lines)-1]
		}
	}
	c := inPipes(t, &storm{rng: rand.New(rand.NewPCG(1, 1)), calm: true}, speaks, refuses)
	sh := newShelf(c, newPool(2, slog.New(slog.DiscardHandler), c.dialer(connectors.Env{})), connectors.Env{Temp: t.TempDir()})
	defer func() { _ = sh.Close() }()
	places := make([]string, 100)
	var puts sync.WaitGroup
	for i := range places {
		puts.Go(func() {
			var err error
			places[i], err = sh.Put(t.Context(), compose.Slip{At: time.Date(2001, 2, 3, 4, 5, i, 0, time.UTC)}, func(w io.Writer) error {
				_, err := io.WriteString(w, numbered(i))
				return err
			})
			if refused := refuses != "" && strings.Contains(numbered(i), refuses); refused != errors.Is(err, connectors.ErrRefused) || !refused && err != nil {
				t.Errorf("mail %d: %v", i, err)
			}
		})
	}
	puts.Wait()
	for i, place := range places {
		if place == "" {
			continue
		}
		raw, err := sh.Open(t.Context(), place)
		if err != nil {
			t.Fatalf("mail %d: %v", i, err)
		}
		got, err := io.ReadAll(io.NewSectionReader(raw, 0, raw.Size()))
		if err != nil || raw.Close() != nil || string(got) != numbered(i) {
			t.Errorf("at the place of mail %d stands %.60q, %v", i, got, err)
		}
	}
	if twice := doubled(t, c); len(twice) > 0 {
		t.Errorf("these stand there twice: %q", twice)
	}
	got := 0
	for _, l := range lines {
		got = max(got, l.most)
	}
	if got > most || got < min(most, 2) {
		t.Errorf("at most %d went together, want up to %d", got, most)
	}
}

// numbered is a mail, some of them longer than is held in memory.
func numbered(i int) string {
	size := i * 200
	if i%40 == 39 {
		size = writtenInMemory
	}
	return fmt.Sprintf("X-Deskhaul-Seal: %064d\r\nMessage-ID: <%d@x.test>\r\nSubject: number %d of all\r\n\r\n%s\r\n", i, i, i, strings.Repeat("a", size))
}

// Who waits for a mail may give up: before it is under way, and when nobody else waits
// for what is with it.
func TestGivesUpWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := inPipes(t, &storm{rng: rand.New(rand.NewPCG(1, 1)), calm: true}, nil, "")
		hangs := make(chan struct{})
		dial := c.dial
		c.dial = func(ctx context.Context) (net.Conn, error) {
			<-hangs
			return dial(ctx)
		}
		sh := newShelf(c, newPool(2, slog.New(slog.DiscardHandler), c.dialer(connectors.Env{})), connectors.Env{Temp: t.TempDir()})
		sh.ways = 1
		defer func() { _ = sh.Close() }()
		ctx, stop := context.WithCancel(t.Context())
		var waiting sync.WaitGroup
		for range 3 {
			waiting.Go(func() {
				if _, _, err := sh.deliver(ctx, "INBOX", &mailing{x: &blob{b: []byte("a"), size: 1}}); !errors.Is(err, context.Canceled) {
					t.Errorf("gave up with %v", err)
				}
			})
		}
		synctest.Wait()
		stop()
		close(hangs)
		waiting.Wait()
		if got := sh.tray("INBOX"); len(got.waiting) > 0 {
			t.Errorf("%d mails are still in the tray", len(got.waiting))
		}
	})
}

func TestNumbersIn(t *testing.T) {
	for set, want := range map[string][]goimap.UID{
		"5": nil, "5:7": {5, 6, 7}, "5,7,9": {5, 7, 9}, "4:5,9": {4, 5, 9}, "": nil, "7:5": nil, "5:4000000000": nil, "a:b": nil, "1:2": nil,
	} {
		if got := numbersIn(set, 3); !slices.Equal(got, want) {
			t.Errorf("%q: %d, want %d", set, got, want)
		}
	}
}
