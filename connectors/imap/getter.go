package imap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail"
)

// strikes is how often the line may break at one message before the message is
// blamed; mostBlamed, how many may be blamed one after the other before the server is.
const (
	strikes    = 3
	mostBlamed = 5
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
	take     func(*fetched) error
	gone     func(imap.UID)
	bad      func(imap.UID, error)
}

// errRenumbered says that the numbers of a folder mean other messages now.
var errRenumbered = errors.New("the server has numbered the folder anew")

// get gives an answer for each of uids, which are in order. It fails only where
// nothing can be had for the time being.
func (g *getter) get(ctx context.Context, o *order, uids []imap.UID) error {
	for broken := 0; len(uids) > 0; {
		left, err := g.once(ctx, o, uids)
		var answer *imap.Error
		switch {
		case err == nil:
			for _, uid := range left {
				o.gone(uid)
			}
			return nil
		case errors.Is(err, errLost):
			if len(left) < len(uids) {
				broken = 0
			}
			broken++
		case errors.As(err, &answer):
			if len(left) == 1 {
				o.bad(left[0], refusal(answer))
				return nil
			}
			return g.halves(ctx, o, left)
		default:
			return err
		}
		switch uids = left; {
		case broken < strikes:
		case len(uids) > 1:
			return g.halves(ctx, o, uids)
		case g.blamed.Add(1) > mostBlamed:
			return fmt.Errorf("the server breaks the connection at one message after the other: run again later: %w: %w", err, connectors.ErrBusy)
		default:
			o.bad(uids[0], &passing{fmt.Errorf("the connection broke %d times when the server was asked for the message: %s", strikes, cause(err))})
			return nil
		}
	}
	return nil
}

// cause is why a line broke, in words; no error of its own, for it is no reason to try
// again.
func cause(err error) string { return strings.TrimPrefix(err.Error(), errLost.Error()+": ") }

func (g *getter) halves(ctx context.Context, o *order, uids []imap.UID) error {
	half := max(1, len(uids)/2)
	if err := g.get(ctx, o, uids[:half]); err != nil {
		return err
	}
	return g.get(ctx, o, uids[half:])
}

// once asks for messages and tells which were not given.
func (g *getter) once(ctx context.Context, o *order, uids []imap.UID) (left []imap.UID, err error) {
	left = slices.Clone(uids)
	err = g.pool.once(ctx, o.folder, func(s *session) error {
		if s.seen.UIDValidity != o.validity {
			return errRenumbered
		}
		return s.fetch(ctx, setOf(uids), o.want, g.temp, func(f *fetched) error {
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
	return left, err
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

// passing is what may be well at the next look.
type passing struct{ error }

func (p *passing) Unwrap() error { return p.error }

// Is makes it a mail.ErrPasses.
func (p *passing) Is(target error) bool { return target == mail.ErrPasses }

// refusal is what a server says of a message that it does not give.
func refusal(e *imap.Error) error {
	return &passing{fmt.Errorf("the server does not give the message: %s", said(e))}
}

// said is the server's own sentence.
func said(e *imap.Error) string {
	text := strings.TrimSpace(e.Text)
	if text == "" {
		text = string(e.Type)
	}
	if e.Code != "" {
		text = fmt.Sprintf("[%s] %s", e.Code, text)
	}
	return text
}

// notNow tells an answer that says to come back later from one that says no.
func notNow(e *imap.Error) bool {
	switch e.Code {
	case "THROTTLED", imap.ResponseCodeLimit, imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeServerBug:
		return true
	}
	text := strings.ToLower(e.Text)
	for _, words := range []string{"throttl", "too many", "bandwidth", "rate limit", "try again", "temporar", "server busy", "server unavailable"} {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}

// firstPause is how long a server that says to come back later is left alone at
// first; each later time twice as long.
const firstPause = 15 * time.Second
