package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// parseAll decodes every mail of an mbox file of ours (one that keeps the rules),
// its header, texts and attachments, discards the result, and counts the mails.
func parseAll(path string) (n int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	in := bufio.NewReaderSize(f, 1<<20)
	var raw []byte
	blank := true
	for {
		line, err := in.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return n, fmt.Errorf("mail %d: %w", n, err)
		}
		if blank && bytes.HasPrefix(line, []byte("From ")) {
			if err := decode(raw); err != nil {
				return n, fmt.Errorf("mail %d: %w", n, err)
			}
			n, raw, blank = n+1, raw[:0], false
			continue
		}
		blank = len(line) == 1
		if bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) {
			line = line[1:]
		}
		raw = append(raw, line...)
	}
	if err := decode(raw); err != nil {
		return n, fmt.Errorf("mail %d: %w", n, err)
	}
	return n, nil
}

func decode(raw []byte) error {
	if len(raw) == 0 {
		return nil
	}
	from := rfc5322.Bytes(raw)
	m, err := rfc5322.Parse(from, rfc5322.Limits{})
	if err != nil {
		return err
	}
	_ = m.Text + m.Header.Text("Subject")
	for _, field := range []string{"From", "To", "Cc", "Reply-To", "Sender"} {
		_ = m.Addresses(field)
	}
	for _, field := range []string{"Message-ID", "In-Reply-To", "References"} {
		_ = m.IDs(field)
	}
	_, _ = m.Date()
	for _, p := range m.Parts {
		r, err := p.Open(from)
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			return err
		}
		if err := r.Close(); err != nil {
			return err
		}
	}
	return nil
}
