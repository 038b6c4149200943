package redirects_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/deskhaul/deskhaul/redirects"
)

func mailTable(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	table, err := redirects.NewMailTable(&b)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []redirects.Mail{
		{"<first@old.example>", "45", "https://new.example/45", "Strom, \"dunkel\"", "[new #45]"},
		{"<second@old.example>", "45", "https://new.example/45", "Strom", "[new #45]"},
		{"<other@old.example>", "46", "https://new.example/46", "Свет", "[new #46]"},
	} {
		if err := table.Write(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// An answer to a mail that was moved has the tag of its ticket; nothing else of it changes,
// and nothing at all of other mails.
func TestAnswersAreTagged(t *testing.T) {
	table := mailTable(t)
	for name, c := range map[string]struct{ mail, want string }{
		"answer":           {"From: a@b\r\nSubject: Re: Strom\r\nIn-Reply-To: <second@old.example>\r\n\r\nSubject: no\r\n", "From: a@b\r\nSubject: [new #45] Re: Strom\r\nIn-Reply-To: <second@old.example>\r\n\r\nSubject: no\r\n"},
		"references":       {"subject:\t=?utf-8?Q?Re:_=D0=A1?=\nReferences: <first@old.example>\n <other@old.example>\n\t<unknown@x>\n\nhi", "Subject: [new #46] =?utf-8?Q?Re:_=D0=A1?=\nReferences: <first@old.example>\n <other@old.example>\n\t<unknown@x>\n\nhi"},
		"nearest first":    {"Subject: x\nReferences: <other@old.example>\nIn-Reply-To: your mail of <first@old.example>\n\n", "Subject: [new #45] x\nReferences: <other@old.example>\nIn-Reply-To: your mail of <first@old.example>\n\n"},
		"no subject":       {"In-Reply-To: <first@old.example>\n\nhi", "Subject: [new #45]\nIn-Reply-To: <first@old.example>\n\nhi"},
		"tagged":           {"Subject: Re: [new #45] x\nIn-Reply-To: <first@old.example>\n\nhi", ""},
		"unknown":          {"Subject: x\nIn-Reply-To: <never@seen>\n\nhi", ""},
		"no answer":        {"Subject: x\n\nIn-Reply-To: <first@old.example>\n", ""},
		"header alone":     {"Subject: x\nIn-Reply-To: <first@old.example>", "Subject: [new #45] x\nIn-Reply-To: <first@old.example>"},
		"empty":            {"", ""},
		"bytes of no text": {"Subject: \xff\xfe\nX: \x00\n\n\x00\xff", ""},
		"long header":      {strings.Repeat("X: "+strings.Repeat("y", 90_000)+"\n", 30) + "Subject: x\nIn-Reply-To: <first@old.example>\n\nhi", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			err := redirects.TagMail(iotest.HalfReader(strings.NewReader(c.mail)), &out, func() (io.ReadCloser, error) {
				return io.NopCloser(strings.NewReader(table)), nil
			})
			if c.want == "" {
				c.want = c.mail
			}
			if err != nil || out.String() != c.want {
				t.Errorf("%v\n got  %q\n want %q", err, out.String(), c.want)
			}
		})
	}
}

// Whatever is wrong with the table, the mail is handed on.
func TestMailOverATornTable(t *testing.T) {
	const mail = "Subject: x\nIn-Reply-To: <first@old.example>\n\nhi"
	for name, table := range map[string]func() (io.ReadCloser, error){
		"none":    func() (io.ReadCloser, error) { return nil, errors.New("no such file") },
		"another": func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("old,new\n")), nil },
		"empty":   func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("")), nil },
		"torn": func() (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader("message_id,ticket,address,subject,tag\n\"<first")), nil
		},
	} {
		var out strings.Builder
		if err := redirects.TagMail(strings.NewReader(mail), &out, table); err == nil || out.String() != mail {
			t.Errorf("%s: %v, handed on %q", name, err, out.String())
		}
	}
}
