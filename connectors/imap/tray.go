package imap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors"
)

// tray holds the mails that wait for their way into one folder. While some are under
// way the others gather, and go together where the server takes several in a command.
//
// Mail servers lock a folder and read its index anew for each command that puts
// something there: measured with Dovecot, two at once take twice as long as one after
// the other, and twenty in one command a fifth of the time that they take alone. So
// there is one at a time where the server is near; far away the way counts more.
type tray struct {
	mu      sync.Mutex
	waiting []*mailing
	under   int // batches under way

	// Those whose mails went together come back one by one: who takes the first of them
	// alone has the server work for one mail as long as for many.
	wanted int           // so many mails are waited for
	enough chan struct{} // it is closed when they are there; nil if nobody waits for it
}

// mailing is one mail on its way into a folder.
type mailing struct {
	x     *blob
	at    time.Time
	flags []imap.Flag
	done  chan posted
	batch *batch // that it went with
}

// posted is what became of it.
type posted struct {
	uid      imap.UID
	validity uint32
	err      error
}

func (m *mailing) tell(uid imap.UID, validity uint32, err error) {
	m.done <- posted{uid, validity, err}
}

// batch is what goes together. It ends when nobody waits for any of it.
type batch struct {
	mails []*mailing
	left  int // who still waits
	end   context.CancelFunc
}

// deliver puts a mail into a folder and tells its number.
func (sh *shelf) deliver(ctx context.Context, folder string, m *mailing) (uid imap.UID, validity uint32, err error) {
	m.done = make(chan posted, 1)
	t := sh.tray(folder)
	t.mu.Lock()
	t.waiting = append(t.waiting, m)
	if t.enough != nil && len(t.waiting) >= t.wanted {
		close(t.enough)
		t.enough = nil
	}
	if t.under < sh.ways {
		t.under++
		go sh.empty(context.WithoutCancel(ctx), folder, t)
	}
	t.mu.Unlock()
	select {
	case p := <-m.done:
		return p.uid, p.validity, p.err
	case <-ctx.Done():
		if t.left(m) {
			return 0, 0, ctx.Err()
		}
		p := <-m.done
		return p.uid, p.validity, p.err
	}
}

func (sh *shelf) tray(folder string) *tray {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.trays == nil {
		sh.trays = map[string]*tray{}
	}
	t := sh.trays[folder]
	if t == nil {
		t = new(tray)
		sh.trays[folder] = t
	}
	return t
}

// left notes that nobody waits for a mail any more, and tells whether it was still in
// the tray.
func (t *tray) left(m *mailing) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if b := m.batch; b != nil {
		if b.left--; b.left == 0 {
			b.end()
		}
		return false
	}
	t.waiting = slices.DeleteFunc(t.waiting, func(other *mailing) bool { return other == m })
	return true
}

// empty sends what waits until nothing does.
func (sh *shelf) empty(ctx context.Context, folder string, t *tray) {
	for {
		ctx, end := context.WithCancel(ctx)
		b := t.next(sh.together(), end)
		if b == nil {
			end()
			return
		}
		began := time.Now()
		sh.send(ctx, folder, b.mails)
		end()
		t.gather(len(b.mails), time.Since(began))
	}
}

// gather waits for as many mails as just went, half as long as those took.
func (t *tray) gather(went int, took time.Duration) {
	t.mu.Lock()
	if len(t.waiting) >= went {
		t.mu.Unlock()
		return
	}
	t.wanted, t.enough = went, make(chan struct{})
	enough := t.enough
	t.mu.Unlock()
	select {
	case <-enough:
	case <-time.After(min(took/2, mostGathering)):
	}
}

// mostGathering is how long mails are held back at most that might go.
const mostGathering = 50 * time.Millisecond

// mostTogether and mostTogetherBytes bound what goes in one command.
const (
	mostTogether      = 32
	mostTogetherBytes = 4 << 20
)

// next takes what goes next; nil if nothing waits.
func (t *tray) next(together bool, end context.CancelFunc) *batch {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		t.under--
		return nil
	}
	n, bytes := 1, t.waiting[0].x.size
	for together && t.waiting[0].x.file == nil && n < min(len(t.waiting), mostTogether) {
		x := t.waiting[n].x
		if bytes += x.size; x.file != nil || bytes > mostTogetherBytes {
			break
		}
		n++
	}
	b := &batch{mails: slices.Clone(t.waiting[:n]), left: n, end: end}
	t.waiting = slices.Delete(t.waiting, 0, n)
	for _, m := range b.mails {
		m.batch = b
	}
	return b
}

// send sends mails, and tells those who wait what became of them.
func (sh *shelf) send(ctx context.Context, folder string, mails []*mailing) {
	if len(mails) > 1 && sh.sendTogether(ctx, folder, mails) {
		return
	}
	for _, m := range mails {
		m.tell(sh.append(ctx, folder, m))
	}
}

// sendTogether sends mails in one command. It is false where each has to be sent alone,
// for the server has none of them.
func (sh *shelf) sendTogether(ctx context.Context, folder string, mails []*mailing) bool {
	p := &parcel{mails: mails}
	var uids []imap.UID
	var validity uint32
	able := true
	err := sh.into(ctx, folder, func(s *session) (err error) {
		p.begin()
		if able = takesSeveral(s.caps); able {
			uids, validity, err = s.post(ctx, folder, p)
		}
		return err
	})
	var answer *imap.Error
	switch {
	case !able:
		return false
	case err == nil:
		sh.arrived(ctx, folder, mails, uids, validity)
		return true
	case (errors.Is(err, errLost) || ctx.Err() != nil) && p.some.Load():
		tellAll(mails, unsure(err))
		return true
	case errors.Is(err, errLost):
		return false
	case errors.As(err, &answer):
		sh.refusedTogether(ctx, folder, mails)
		return true
	}
	tellAll(mails, err)
	return true
}

// arrived tells the numbers of mails that the server took.
func (sh *shelf) arrived(ctx context.Context, folder string, mails []*mailing, uids []imap.UID, validity uint32) {
	for i, m := range mails {
		if len(uids) == len(mails) {
			m.tell(uids[i], validity, nil)
			continue
		}
		m.tell(sh.took(ctx, folder, m.x))
	}
}

// refusedTogether sends each mail alone of some that the server did not take together:
// it refuses one of them, or does not take several after all. It should have none of
// them then (RFC 3502), but a server that keeps those before the one that it refuses
// must not get them twice.
func (sh *shelf) refusedTogether(ctx context.Context, folder string, mails []*mailing) {
	passed := 0
	for _, m := range mails {
		uid, validity, err := sh.locate(ctx, folder, m.x)
		switch {
		case errors.Is(err, errNotThere):
			if uid, validity, err = sh.append(ctx, folder, m); err == nil {
				passed++
			}
		case err != nil:
			err = unsure(err)
		}
		m.tell(uid, validity, err)
	}
	if passed == len(mails) {
		sh.alone.Store(true)
	}
}

// together tells whether the server may be given several mails in a command.
func (sh *shelf) together() bool { return sh.several && !sh.alone.Load() }

// tellAll tells all the same. To the run that is one failure, not one for each.
func tellAll(mails []*mailing, err error) {
	for i, m := range mails {
		if i == 1 {
			err = &connectors.Trouble{Reason: connectors.ReasonOf(err), Err: err}
		}
		m.tell(0, 0, err)
	}
}

func unsure(err error) error {
	return fmt.Errorf("the line broke before the server said whether it has the mail: %w: %w", err, connectors.ErrUnsure)
}
