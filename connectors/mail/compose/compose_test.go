package compose_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	gomail "github.com/emersion/go-message/mail"
	"github.com/jhillyerd/enmime/v2"

	"github.com/deskhaul/deskhaul/connectors/mail/compose"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"

	"github.com/deskhaul/deskhaul/desk"
)

var update = flag.Bool("update", false, "write the golden files anew")

var day = time.Date(2024, 5, 1, 8, 30, 0, 0, time.UTC)

// conversation is a ticket as support has them.
func conversation() *desk.Ticket {
	photo := file("фото заказа.png", "image/png", []byte("\x89PNG\r\n\x1a\n"))
	photo.CID, photo.Inline = "photo@example.com", true
	return link(&desk.Ticket{
		Meta:    desk.Meta{ID: "mailbox/1", Mark: "m-1", Created: day, Fields: map[string]any{"order": "A-17"}},
		Subject: "Заказ не пришёл", Status: desk.StatusOpen, Priority: desk.PriorityHigh, Channel: "email",
		Requester: desk.To(desk.KindContact, "anna"), Category: desk.To(desk.KindCategory, "c1"), Tags: []string{"late"},
		Messages: []desk.Message{{
			ID: "1", Mark: "m-1-1", Author: desk.To(desk.KindContact, "anna"), From: desk.Address{Name: "Анна Петрова", Email: "anna@example.com"},
			To: []desk.Address{{Name: "Help, please", Email: "help@example.test"}}, CC: []desk.Address{{Email: "boss@example.com"}},
			At: day, MessageID: "first@example.com",
			Text: "Добрый день!\nFrom now on I wait.\n", HTML: "<p>Добрый день!</p><img src=\"cid:photo@example.com\">\n",
			Files: []desk.File{file("счёт.pdf", "application/pdf", []byte("%PDF-1.4")), photo, file("empty.txt", "text/plain", nil)},
		}, {
			ID: "2", Mark: "m-1-2", Author: desk.To(desk.KindAgent, "bob"), From: desk.Address{Name: "Bob", Email: "bob@example.test"},
			To: []desk.Address{{Email: "anna@example.com"}}, At: day.Add(time.Hour), Note: true, Text: "Ask the warehouse.\n",
		}, {
			ID: "3", Mark: "m-1-3", Author: desk.To(desk.KindAgent, "bob"), From: desk.Address{Name: "Bob", Email: "bob@example.test"},
			To: []desk.Address{{Email: "anna@example.com"}}, At: day.Add(2 * time.Hour), Text: "It is on its way.\n",
		}},
	}).(*desk.Ticket)
}

func write(t testing.TB, k *desk.Ticket) []string {
	t.Helper()
	d := newDrawer(false, "\r\n")
	if _, err := compose.NewScribe(d, env(), 0, true).Create(context.Background(), k); err != nil {
		t.Fatal(err)
	}
	return d.mails
}

// The mails of one ticket, byte by byte.
func TestMailsAreWrittenAsInTheGoldenFiles(t *testing.T) {
	for i, got := range write(t, conversation()) {
		path := filepath.Join("testdata", fmt.Sprintf("conversation-%d.eml", i+1))
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs (run with -update and compare):\n%s", path, got)
		}
		for n, line := range strings.Split(got, "\r\n") {
			if len(line) > 78 || strings.ContainsAny(line, "\r\n") {
				t.Errorf("%s line %d: %d bytes", path, n+1, len(line))
			}
		}
	}
}

// The customer is nowhere in a private note but inside our own fields.
func TestAPrivateNoteNamesNoRecipient(t *testing.T) {
	note := write(t, conversation())[1]
	for _, never := range []string{"\r\nTo:", "\r\nCc:", "\r\nBcc:", "anna@example.com"} {
		if strings.Contains(note, never) {
			t.Errorf("the note has %q", never)
		}
	}
	for _, always := range []string{"\r\n" + stamp.HeaderNote + ": yes\r\n", "[private note]"} {
		if h, _, err := rfc5322.ReadHeader(rfc5322.Bytes([]byte(note))); err != nil || !strings.Contains(note+h.Text("Subject"), always) {
			t.Errorf("the note lacks %q (%v)", always, err)
		}
	}
}

