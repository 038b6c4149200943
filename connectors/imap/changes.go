package imap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors/mail"
)

// changes goes through the messages that were looked at before and whose flags or
// labels are others now. Where the server counts changes (RFC 7162) it names them;
// else the flags of all are compared with what is remembered.
func (v *visit) changes(ctx context.Context) (more bool, err error) {
	switch counts := v.seen.HighestModSeq; {
	case counts == 0:
	case counts == v.m.Modseq:
		return true, nil
	case v.m.Modseq > 0:
		uids, err := v.changedSince(ctx)
		if err != nil {
			return false, err
		}
		return v.windows(ctx, slices.Values(cut(uids)))
	}
	return v.compare(ctx)
}

// changedSince asks which messages changed.
func (v *visit) changedSince(ctx context.Context) (uids []imap.UID, err error) {
	set := imap.UIDSet{{Start: 1, Stop: v.m.Next - 1}}
	err = v.st.pool.with(ctx, v.f.name, func(s *session) error {
		uids = uids[:0]
		if err := s.means(ctx, v.f.name, v.m.Validity); err != nil {
			return err
		}
		return s.fetch(ctx, set, want{changedSince: v.m.Modseq}, "", func(f *fetched) error {
			if f.uid < v.m.Next {
				uids = append(uids, f.uid)
			}
			return nil
		})
	})
	slices.Sort(uids)
	return slices.Compact(uids), err
}

// compare looks at the flags of all messages.
func (v *visit) compare(ctx context.Context) (more bool, err error) {
	for from := imap.UID(1); from < v.m.Next; {
		to := min(from+chunk, v.m.Next)
		uids, err := v.differing(ctx, from, to)
		if err != nil {
			return false, err
		}
		if more, err := v.windows(ctx, slices.Values(cut(uids))); !more || err != nil {
			return false, err
		}
		from = to
	}
	return true, nil
}

// differing are the messages of a range whose labels are not as remembered.
func (v *visit) differing(ctx context.Context, from, to imap.UID) (uids []imap.UID, err error) {
	err = v.st.pool.with(ctx, v.f.name, func(s *session) error {
		uids = uids[:0]
		if err := s.means(ctx, v.f.name, v.m.Validity); err != nil {
			return err
		}
		return s.fetch(ctx, imap.UIDSet{{Start: from, Stop: to - 1}}, want{}, "", func(f *fetched) error {
			was, err := v.notes.Note(ctx, labelsKey(pathOf(v.f.name, f.uid)))
			if err != nil {
				return err
			}
			if !bytes.Equal(was, labelLine(labelsOf(f.flags, f.labels))) {
				uids = append(uids, f.uid)
			}
			return nil
		})
	})
	slices.Sort(uids)
	return slices.Compact(uids), err
}

// Holds tells whether a message is still at its place.
func (st *store) Holds(ctx context.Context, p mail.Place) (bool, error) {
	name, uid, err := parsePath(p.Path)
	if err != nil {
		return false, nil //nolint:nilerr // no such place
	}
	k, ok := st.known(name)
	if !ok || k.Gen != p.Gen {
		return false, nil
	}
	if k.shut != nil {
		return true, nil // nobody knows better
	}
	set, err := st.present(ctx, name, k.Validity)
	var shut *closedFolder
	switch {
	case errors.Is(err, errRenumbered):
		return false, nil
	case errors.As(err, &shut):
		return !shut.gone, nil
	case err != nil:
		return false, fmt.Errorf("folder %s: %w", name, err)
	}
	return set.Contains(uid), nil
}
