package imap

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// Scan yields the messages that are new in each folder, and those whose flags or
// labels have changed.
func (st *store) Scan(ctx context.Context, notes mail.Notes) iter.Seq2[mail.Entry, error] {
	return func(yield func(mail.Entry, error) bool) {
		all, err := st.folders(ctx)
		if err != nil {
			yield(mail.Entry{}, err)
			return
		}
		st.begin(all)
		list, err := st.missed(ctx, notes, all)
		if err != nil {
			yield(mail.Entry{}, err)
			return
		}
		for _, f := range all {
			if f.skip != "" {
				continue
			}
			more, err := st.scanFolder(ctx, notes, f, yield)
			if err != nil {
				yield(mail.Entry{}, fmt.Errorf("folder %s: %w", f.shown, err))
				return
			}
			if !more {
				return
			}
		}
		if list != nil {
			yield(mail.Entry{Marks: []mail.Mark{*list}}, nil)
		}
	}
}

// visit is one look through a folder.
type visit struct {
	st    *store
	notes mail.Notes
	f     folder
	m     memory           // what is remembered now
	from  imap.UID         // messages below it were looked at before
	seen  *imap.SelectData // what the server says of the folder
	yield func(mail.Entry, error) bool
	again []imap.UID // were not given before
	brief bool       // they are asked for now, once
}

func (st *store) scanFolder(ctx context.Context, notes mail.Notes, f folder, yield func(mail.Entry, error) bool) (more bool, err error) {
	v := &visit{st: st, notes: notes, f: f, yield: yield}
	if v.m, err = recall(ctx, notes, f.name); err != nil {
		return false, err
	}
	for n := 1; ; n++ {
		more, err = v.open(ctx)
		var shut *closedFolder
		switch {
		case errors.As(err, &shut):
			return v.closed(ctx, shut)
		case !errors.Is(err, errRenumbered):
			return more, err
		case n == strikes:
			return false, fmt.Errorf("%w %d times while it was read: run again later: %w", err, n, connectors.ErrBusy)
		}
	}
}

// open opens the folder and looks through it.
func (v *visit) open(ctx context.Context) (more bool, err error) {
	err = v.st.pool.with(ctx, "", func(s *session) (err error) {
		v.seen, err = s.choose(ctx, v.f.name, false, true)
		return closed(v.f.name, err)
	})
	if err != nil {
		return false, err
	}
	v.m = v.m.under(v.seen.UIDValidity)
	v.from = v.m.Next
	v.st.know(v.f, v.m)
	if v.m.Shut { // it is not any more
		v.m.Shut = false
		if !v.yield(mail.Entry{Place: mail.Place{Path: v.f.name, Folder: v.f.shown}}, nil) {
			return false, nil
		}
	}
	return v.look(ctx)
}

// closed deals with a folder that cannot be opened: its messages are known as soon as
// it can be. One that is no more is none.
func (v *visit) closed(ctx context.Context, shut *closedFolder) (more bool, err error) {
	all, err := v.st.folders(ctx)
	if err != nil {
		return false, err
	}
	if !slices.ContainsFunc(all, func(f folder) bool { return f.name == v.f.name }) {
		v.st.forget(v.f)
		return true, nil
	}
	shut.gone = false
	m, err := recall(ctx, v.notes, v.f.name) // what was begun is begun anew
	if err != nil {
		return false, err
	}
	m.Shut, m.shut = true, shut
	v.st.know(v.f, m)
	return v.yield(mail.Entry{
		Place: mail.Place{Path: v.f.name, Folder: v.f.shown}, Err: shut, Marks: []mail.Mark{m.mark(v.f.name)},
	}, nil), nil
}

