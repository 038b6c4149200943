package imap

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail"
)

// perWindow is how many headers come with one command.
const perWindow = 250

// cut cuts a list of numbers into windows.
func cut(uids []imap.UID) (windows [][]imap.UID) {
	for w := range slices.Chunk(uids, perWindow) {
		windows = append(windows, w)
	}
	return windows
}

// window is what came of one window, in the order of the numbers.
type window struct {
	entries []mail.Entry
	again   []imap.UID
	err     error
}

// windows fetches the headers of windows, several at a time, and yields them in order.
func (v *visit) windows(ctx context.Context, in iter.Seq[[]imap.UID]) (more bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for w := range inOrder(ctx, v.st.config.connections(), in, v.window) {
		if w.err != nil {
			return false, w.err
		}
		for _, e := range w.entries {
			if !v.yield(e, nil) {
				return false, nil
			}
		}
		for _, uid := range w.again {
			if !slices.Contains(v.m.Again, uid) {
				v.m.Again = append(v.m.Again, uid)
			}
		}
		if len(v.m.Again) > mostAgain {
			return false, fmt.Errorf("the server has refused %d messages, which is more than can be kept in mind: %w", len(v.m.Again), connectors.ErrBusy)
		}
	}
	return true, ctx.Err()
}

// window fetches the headers of one window.
func (v *visit) window(ctx context.Context, uids []imap.UID) (w window) {
	o := &order{
		folder: v.f.name, validity: v.m.Validity, want: want{head: true}, brief: v.brief,
		gone: func(uid imap.UID) { // between the list and now
			if slices.Contains(v.again, uid) { // it is not unreadable any more
				w.entries = append(w.entries, mail.Entry{Place: v.bare(uid, 0).Place})
			}
		},
		take: func(f *fetched) error {
			e := v.entry(f)
			if v.f.has(imap.MailboxAttrAll) && leftOut(f) {
				e = mail.Entry{Marks: e.Marks}
			}
			w.entries = append(w.entries, e)
			return nil
		},
		bad: func(uid imap.UID, err error) {
			e := v.bare(uid, 0)
			e.Err = fmt.Errorf("%s: %w", named(e.Place.Path, ""), err)
			w.entries, w.again = append(w.entries, e), append(w.again, uid)
		},
	}
	w.err = v.st.get.get(ctx, o, uids)
	return w
}
