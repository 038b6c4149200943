package redirects

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Mail is one Message-ID and the new ticket that it is in.
type Mail struct {
	MessageID string // with its brackets
	Ticket    string // its id
	Address   string // of the ticket's page; "" none
	Subject   string // of the ticket
	Tag       string // what in the subject of an answer puts it into the ticket; "" unknown
}

var mailColumns = []string{"message_id", "ticket", "address", "subject", "tag"}

// MailTable writes a table of mails. Close finishes it.
type MailTable struct{ out *csv.Writer }

// NewMailTable begins a table.
func NewMailTable(w io.Writer) (*MailTable, error) {
	t := &MailTable{csv.NewWriter(w)}
	return t, t.out.Write(mailColumns)
}

// Write writes one line.
func (t *MailTable) Write(m Mail) error {
	return t.out.Write([]string{m.MessageID, m.Ticket, m.Address, m.Subject, m.Tag})
}

// Close ends the table.
func (t *MailTable) Close() error {
	t.out.Flush()
	return t.out.Error()
}

// mostHead bounds how much of a mail is kept to find the end of its header.
const mostHead = 1 << 20

// TagMail hands a mail on. One that answers a mail of the table gets the tag of that one's
// ticket at the head of its subject; every other is the same to the last byte, as is one over
// which the table could not be read: then the error tells, and the mail has been handed on.
func TagMail(mail io.Reader, to io.Writer, table func() (io.ReadCloser, error)) error {
	in := bufio.NewReaderSize(mail, 64<<10)
	head, err := headOf(in)
	if err != nil {
		return err
	}
	tagged, wrong := tag(head, table)
	if _, err := to.Write(tagged); err != nil {
		return err
	}
	_, err = io.Copy(to, in)
	return errors.Join(err, wrong)
}

// headOf reads the header of a mail, and the line that ends it; of one without an end as much
// as is kept.
func headOf(in *bufio.Reader) (head []byte, err error) {
	for len(head) < mostHead {
		line, err := in.ReadSlice('\n')
		head = append(head, line...)
		whole := !errors.Is(err, bufio.ErrBufferFull)
		if errors.Is(err, io.EOF) || whole && err == nil && len(bytes.TrimRight(line, "\r\n")) == 0 {
			return head, nil
		}
		if err != nil && whole {
			return head, err
		}
	}
	return head, nil
}

var (
	answersTo    = regexp.MustCompile(`(?im)^(In-Reply-To|References):((?:.*\r?\n?)(?:[ \t].*\r?\n?)*)`)
	messageID    = regexp.MustCompile(`<[^<>\s]+>`)
	subjectBegin = regexp.MustCompile(`(?im)^Subject:[ \t]*`)
)

// tag puts the tag into the header of a mail, if it is an answer to one of the table.
func tag(head []byte, table func() (io.ReadCloser, error)) (tagged []byte, err error) {
	ids := answered(head)
	if len(ids) == 0 {
		return head, nil
	}
	with, err := tagFor(ids, table)
	if err != nil || with == "" {
		return head, err
	}
	at := subjectBegin.FindIndex(head)
	if at == nil {
		return slices.Concat([]byte("Subject: "+with+"\n"), head), nil
	}
	line, _, _ := bytes.Cut(head[at[1]:], []byte("\n"))
	if bytes.Contains(line, []byte(with)) {
		return head, nil
	}
	return slices.Concat(head[:at[0]], []byte("Subject: "+with+" "), head[at[1]:]), nil
}

// answered are the mails that one answers, the nearest first.
func answered(head []byte) (ids []string) {
	var older []string
	for _, field := range answersTo.FindAllSubmatch(head, -1) {
		all := messageID.FindAll(field[2], -1)
		slices.Reverse(all)
		for _, id := range all {
			if strings.EqualFold(string(field[1]), "In-Reply-To") {
				ids = append(ids, string(id))
			} else {
				older = append(older, string(id))
			}
		}
	}
	return append(ids, older...)
}

// tagFor looks up the tag of the first of the mails that the table knows.
func tagFor(ids []string, table func() (io.ReadCloser, error)) (tag string, err error) {
	f, err := table()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rows := csv.NewReader(bufio.NewReaderSize(f, 256<<10))
	rows.ReuseRecord = true
	names, err := rows.Read()
	if err != nil || !slices.Equal(names, mailColumns) {
		return "", fmt.Errorf("it is no table that redirects --mail wrote (%w)", errors.Join(err, fmt.Errorf("its columns are %q", names)))
	}
	best := len(ids)
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return tag, nil
		}
		if err != nil {
			return "", err
		}
		if i := slices.Index(ids[:best], row[0]); i >= 0 {
			best, tag = i, strings.Clone(row[len(mailColumns)-1])
		}
	}
}