// Every mail refers to the first, and the answer to the newest public mail.
func TestATicketIsOneThread(t *testing.T) {
	k := conversation()
	k.Messages[2].References = []string{"elsewhere@example.com"}
	for i, want := range []struct{ inReplyTo, references string }{
		{"", ""},
		{"<first@example.com>", "<first@example.com>"},
		{"<first@example.com>", "<first@example.com> <elsewhere@example.com>"},
	} {
		h, _, err := rfc5322.ReadHeader(rfc5322.Bytes([]byte(write(t, k)[i])))
		if err != nil {
			t.Fatal(err)
		}
		if got := h.Get("In-Reply-To"); got != want.inReplyTo {
			t.Errorf("mail %d answers %q, want %q", i, got, want.inReplyTo)
		}
		if got := h.Get("References"); got != want.references {
			t.Errorf("mail %d refers to %q, want %q", i, got, want.references)
		}
	}
}

// Where a clock went wrong an answer stands before what it answers: it is still shown
// under it, and what it answers is shown under nothing that answers it.
func TestAnAnswerBeforeItsQuestion(t *testing.T) {
	k := conversation()
	for i, is := range []struct{ id, inReplyTo, references string }{{"b@x.test", "a@x.test", ""}, {"a@x.test", "", ""}, {"c@x.test", "", "out@x.test a@x.test"}} {
		k.Messages[i].MessageID, k.Messages[i].InReplyTo, k.Messages[i].References, k.Messages[i].Note = is.id, is.inReplyTo, nil, false
		if is.references != "" {
			k.Messages[i].References = strings.Fields(is.references)
		}
	}
	for i, want := range []struct{ inReplyTo, references string }{
		{"<a@x.test>", "<a@x.test>"},
		{"", ""},
		{"<a@x.test>", "<out@x.test> <a@x.test>"},
	} {
		h, _, err := rfc5322.ReadHeader(rfc5322.Bytes([]byte(write(t, k)[i])))
		if err != nil {
			t.Fatal(err)
		}
		if in, refs := h.Get("In-Reply-To"), h.Get("References"); in != want.inReplyTo || refs != want.references {
			t.Errorf("mail %d answers %q and refers to %q, want %q and %q", i, in, refs, want.inReplyTo, want.references)
		}
	}
}

// A run that broke off brings the question after its answer, if a clock went wrong: it is
// not shown under what answers it, be that the first mail.
func TestAQuestionThatComesAfterItsAnswer(t *testing.T) {
	for _, c := range []struct{ first, second, answers string }{
		{"question@x.test", "", ""},
		{"", "question@x.test", "<root@x.test>"},
	} {
		k := conversation()
		for i, is := range []struct{ id, inReplyTo string }{{"root@x.test", c.first}, {"answer@x.test", c.second}, {"question@x.test", ""}} {
			k.Messages[i].MessageID, k.Messages[i].InReplyTo, k.Messages[i].References, k.Messages[i].Note = is.id, is.inReplyTo, nil, false
		}
		last := k.Messages[2]
		k.Messages = k.Messages[:2]
		d := newDrawer(false, "\r\n")
		s := compose.NewScribe(d, env(), 0, true)
		r, err := s.Create(t.Context(), k)
		if err == nil {
			_, err = s.Append(t.Context(), r.ID, &last)
		}
		if err != nil {
			t.Fatal(err)
		}
		h, _, err := rfc5322.ReadHeader(rfc5322.Bytes([]byte(d.mails[2])))
		if err != nil {
			t.Fatal(err)
		}
		if in, refs := h.Get("In-Reply-To"), h.Get("References"); in != c.answers || refs != c.answers {
			t.Errorf("%+v: the question answers %q and refers to %q", c, in, refs)
		}
	}
}