// look goes through what changed, what was not given before, and what is new.
func (v *visit) look(ctx context.Context) (more bool, err error) {
	counts := v.seen.HighestModSeq
	v.again = slices.Clone(v.m.Again)
	if v.m.Next > 1 {
		if more, err := v.changes(ctx); !more || err != nil {
			return false, err
		}
	}
	if v.m.Next == 1 {
		v.m.Modseq = counts
	}
	if more, err := v.news(ctx); !more || err != nil {
		return false, err
	}
	if more, err := v.askAgain(ctx); !more || err != nil {
		return false, err
	}
	v.m.Modseq = counts
	return v.remember(), nil
}

// askAgain asks once for each message that was not given before: at last and one by one,
// for the server may be silent at each for as long as it is waited for.
func (v *visit) askAgain(ctx context.Context) (more bool, err error) {
	v.m.Again = slices.DeleteFunc(v.m.Again, func(uid imap.UID) bool { return slices.Contains(v.again, uid) })
	v.brief = true
	defer func() { v.brief = false }()
	return v.windows(ctx, slices.Chunk(v.again, 1))
}

// remember yields the memory as a mark.
func (v *visit) remember() bool {
	return v.yield(mail.Entry{Marks: []mail.Mark{v.m.mark(v.f.name)}}, nil)
}

// entry makes the entry of a message.
func (v *visit) entry(f *fetched) mail.Entry {
	labels := labelsOf(f.flags, f.labels)
	e := v.bare(f.uid, f.size)
	e.Labels, e.Labeled = labels, true
	if v.f.has(imap.MailboxAttrAll) && isSent(f.labels) {
		e.Place.Folder = sentFolder // there is one folder for all, and it says nothing
	}
	e.Received = rfc5322.Received{At: f.at, Folder: e.Place.Folder, Flags: flagsOf(f.flags, f.labels)}
	if v.st.config.GmailThreads != "none" {
		e.Conversation = f.thread
	}
	e.Foreign = !isOurs(f.flags)
	if len(f.head) > 0 && len(f.head) < mostHeader {
		e.Head = f.head
	}
	if v.seen.HighestModSeq == 0 && (len(labels) > 0 || f.uid < v.from) {
		e.Marks = []mail.Mark{{Key: labelsKey(e.Place.Path), Value: labelLine(labels)}}
	}
	return e
}

// bare is an entry of which only the place is known.
func (v *visit) bare(uid imap.UID, size int64) mail.Entry {
	p := mail.Place{Path: pathOf(v.f.name, uid), Gen: v.m.Gen, Length: size, Folder: v.f.shown}
	return mail.Entry{Place: p, Open: func(ctx context.Context) (mail.Opened, error) { return v.st.Open(ctx, v.notes, p) }}
}

// news goes through the messages that are new.
func (v *visit) news(ctx context.Context) (more bool, err error) {
	for set, err := range v.listed(ctx) {
		if err != nil {
			return false, err
		}
		if more, err := v.windows(ctx, slices.Values(cut(set.uids))); !more || err != nil {
			return false, err
		}
		v.m.Next, v.m.Count = set.next, v.m.Count+int64(len(set.uids))
		if !v.remember() {
			return false, nil
		}
	}
	return true, nil
}

// listed are messages that are there, and the number from which on none was looked at.
type listed struct {
	uids []imap.UID
	next imap.UID
}

// chunk is how many numbers are asked for at once: of a million messages few are
// listed at a time.
const chunk = 50_000

// listed lists the new messages of the folder, chunk by chunk.
func (v *visit) listed(ctx context.Context) iter.Seq2[listed, error] {
	return func(yield func(listed, error) bool) {
		end := v.seen.UIDNext // 0 where the server does not say
		for from := v.m.Next; end == 0 || from < end; {
			to := from + chunk
			if end == 0 {
				to = 0
			} else if to > end || to < from {
				to = end
			}
			uids, err := v.st.list(ctx, v.f.name, v.m.Validity, from, to)
			if err != nil {
				yield(listed{}, err)
				return
			}
			next := to
			if end == 0 {
				next = from
				if n := len(uids); n > 0 {
					next = uids[n-1] + 1
				}
			}
			if !yield(listed{uids, next}, nil) || end == 0 {
				return
			}
			from = to
		}
	}
}
