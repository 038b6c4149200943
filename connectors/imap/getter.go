package imap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors"
)

// strikes is how often the line may break at one message, or the server refuse it,
// before the message is blamed; mostBlamed, at how many in a row the line may break
// before the server is.
const (
	strikes    = 3
	mostBlamed = 20
)

// getter asks for messages of folders until each was given, is gone, or cannot be
// given: whatever the line does meanwhile.
type getter struct {
	pool   *pool
	temp   string
	blamed atomic.Int32 // messages in a row at which the line broke
}

// order is what one asks of it.
type order struct {
	folder   string
	validity uint32 // what the numbers mean
	want     want
	brief    bool // each is asked for once: it was not given before
	take     func(*fetched) error
	gone     func(imap.UID)
	bad      func(imap.UID, error)
}

// errRenumbered says that the numbers of a folder mean other messages now.
var errRenumbered = errors.New("the server has numbered the folder anew")

// get gives an answer for each of uids, which are in order. It fails only where
// nothing can be had for the time being.
func (g *getter) get(ctx context.Context, o *order, uids []imap.UID) error {
	for len(uids) > 0 {
		left, at, err := g.once(ctx, o, uids)
		var answer *imap.Error
		switch {
		case err == nil:
			return g.passedOver(ctx, o, left)
		case len(left) == 0:
			return nil // all was given before the line broke
		case errors.Is(err, errLost) && o.brief:
			o.bad(left[at], brokeAt(err))
			uids = slices.Delete(left, at, at+1)
		case errors.Is(err, errLost):
			if err := g.alone(ctx, o, left[at], 1); err != nil {
				return err
			}
			uids = slices.Delete(left, at, at+1)
		case !errors.As(err, &answer):
			return err
		case len(left) == 1 && o.brief:
			return g.unlessGone(ctx, o, left[0], refusal(answer))
		case len(left) == 1:
			return g.alone(ctx, o, left[0], strikes-1)
		default:
			half := len(left) / 2
			if err := g.get(ctx, o, left[:half:half]); err != nil {
				return err
			}
			uids = left[half:]
		}
	}
	return nil
}

// cause is why a line broke, in words; no error of its own, for it is no reason to try
// again.
func cause(err error) string { return strings.TrimPrefix(err.Error(), errLost.Error()+": ") }

// alone asks for one message at which the line broke, or which was refused, so many
// times already.
func (g *getter) alone(ctx context.Context, o *order, uid imap.UID, failed int) error {
	for {
		left, _, err := g.once(ctx, o, []imap.UID{uid})
		var answer *imap.Error
		refused := errors.As(err, &answer) && !errors.Is(err, errLost)
		switch {
		case len(left) == 0:
			return nil
		case err == nil:
			return g.passedOver(ctx, o, left)
		case !refused && !errors.Is(err, errLost):
			return err
		}
		if failed++; failed < strikes {
			if err := g.pool.rest(ctx, firstRest); err != nil {
				return err
			}
			continue
		}
		if refused {
			return g.unlessGone(ctx, o, uid, refusal(answer))
		}
		if g.blamed.Add(1) > mostBlamed {
			return fmt.Errorf("the server breaks the connection at one message after the other: run again later: %w: %w", err, connectors.ErrBusy)
		}
		o.bad(uid, brokeAt(err))
		return nil
	}
}

// brokeAt blames a message for a line that broke. It says the same however often that
// was: the message is in quarantine for it once.
func brokeAt(err error) error {
	return &passing{fmt.Errorf("the connection broke each time the server was asked for the message: %s", cause(err))}
}

// passedOver deals with messages that the server left out of an answer which it calls
// complete: those that it still lists are asked for one by one, and are not gone.
func (g *getter) passedOver(ctx context.Context, o *order, left []imap.UID) error {
	if len(left) == 0 {
		return nil
	}
	there, err := g.listed(ctx, o, left)
	if err != nil {
		return err
	}
	for _, uid := range left {
		if !there.Contains(uid) {
			o.gone(uid)
			continue
		}
		if o.brief {
			o.bad(uid, errWithheld)
			continue
		}
		again, _, err := g.once(ctx, o, []imap.UID{uid})
		switch {
		case len(again) == 0:
		case err != nil:
			if err := g.alone(ctx, o, uid, 1); err != nil {
				return err
			}
		default:
			if err := g.unlessGone(ctx, o, uid, errWithheld); err != nil {
				return err
			}
		}
	}
	return nil
}

var errWithheld = &passing{errors.New("the server lists the message and does not give it")}

// unlessGone says of a message that it is bad, unless it is no longer there.
func (g *getter) unlessGone(ctx context.Context, o *order, uid imap.UID, why error) error {
	there, err := g.listed(ctx, o, []imap.UID{uid})
	switch {
	case err != nil:
		return err
	case there.Contains(uid):
		o.bad(uid, why)
	default:
		o.gone(uid)
	}
	return nil
}

// listed asks which messages are there. A server that cannot say it has them all.
func (g *getter) listed(ctx context.Context, o *order, uids []imap.UID) (set imap.UIDSet, err error) {
	err = g.pool.with(ctx, o.folder, func(s *session) error {
		if err := s.still(ctx, o); err != nil {
			return err
		}
		err := s.do(ctx, func(c *imapclient.Client) error { return c.Noop().Wait() }) // what was expunged is told now
		if err != nil {
			return err
		}
		set, err = s.search(ctx, setOf(uids))
		return err
	})
	var answer *imap.Error
	if errors.As(err, &answer) {
		return setOf(uids), nil
	}
	return set, err
}

// once asks for messages and tells which were not given, and at which of those the
// server was when it stopped.
func (g *getter) once(ctx context.Context, o *order, uids []imap.UID) (left []imap.UID, at int, err error) {
	left = slices.Clone(uids)
	begun := imap.UID(0)
	err = g.pool.once(ctx, o.folder, func(s *session) error {
		if err := s.still(ctx, o); err != nil {
			return err
		}
		if len(left) == 0 {
			return nil // all was given before the server said to come back later
		}
		w := o.want
		w.begun = func(uid imap.UID) { begun = uid }
		return s.fetch(ctx, setOf(left), w, g.temp, func(f *fetched) error {
			at, waited := slices.BinarySearch(left, f.uid)
			if !waited {
				f.drop()
				return nil
			}
			left = slices.Delete(left, at, at+1)
			g.blamed.Store(0)
			return o.take(f)
		})
	})
	if i, found := slices.BinarySearch(left, begun); found {
		at = i
	}
	return left, at, err
}

// still makes sure that the numbers of the folder that is open mean what they meant.
func (s *session) still(ctx context.Context, o *order) error {
	return s.means(ctx, o.folder, o.validity)
}

func (s *session) means(ctx context.Context, folder string, validity uint32) error {
	if s.seen.UIDValidity == validity {
		return nil
	}
	if _, err := s.choose(ctx, folder, s.write, true); err != nil { // it may have been opened before they changed
		return closed(folder, err)
	}
	if s.seen.UIDValidity != validity {
		return errRenumbered
	}
	return nil
}

// setOf is the set of numbers that are in order.
func setOf(uids []imap.UID) (set imap.UIDSet) {
	for _, uid := range uids {
		if n := len(set); n > 0 && set[n-1].Stop == uid-1 {
			set[n-1].Stop = uid
			continue
		}
		set = append(set, imap.UIDRange{Start: uid, Stop: uid})
	}
	return set
}