// Parsers that are not ours see the same mail.
func TestOtherParsersAgree(t *testing.T) {
	k := conversation()
	first := write(t, k)[0]
	m := k.Messages[0]
	t.Run("enmime", func(t *testing.T) {
		e, err := enmime.ReadEnvelope(strings.NewReader(first))
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Errors) > 0 {
			t.Errorf("complaints: %v", e.Errors)
		}
		to, err := e.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Name != m.To[0].Name || to[0].Address != m.To[0].Email {
			t.Errorf("To: %v, %v", to, err)
		}
		if got := e.GetHeader("Subject"); got != k.Subject {
			t.Errorf("subject %q", got)
		}
		if got := strings.ReplaceAll(e.Text, "\r\n", "\n"); got != m.Text {
			t.Errorf("text %q", got)
		}
		if got := strings.ReplaceAll(e.HTML, "\r\n", "\n"); got != m.HTML {
			t.Errorf("html %q", got)
		}
		if len(e.Inlines) != 1 || e.Inlines[0].FileName != m.Files[1].Name || e.Inlines[0].ContentID != m.Files[1].CID {
			t.Errorf("inline: %v", e.Inlines)
		}
		if len(e.Attachments) != 2 || e.Attachments[0].FileName != m.Files[0].Name || string(e.Attachments[0].Content) != "%PDF-1.4" {
			t.Errorf("attachments: %v", e.Attachments)
		}
	})
	t.Run("go-message", func(t *testing.T) {
		e, err := message.Read(strings.NewReader(first))
		if err != nil {
			t.Fatal(err)
		}
		h := gomail.Header{Header: e.Header}
		if subject, err := h.Subject(); err != nil || subject != k.Subject {
			t.Errorf("subject %q, %v", subject, err)
		}
		if date, err := h.Date(); err != nil || !date.Equal(m.At) {
			t.Errorf("date %v, %v", date, err)
		}
		if from, err := h.AddressList("From"); err != nil || from[0].Name != m.From.Name || from[0].Address != m.From.Email {
			t.Errorf("from %v, %v", from, err)
		}
		var kinds []string
		err = e.Walk(func(_ []int, part *message.Entity, err error) error {
			if err != nil {
				return err
			}
			kind, _, err := part.Header.ContentType()
			kinds = append(kinds, kind)
			return err
		})
		want := "multipart/mixed multipart/alternative text/plain multipart/related text/html image/png application/pdf text/plain"
		if got := strings.Join(kinds, " "); err != nil || got != want {
			t.Errorf("parts %s, %v", got, err)
		}
	})
}

