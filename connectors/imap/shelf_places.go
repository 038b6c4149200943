package imap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
)

// placeOf names a mail that we put: number, what gives it meaning, folder.
func placeOf(folder string, validity uint32, uid imap.UID) string {
	return fmt.Sprintf("%d/%d/%s", uid, validity, folder)
}

func parsePlace(place string) (folder string, validity uint32, uid imap.UID, err error) {
	n, rest, _ := strings.Cut(place, "/")
	v, folder, _ := strings.Cut(rest, "/")
	num, err := strconv.ParseUint(n, 10, 32)
	val, bad := strconv.ParseUint(v, 10, 32)
	if err = errors.Join(err, bad); err != nil {
		return "", 0, 0, fmt.Errorf("%q is no place: %w", place, connectors.ErrNotFound)
	}
	return folder, uint32(val), imap.UID(num), nil
}

// sealIn is the seal at the beginning of a mail of ours, as a thing to search for.
func sealIn(head []byte) imap.SearchCriteriaHeaderField {
	line, _, _ := bytes.Cut(head, []byte("\r\n"))
	_, value, _ := bytes.Cut(line, []byte(": "))
	return imap.SearchCriteriaHeaderField{Key: stamp.HeaderSeal, Value: string(value)}
}

// at runs fn in the folder of a place, if its number still means what it did.
func (sh *shelf) at(ctx context.Context, place string, write bool, fn func(*session, imap.UIDSet) error) error {
	folder, validity, uid, err := parsePlace(place)
	if err != nil {
		return err
	}
	if sh.threwAway(ctx, folder) {
		return fmt.Errorf("mail %s lies in the trash: %w", place, connectors.ErrNotFound)
	}
	return sh.pool.with(ctx, "", func(s *session) error {
		seen, err := s.choose(ctx, folder, write, false)
		if err != nil {
			return closed(folder, err)
		}
		if seen.UIDValidity != validity {
			return fmt.Errorf("mail %s: %w: %w", place, errRenumbered, connectors.ErrNotFound)
		}
		return fn(s, imap.UIDSetNum(uid))
	})
}

// Open fetches a mail that we put.
func (sh *shelf) Open(ctx context.Context, place string) (compose.OpenRaw, error) {
	var x *blob
	err := sh.at(ctx, place, false, func(s *session, uids imap.UIDSet) error {
		if x != nil {
			x.drop()
			x = nil
		}
		return s.fetch(ctx, uids, want{body: true}, sh.temp, func(f *fetched) error {
			if x = f.body; isDeleted(ctx, f.flags) {
				x.drop()
				x = nil
			}
			return nil
		})
	})
	var shut *closedFolder
	if errors.As(err, &shut) && shut.gone || err == nil && x == nil {
		return nil, fmt.Errorf("mail %s: %w", place, connectors.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return &opened{blob: x}, nil
}

// Holds tells whether a mail that we put is still there: under its number there is
// never another. It is where that cannot be asked: what is taken for gone is written
// again.
func (sh *shelf) Holds(ctx context.Context, place, _ string) bool {
	sh.mu.Lock()
	ours := sh.ours[place]
	sh.mu.Unlock()
	if ours {
		return true
	}
	found := false
	err := sh.at(ctx, place, false, func(s *session, uids imap.UIDSet) error {
		return s.fetch(ctx, uids, want{}, sh.temp, func(f *fetched) error {
			found = !isDeleted(ctx, f.flags)
			return nil
		})
	})
	if err == nil && found {
		sh.remember(place)
	}
	var shut *closedFolder
	gone := err == nil && !found || errors.Is(err, connectors.ErrNotFound) || errors.As(err, &shut) && shut.gone
	return !gone
}

// Discard takes away an out-of-date record or cover of ours, which lies in the folder of
// records: where the server can take away one mail and leave others, and only if it is
// the one with the seal.
func (sh *shelf) Discard(ctx context.Context, place, seal string) {
	folder, _, _, err := parsePlace(place)
	if err != nil || sh.layout(ctx) != nil || folder != sh.folderOf(compose.Slip{Record: true}) {
		return
	}
	err = sh.at(ctx, place, true, func(s *session, uids imap.UIDSet) error {
		if !s.caps.Has(imap.CapUIDPlus) && !s.caps.Has(imap.CapIMAP4rev2) {
			return nil
		}
		ours := false
		err := s.fetch(ctx, uids, want{head: true}, sh.temp, func(m *fetched) error {
			h, _, err := rfc5322.ReadHeader(rfc5322.Bytes(m.head))
			ours = err == nil && seal != "" && h.Get(stamp.HeaderSeal) == seal
			return nil
		})
		if err != nil || !ours {
			return err
		}
		return s.expunge(ctx, uids)
	})
	if err != nil {
		sh.log.Info("imap: an out-of-date cover stays", "mail", place, "error", err.Error())
		return
	}
	sh.mu.Lock()
	delete(sh.ours, place)
	sh.mu.Unlock()
}

// expunge takes mails out of the folder that is open, and no others.
func (s *session) expunge(ctx context.Context, uids imap.UIDSet) error {
	return s.do(ctx, func(c *imapclient.Client) error {
		o := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
		if err := c.Store(uids, o, nil).Close(); err != nil {
			return err
		}
		return c.UIDExpunge(uids).Close()
	})
}

// Undo takes mails back, where the server can take away one mail and leave others: the
// last first, for the first of a ticket shows that it was begun.
func (sh *shelf) Undo(ctx context.Context, places []string) error {
	for _, place := range slices.Backward(places) {
		err := sh.at(ctx, place, true, func(s *session, uids imap.UIDSet) error {
			if !s.caps.Has(imap.CapUIDPlus) && !s.caps.Has(imap.CapIMAP4rev2) {
				return errors.New("the server cannot take away single mails (UIDPLUS)")
			}
			return s.expunge(ctx, uids)
		})
		if err != nil && !errors.Is(err, connectors.ErrNotFound) {
			return fmt.Errorf("mail %s: %w", place, err)
		}
		sh.mu.Lock()
		delete(sh.ours, place)
		sh.mu.Unlock()
	}
	return nil
}

// Move brings a mail into another folder.
func (sh *shelf) Move(ctx context.Context, place string, slip compose.Slip) (string, error) {
	if err := sh.layout(ctx); err != nil {
		return "", err
	}
	from, _, _, err := parsePlace(place)
	to := sh.folderOf(slip)
	if err != nil || from == to {
		return place, err
	}
	if err := sh.folder(ctx, to); err != nil {
		return "", err
	}
	moved := ""
	err = sh.at(ctx, place, true, func(s *session, uids imap.UIDSet) error {
		if !s.caps.Has(imap.CapUIDPlus) && !s.caps.Has(imap.CapIMAP4rev2) {
			moved = place // it would not be known afterwards
			return nil
		}
		return s.do(ctx, func(c *imapclient.Client) error {
			data, err := c.Move(uids, to).Wait()
			if err != nil {
				return err
			}
			if set, ok := data.DestUIDs.(imap.UIDSet); ok {
				if nums, ok := set.Nums(); ok && len(nums) == 1 {
					moved = placeOf(to, data.UIDValidity, nums[0])
				}
			}
			return nil
		})
	})
	if err == nil && moved == "" {
		err = fmt.Errorf("mail %s: %w", place, connectors.ErrNotFound)
	}
	return moved, err
}

var (
	_ io.Closer         = (*shelf)(nil)
	_ compose.Discarder = (*shelf)(nil)
)
