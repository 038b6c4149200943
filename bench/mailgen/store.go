package mailgen

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Writer takes mails one by one.
type Writer interface {
	Write(m Message) error
	Close() error
}

// Mbox writes one mbox file, quoted as mboxrd. Every mail has LF line ends.
func Mbox(path string, add bool) (Writer, error) {
	flag := os.O_CREATE | os.O_WRONLY | os.O_TRUNC
	if add {
		flag = os.O_CREATE | os.O_WRONLY | os.O_APPEND
	}
	f, err := os.OpenFile(path, flag, 0o644)
	if err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	return &mbox{file: f, out: bufio.NewWriterSize(f, 1<<20)}, nil
}

type mbox struct {
	file *os.File
	out  *bufio.Writer
}

// Write appends a mail.
func (w *mbox) Write(m Message) error {
	sender := m.Sender
	if sender == "" {
		sender = "MAILER-DAEMON"
	}
	_, err := fmt.Fprintf(w.out, "From %s %s\n", sender, m.At.UTC().Format("Mon Jan _2 15:04:05 2006"))
	if err != nil {
		return err
	}
	return quoteFrom(w.out, m.Raw)
}

// quoteFrom puts one more ">" before lines that could be taken for the next mail.
func quoteFrom(w io.Writer, raw []byte) error {
	for len(raw) > 0 {
		line := raw
		if i := bytes.IndexByte(raw, '\n'); i >= 0 {
			line = raw[:i+1]
		}
		raw = raw[len(line):]
		if bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) {
			if _, err := io.WriteString(w, ">"); err != nil {
				return err
			}
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// Close writes what is left.
func (w *mbox) Close() error { return errors.Join(w.out.Flush(), w.file.Close()) }

// Maildir writes one Maildir, every mail a file in cur.
func Maildir(path string) (Writer, error) {
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(path, sub), 0o755); err != nil {
			return nil, fmt.Errorf("maildir: %w", err)
		}
	}
	return maildir(path), nil
}

type maildir string

// Write writes a mail.
func (dir maildir) Write(m Message) error {
	name := fmt.Sprintf("%d.M%d.acme:2,S", m.At.Unix(), m.N)
	return os.WriteFile(filepath.Join(string(dir), "cur", name), m.Raw, 0o644)
}

// Close has nothing left to do.
func (maildir) Close() error { return nil }