// A file is streamed: memory does not grow with its size.
func TestALargeFileIsStreamed(t *testing.T) {
	const size = 64 << 20
	k := conversation()
	k.Messages[0].Files = []desk.File{{Name: "big.bin", Size: size, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(io.LimitReader(zeros{}, size)), nil
	}}}
	s := compose.NewScribe(sink{newDrawer(false, "\n")}, env(), 0, false)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	receipt, err := s.Create(context.Background(), k)
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 32<<20 {
		t.Errorf("%d bytes were allocated", grown)
	}
	sum := sha256.New()
	if _, err := io.CopyN(sum, zeros{}, size); err != nil {
		t.Fatal(err)
	}
	if got := receipt.Files[0]; got.Size != size || got.SHA256 != fmt.Sprintf("%x", sum.Sum(nil)) {
		t.Errorf("receipt %+v", got)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// sink is a shelf that keeps nothing.
type sink struct{ *drawer }

func (sink) Put(_ context.Context, _ compose.Slip, write func(io.Writer) error) (string, error) {
	return "0", write(compose.Lines(io.Discard, "\n", nil))
}

// Fields that did not come from us, or not whole, are not believed.
func TestForgedAndDamagedFieldsAreNotBelieved(t *testing.T) {
	good := write(t, conversation())[1]
	believed := func(raw string) bool {
		h, _, err := rfc5322.ReadHeader(rfc5322.Bytes([]byte(raw)))
		if err != nil {
			t.Fatal(err)
		}
		_, ok, err := stamp.DecodeMessage(h, nil)
		return ok && err == nil
	}
	seal, rest, _ := strings.Cut(good, "\r\n")
	for name, c := range map[string]struct {
		raw  string
		want bool
	}{
		"as written":                 {good, true},
		"touched by a mail program":  {"Status: RO\r\nX-Mozilla-Status: 0001\r\n" + good, true},
		"line ends changed":          {strings.ReplaceAll(good, "\r\n", "\n"), true},
		"came through a mail server": {"Received: from evil.test\r\n" + good, false},
		"return path on top":         {"Return-Path: <x@evil.test>\r\n" + good, false},
		"received below":             {strings.Replace(good, "\r\nDate:", "\r\nReceived: x\r\nDate:", 1), false},
		"not on top":                 {"Subject: hello\r\n" + good, false},
		"no seal":                    {rest, false},
		"two seals":                  {seal + "\r\n" + good, false},
		"a value changed":            {strings.Replace(good, "X-Deskhaul-Ticket: mail", "X-Deskhaul-Ticket: jail", 1), false},
		"a field taken away":         {strings.Replace(good, stamp.HeaderNote+": yes\r\n", "", 1), false},
	} {
		if got := believed(c.raw); got != c.want {
			t.Errorf("%s: believed %v", name, got)
		}
	}
}

// Text that was edited after it was written is shown as it is now.
func TestAnEditedTextIsSeen(t *testing.T) {
	raw := rfc5322.Bytes([]byte(strings.Replace(write(t, conversation())[2], "on its way", "lost", 1)))
	m, err := rfc5322.Parse(raw, rfc5322.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	w, ok, err := stamp.DecodeMessage(m.Header, m)
	if err != nil || !ok || !w.Edited || !strings.Contains(w.Message.Text, "It is lost.") {
		t.Errorf("%v %v %+v", ok, err, w)
	}
}

// Lines are cut anywhere and end up the same.
func TestLinesChangeTheirEnds(t *testing.T) {
	in := "one\r\ntwo\n\nFrom three\n" + strings.Repeat("x", 9000) + "\r\nlast"
	for _, end := range []string{"\n", "\r\n"} {
		want := strings.ReplaceAll(strings.ReplaceAll(in, "\r\n", "\n"), "\n", end)
		for _, size := range []int{1, 3, 4097, len(in)} {
			var b bytes.Buffer
			l := compose.Lines(&b, end, nil)
			for rest := in; rest != ""; rest = rest[min(size, len(rest)):] {
				if _, err := io.WriteString(l, rest[:min(size, len(rest))]); err != nil {
					t.Fatal(err)
				}
			}
			if err := l.Flush(); err != nil {
				t.Fatal(err)
			}
			if b.String() != want {
				t.Errorf("end %q, pieces of %d: %q", end, size, cut(b.Bytes()))
			}
		}
	}
}

// Any text gives a folder's name that every system takes and that stays inside.
func TestSafeNames(t *testing.T) {
	for in, want := range map[string]string{
		"Sales": "Sales", "Продажи": "Продажи", "a/b\\c": "a_b_c", "..": "_", ".": "_", "": "_", "../../etc": "_.._.._etc",
		"con": "_con", "COM1.txt": "_COM1.txt", "end. ": "end_", "a:b|c?": "a_b_c_", "\x00\n": "__", ".hidden": "_.hidden",
	} {
		if got := compose.SafeName(in, "", 60); got != want {
			t.Errorf("SafeName(%q) = %q, want %q", in, got, want)
		}
	}
	long := strings.Repeat("ж", 100)
	if a, b := compose.SafeName(long, "", 60), compose.SafeName(long+"x", "", 60); a == b || len(a) > 60 {
		t.Errorf("long names: %q (%d bytes), %q", a, len(a), b)
	}
}

// No bytes in our fields make the decoder crash or take much memory.
func FuzzDecode(f *testing.F) {
	for _, raw := range write(f, conversation()) {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := rfc5322.Parse(rfc5322.Bytes(raw), rfc5322.Limits{})
		if err != nil {
			return
		}
		h := rfc5322.Header{Fields: compose.Reseal(m.Fields)}
		w, ok, err := stamp.DecodeMessage(h, m)
		if ok && err == nil && len(w.Parts) != len(w.Message.Files) {
			t.Errorf("%d places for %d files", len(w.Parts), len(w.Message.Files))
		}
		if k, ok, err := stamp.DecodeTicket(h); ok && err == nil && k == nil {
			t.Error("a ticket that is none")
		}
		if r, ok, err := stamp.DecodeRecord(h); ok && err == nil && r == nil {
			t.Error("a record that is none")
		}
	})
}
