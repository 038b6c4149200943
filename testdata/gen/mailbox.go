package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
)

// sent is one mail as it lies in the mailbox.
type sent struct {
	*mail
	at   time.Time // when it arrived
	copy bool      // a second copy of a mail that lies there already
}

// mailbox writes all mails in the order in which they arrived, in the mboxrd form.
func (p *play) mailbox() ([]byte, []sent, error) {
	var all []sent
	for _, t := range p.threads {
		for _, m := range t.mails {
			all = append(all, sent{mail: m, at: m.arrived()})
			if m.note("copy") != "" {
				all = append(all, sent{mail: m, at: m.arrived().Add(time.Minute), copy: true})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b sent) int { return a.at.Compare(b.at) })
	var box bytes.Buffer
	for _, s := range all {
		b, err := p.compose(s.mail)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", s.mail, err)
		}
		if s.copy {
			b = deliveredTo(b, s.box(), s.note("copy"))
		}
		write(&box, s, b)
	}
	return box.Bytes(), all, nil
}

// deliveredTo changes for which mailbox a copy came; header fields that the
// writer made stay as they are.
func deliveredTo(mail []byte, was, now string) []byte {
	head, body, _ := bytes.Cut(mail, []byte("\nFrom: "))
	head = bytes.ReplaceAll(head, []byte(was+"@"), []byte(now+"@"))
	return append(append(head, "\nFrom: "...), body...)
}

func write(box *bytes.Buffer, s sent, mail []byte) {
	sender := s.envelope()
	if sender == "" {
		sender = "MAILER-DAEMON"
	}
	fmt.Fprintf(box, "From %s %s\n", sender, s.at.UTC().Format(time.ANSIC))
	for line := range bytes.Lines(mail) {
		if strings.HasPrefix(string(bytes.TrimLeft(line, ">")), "From ") {
			box.WriteByte('>')
		}
		box.Write(line)
	}
	if !bytes.HasSuffix(mail, []byte("\n")) {
		box.WriteByte('\n')
	}
	box.WriteByte('\n')
}
