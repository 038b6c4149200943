package imap

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// mostHeader is up to how many bytes a header is read alone; what is longer is read
// with its message.
const mostHeader = 1 << 20

// fetched is what the server gave of one message.
type fetched struct {
	uid    imap.UID
	flags  []imap.Flag
	labels []string // Gmail's
	told   bool     // Gmail told them
	thread string   // Gmail's conversation
	at     time.Time
	size   int64
	head   []byte // the header, up to mostHeader
	body   *blob  // the whole
}

// drop lets go of the message.
func (f *fetched) drop() {
	if f.body != nil {
		f.body.drop()
	}
}

// want is what is asked of messages.
type want struct {
	head, body   bool
	changedSince uint64         // only what changed after this modification sequence; 0 all
	begun        func(imap.UID) // is told of which message an answer has begun; may be nil
}

func (w want) options() *imap.FetchOptions {
	o := &imap.FetchOptions{UID: true, Flags: true, ChangedSince: w.changedSince}
	if w.head {
		o.InternalDate, o.RFC822Size = true, true
		o.BodySection = []*imap.FetchItemBodySection{{Specifier: imap.PartSpecifierHeader, Peek: true, Partial: &imap.SectionPartial{Size: mostHeader}}}
	}
	if w.body {
		o.BodySection = []*imap.FetchItemBodySection{{Peek: true}}
	}
	return o
}

// fetch asks for messages in one command and hands over each as it comes.
func (s *session) fetch(ctx context.Context, uids imap.UIDSet, w want, temp string, take func(*fetched) error) error {
	return s.do(ctx, func(c *imapclient.Client) error {
		cmd := c.Fetch(uids, w.options())
		err := s.each(cmd, w, temp, take)
		var own *ours
		if err != nil && !errors.As(err, &own) && !errors.Is(err, errUntold) {
			// The library's reader goes on when a literal breaks off, and closing the
			// command would read beside it.
			_ = s.line.Close() // it is of no use any more
			<-c.Closed()
		}
		if closing := cmd.Close(); err == nil {
			err = closing
		}
		return err
	})
}

func (s *session) each(cmd *imapclient.FetchCommand, w want, temp string, take func(*fetched) error) error {
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		f, err := one(m, w, temp)
		if err != nil {
			f.drop()
			return err
		}
		if f.uid == 0 || w.head && f.head == nil || w.body && f.body == nil || s.asksGmail() && !f.told && !w.head && !w.body {
			f.drop()
			continue // an answer that nobody asked for: somebody else changed flags
		}
		if s.asksGmail() && !f.told {
			f.drop()
			return errUntold
		}
		if own := ownLabel(s.open); s.asksGmail() && own != "" {
			f.labels = append(f.labels, own)
		}
		if err := take(f); err != nil {
			return &ours{err}
		}
	}
	return nil
}

// errUntold is no answer to what was asked: to go on would be to lose labels.
var errUntold = errors.New("the server does not tell a message's labels (X-GM-LABELS)")

func one(m *imapclient.FetchMessageData, w want, temp string) (*fetched, error) {
	f := &fetched{}
	for item := m.Next(); item != nil; item = m.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			if f.uid = item.UID; w.begun != nil {
				w.begun(f.uid)
			}
		case imapclient.FetchItemDataFlags:
			f.flags = item.Flags
		case imapclient.FetchItemDataInternalDate:
			f.at = item.Time.UTC()
		case imapclient.FetchItemDataRFC822Size:
			f.size = item.Size
		case imapclient.FetchItemDataBodySection:
			if err := f.section(item, w, temp); err != nil {
				return f, err
			}
		}
	}
	return f, nil
}

// section takes a header or a message from the server. None at all is an empty one.
func (f *fetched) section(item imapclient.FetchItemDataBodySection, w want, temp string) (err error) {
	var size int64
	var from io.Reader = noBytes{}
	if r := item.Literal; r != nil {
		size, from = r.Size(), r
	}
	if fields := item.Section.HeaderFields; len(fields) == 1 && isGmailItem([]byte(fields[0])) {
		return f.gmail(fields[0], from)
	}
	if w.body {
		f.body, err = receive(from, size, temp)
		return err
	}
	f.head = make([]byte, min(size, mostHeader))
	_, err = io.ReadFull(from, f.head)
	return short(err)
}

// gmail takes one of Gmail's items. The number of a message is of no use: there is its
// UID.
func (f *fetched) gmail(name string, from io.Reader) error {
	value, err := io.ReadAll(from)
	switch {
	case err != nil:
		return short(err)
	case strings.EqualFold(name, labelsItem):
		f.labels, f.told = gmailLabels(value), true
	case strings.EqualFold(name, threadItem):
		f.thread = string(value)
	}
	return nil
}

type noBytes struct{}

func (noBytes) Read([]byte) (int, error) { return 0, io.EOF }
