package imap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors"
)

// writtenInMemory is up to how many bytes a mail that is to be put is held in memory:
// many wait at once.
const writtenInMemory = 256 << 10

// written takes what write writes: into memory, or a file once it is too long.
func written(write func(io.Writer) error, temp string) (*blob, error) {
	x := &blob{}
	x.held.Store(1)
	w := &blobWriter{x, temp}
	if err := write(w); err != nil {
		x.drop()
		return nil, err
	}
	return x, nil
}

type blobWriter struct {
	*blob
	temp string
}

// Write implements io.Writer.
func (w *blobWriter) Write(p []byte) (int, error) {
	w.size += int64(len(p))
	if w.file == nil && w.size <= writtenInMemory {
		w.b = append(w.b, p...)
		return len(p), nil
	}
	if w.file == nil {
		f, err := os.CreateTemp(w.temp, "mail-*")
		if err != nil {
			return 0, err
		}
		w.file = f
		if _, err := f.Write(w.b); err != nil {
			return 0, err
		}
		w.b = nil
	}
	return w.file.Write(p)
}

// reader reads the mail from its beginning.
func (x *blob) reader() io.Reader {
	if x.file != nil {
		return io.NewSectionReader(x.file, 0, x.size)
	}
	return bytes.NewReader(x.b)
}

// append puts one mail into a folder and tells its number. What was asked on a line
// that broke before the mail was through has not happened, and is asked again.
func (sh *shelf) append(ctx context.Context, folder string, m *mailing) (uid imap.UID, validity uint32, err error) {
	for n := 1; ; n++ {
		sent := false
		err = sh.into(ctx, folder, func(s *session) (err error) {
			// A server that broke the line may do so rather than refuse a mail that it was
			// not asked about.
			if n == 1 && m.x.file == nil && takesAtOnce(s.caps) {
				uid, validity, sent, err = s.appendAtOnce(ctx, folder, m)
				return err
			}
			var data *imap.AppendData
			data, sent, err = s.append(ctx, folder, &imap.AppendOptions{Flags: m.flags, Time: m.at}, m.x)
			if err == nil {
				uid, validity = data.UID, data.UIDValidity
			}
			return err
		})
		switch {
		case err == nil && uid != 0:
			return uid, validity, nil
		case err == nil:
			return sh.took(ctx, folder, m.x)
		case errors.Is(err, errLost) && sent, ctx.Err() != nil && sent:
			return 0, 0, unsure(err)
		case !errors.Is(err, errLost):
			return 0, 0, sh.refused(folder, m.x, err)
		case n == attempts:
			return 0, 0, fmt.Errorf("%w, %d times: %w", err, n, connectors.ErrBusy)
		}
	}
}

// into runs fn with a session that is to put something into a folder. A server at work
// there has less to do if the folder is open (measured with Dovecot: half); far away
// that would be one way more each time that a session turns to another folder.
func (sh *shelf) into(ctx context.Context, folder string, fn func(*session) error) error {
	if !sh.near {
		return sh.pool.once(ctx, "", fn)
	}
	return sh.pool.onceNear(ctx, folder, func(s *session) error {
		var answer *imap.Error
		if _, err := s.choose(ctx, folder, true, false); err != nil && !errors.As(err, &answer) {
			return err // where a folder may not be opened perhaps something may be put
		}
		return fn(s)
	})
}

// appendAtOnce sends a mail that is held in memory without asking whether the server
// wants it, and tells whether all of it was sent.
func (s *session) appendAtOnce(ctx context.Context, folder string, m *mailing) (uid imap.UID, validity uint32, sent bool, err error) {
	p := &parcel{mails: []*mailing{m}}
	uids, validity, err := s.post(ctx, folder, p)
	if len(uids) == 1 {
		uid = uids[0]
	}
	return uid, validity, p.some.Load(), err
}

// append sends a mail, and tells whether all of it was sent.
func (s *session) append(ctx context.Context, folder string, o *imap.AppendOptions, x *blob) (data *imap.AppendData, sent bool, err error) {
	err = s.do(ctx, func(c *imapclient.Client) error {
		cmd := c.Append(folder, x.size, o)
		_, err := io.Copy(cmd, x.reader())
		sent = err == nil
		if closing := cmd.Close(); err == nil {
			err = closing
		}
		var answer *imap.Error
		if err != nil && !errors.As(err, &answer) {
			return err
		}
		data, err = cmd.Wait()
		return err
	})
	return data, sent, err
}

// refused is what a server means that does not take a mail.
func (sh *shelf) refused(folder string, x *blob, err error) error {
	var answer *imap.Error
	if !errors.As(err, &answer) {
		return err
	}
	is := func(codes ...imap.ResponseCode) bool { return slices.Contains(codes, answer.Code) }
	switch {
	case is(imap.ResponseCodeTooBig, imap.ResponseCodeLimit):
		return connectors.Refuse(connectors.ReasonTooLarge, "leave its files out, or write to another mailbox",
			"the server does not take a mail of %d bytes: %s", x.size, said(answer))
	case is(imap.ResponseCodeOverQuota):
		return &connectors.Trouble{
			Reason: connectors.ReasonTransient, Hint: "make room in the mailbox, then run again",
			Err: fmt.Errorf("the mailbox is full: %s: %w", said(answer), connectors.ErrDenied),
		}
	case is(imap.ResponseCodeNoPerm, imap.ResponseCodeTryCreate, imap.ResponseCodeNonExistent):
		return fmt.Errorf("nothing can be put into the folder %s: %s: %w", folder, said(answer), connectors.ErrDenied)
	}
	return connectors.Refuse(connectors.ReasonRefused, "", "the server does not take the mail: %s", said(answer))
}

// took finds a mail that the server says it has. Where that fails the mail stands there
// all the same.
func (sh *shelf) took(ctx context.Context, folder string, x *blob) (uid imap.UID, validity uint32, err error) {
	uid, validity, err = sh.locate(ctx, folder, x)
	if err != nil && !errors.Is(err, connectors.ErrUnsure) {
		err = fmt.Errorf("the server has the mail, and where is not known: %w: %w", err, connectors.ErrUnsure)
	}
	return uid, validity, err
}

// errNotThere says that a mail was looked for in its folder in vain.
var errNotThere = errors.New("does not find it")

// locate finds a mail that was just put into a folder, where the server does not tell
// its number (RFC 4315).
func (sh *shelf) locate(ctx context.Context, folder string, x *blob) (uid imap.UID, validity uint32, err error) {
	head := make([]byte, 100)
	n, err := io.ReadFull(x.reader(), head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, 0, err
	}
	seal := sealIn(head[:n])
	err = sh.pool.with(ctx, "", func(s *session) error {
		seen, err := s.choose(ctx, folder, false, true)
		if err != nil {
			return err
		}
		validity = seen.UIDValidity
		return s.do(ctx, func(c *imapclient.Client) error {
			data, err := c.UIDSearch(&imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{seal}}, nil).Wait()
			if err != nil {
				return err
			}
			for _, found := range data.AllUIDs() {
				uid = max(uid, found)
			}
			return nil
		})
	})
	if err == nil && uid == 0 {
		err = fmt.Errorf("the server took the mail and %w: %w", errNotThere, connectors.ErrUnsure)
	}
	return uid, validity, err
}
