package imap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors/mail"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// What is asked for in one command: so many messages and bytes at most. A large
// message goes alone, so that nobody waits for it.
const (
	batchCount = 32
	batchBytes = 4 << 20
	aloneBytes = 1 << 20
)

// bodies fetches whole messages. Those that are asked for at the same time and lie in
// one folder come with one command.
type bodies struct {
	get    *getter
	most   int // commands under way
	cache  *cache
	life   context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu      sync.Mutex
	waiting map[string][]*request // by folder
	working int
	missed  map[string]error // by message, why it was not given since the last look
}

// request is one message that somebody waits for.
type request struct {
	place    mail.Place
	uid      imap.UID
	validity uint32
	brief    bool // it is asked for once
	answer   chan answer
}

type answer struct {
	body *opened
	err  error
}

func newBodies(g *getter, most int) *bodies {
	b := &bodies{get: g, most: most, cache: newCache(), waiting: map[string][]*request{}, missed: map[string]error{}}
	b.life, b.cancel = context.WithCancel(context.Background())
	return b
}

// open fetches the message at a place.
func (b *bodies) open(ctx context.Context, p mail.Place, folder string, uid imap.UID, validity uint32) (mail.Opened, error) {
	if o := b.cache.get(keyOf(p)); o != nil {
		return o, nil
	}
	b.mu.Lock()
	missed := b.missed[keyOf(p)]
	b.mu.Unlock()
	if missed != nil {
		return nil, missed // once is enough: each time may take minutes
	}
	r := &request{place: p, uid: uid, validity: validity, brief: mail.IsRetry(ctx), answer: make(chan answer, 1)}
	b.ask(folder, r)
	select {
	case a := <-r.answer:
		if a.err != nil {
			return nil, a.err
		}
		return a.body, nil
	case <-ctx.Done():
		go func() { // whoever answers later finds nobody
			if a := <-r.answer; a.body != nil {
				_ = a.body.Close() // it was not read
			}
		}()
		return nil, ctx.Err()
	}
}

func (b *bodies) ask(folder string, r *request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting[folder] = append(b.waiting[folder], r)
	if b.working < b.most {
		b.working++
		b.wg.Go(func() { b.work(folder) })
	}
}

// work fetches until nobody waits. It stays in its folder while somebody waits for a
// message there.
func (b *bodies) work(folder string) {
	for {
		batch := b.next(&folder)
		if batch == nil {
			return
		}
		b.fetch(folder, batch)
	}
}

// next takes the next requests of a folder, or of the one for which most wait.
func (b *bodies) next(folder *string) []*request {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting[*folder]) == 0 {
		most := 0
		for name, rs := range b.waiting {
			if len(rs) > most {
				*folder, most = name, len(rs)
			}
		}
		if most == 0 {
			b.working--
			return nil
		}
	}
	rs := b.waiting[*folder]
	n, bytes := 0, int64(0)
	for n < len(rs) && n < batchCount {
		size := rs[n].place.Length
		if n > 0 && (bytes+size > batchBytes || size > aloneBytes || rs[n].validity != rs[0].validity || rs[n].brief || rs[0].brief) {
			break
		}
		n, bytes = n+1, bytes+size
		if size > aloneBytes {
			break
		}
	}
	if n == len(rs) {
		delete(b.waiting, *folder)
	} else {
		b.waiting[*folder] = rs[n:]
	}
	return slices.Clone(rs[:n])
}

// fetch answers requests of one folder.
func (b *bodies) fetch(folder string, batch []*request) {
	by := map[imap.UID][]*request{}
	for _, r := range batch {
		by[r.uid] = append(by[r.uid], r)
	}
	subjects := map[imap.UID]string{}
	end := func(uid imap.UID, err error) {
		for _, r := range by[uid] {
			err := fmt.Errorf("%s: %w", named(r.place.Path, subjects[uid]), err)
			b.miss(r.place, err)
			r.answer <- answer{err: err}
		}
		delete(by, uid)
	}
	o := &order{
		folder: folder, validity: batch[0].validity, want: want{body: true}, brief: batch[0].brief,
		gone: func(uid imap.UID) { end(uid, mail.ErrMoved) },
		bad: func(uid imap.UID, err error) {
			subjects[uid] = b.subject(folder, batch[0].validity, uid)
			end(uid, err)
		},
		take: func(f *fetched) error {
			b.give(by[f.uid], f)
			delete(by, f.uid)
			return nil
		},
	}
	uids := make([]imap.UID, 0, len(by))
	for uid := range by {
		uids = append(uids, uid)
	}
	slices.Sort(uids)
	err := b.get.get(b.life, o, uids)
	if errors.Is(err, errRenumbered) {
		err = mail.ErrMoved
	}
	for uid := range by {
		end(uid, err)
	}
}

// mostSubject is up to how many letters of a subject are shown.
const mostSubject = 100

// subject is what a message is about that is not given: its header was, or it would not
// have been asked for. It is asked for once.
func (b *bodies) subject(folder string, validity uint32, uid imap.UID) (text string) {
	o := &order{folder: folder, validity: validity, want: want{head: true}, take: func(f *fetched) error {
		h, _, err := rfc5322.ReadHeader(rfc5322.Bytes(f.head))
		if letters := []rune(strings.TrimSpace(h.Text("Subject"))); err == nil {
			text = string(letters[:min(len(letters), mostSubject)])
		}
		return nil
	}}
	_, _, err := b.get.once(b.life, o, []imap.UID{uid})
	if err != nil {
		return "" // it is told without
	}
	return text
}

// mostMissed bounds how many are remembered.
const mostMissed = 10_000

// miss remembers that a message was not given, though the server was asked often enough.
func (b *bodies) miss(p mail.Place, err error) {
	if !errors.Is(err, mail.ErrPasses) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.missed) < mostMissed {
		b.missed[keyOf(p)] = err
	}
}

// begin forgets what was not given: it is asked for again.
func (b *bodies) begin() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.missed = map[string]error{}
}

// give hands a message to those who wait for it.
func (b *bodies) give(rs []*request, f *fetched) {
	x := f.body
	x.labels = labelsOf(f.flags, f.labels)
	b.cache.put(keyOf(rs[0].place), x)
	for _, r := range rs {
		if x.hold() {
			r.answer <- answer{body: &opened{blob: x}}
		}
	}
	x.drop()
}

// close ends what is under way.
func (b *bodies) close() {
	b.cancel()
	b.wg.Wait()
	b.cache.close()
}
