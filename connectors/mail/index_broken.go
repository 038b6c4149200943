package mail

import (
	"context"
	"errors"
	"io/fs"
	"strconv"
	"syscall"
)

// keyBroken begins the keys of places that could not be read when they were last
// looked at: an error of the disk or the network, a missing permission. They are
// looked at again each time.
const keyBroken = "b/"

// mayPass tells an error of the system, which may be gone at the next look, from what
// is wrong with the content and stays so.
func mayPass(err error) bool {
	var path *fs.PathError
	var errno syscall.Errno
	return errors.As(err, &path) || errors.As(err, &errno) || errors.Is(err, fs.ErrPermission) || errors.Is(err, ErrPasses)
}

// broken are such places, and what happens to them during one look.
type broken struct {
	s     *Source
	ids   map[string]string // by key, what the place is called in quarantine
	blind bool              // this look came upon one: no mark behind it may be kept
}

func (s *Source) openBroken(ctx context.Context) (*broken, error) {
	b := &broken{s: s, ids: map[string]string{}}
	for e, err := range s.x.book.scan(ctx, keyBroken, "") {
		if err != nil {
			return nil, err
		}
		if len(e.Value) > 0 {
			b.ids[e.Key] = string(e.Value)
		}
	}
	return b, nil
}

func brokenKey(p Place) string {
	return keyBroken + p.Path + "#" + strconv.FormatInt(p.Offset, 36)
}

// meet takes note of an entry: one that cannot be read is told once, and taken
// back when it can be.
func (b *broken) meet(ctx context.Context, f *facts) error {
	_, far := b.s.store.(Distant) // which remembers by itself what to look at again
	b.blind = b.blind || f.failed && !far
	if len(b.ids) == 0 && !f.failed || f.entry.Place.Path == "" {
		return nil
	}
	key := brokenKey(f.entry.Place)
	was := b.ids[key]
	if f.failed && was == f.event.ID {
		return nil
	}
	if was != "" { // mended, or broken in another way
		if err := b.log(ctx, key, &event{Kind: eventUnreadable, ID: was, Places: f.event.Places}, ""); err != nil {
			return err
		}
	}
	if !f.failed {
		return nil
	}
	return b.log(ctx, key, &f.event, f.event.ID)
}

// log writes the event, and then what the place is called: the other way round, a
// kill between them would leave it untold.
func (b *broken) log(ctx context.Context, key string, e *event, id string) error {
	if err := b.s.x.log(ctx, e); err != nil {
		return err
	}
	b.ids[key] = id
	if id == "" {
		delete(b.ids, key)
	}
	return b.s.x.book.put(ctx, key, []byte(id))
}
