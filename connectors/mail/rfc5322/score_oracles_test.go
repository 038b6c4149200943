package rfc5322

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
	"github.com/deskhaul/deskhaul/connectors/mail/score"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	msgmail "github.com/emersion/go-message/mail"
	"github.com/jhillyerd/enmime/v2"
)

// saying is what a parser says of a mail. A field that it cannot say is empty.
type saying struct {
	subject, from, to string
	date              time.Time
	files             []string // sha256 of what is no text
}

func sha256hex(b []byte) string {
	return fmt.Sprintf("%x", sha256.Sum256(b))
}

// weSay is the parser of this package.
func weSay(t *testing.T, b []byte) (f saying) {
	m, err := Parse(Bytes(b), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	f.subject, f.from, f.to = squeeze(m.Header.Text("Subject")), emails(m, "From"), emails(m, "To")
	f.date, _ = m.Date()
	for _, p := range m.Parts {
		f.files = append(f.files, sha256hex(openAll(t, p, Bytes(b))))
	}
	return f
}

func emails(m *Message, field string) string {
	var all []string
	for _, a := range m.Addresses(field) {
		all = append(all, strings.ToLower(a.Email))
	}
	return strings.Join(all, " ")
}

// goMessageSays is what github.com/emersion/go-message says.
func goMessageSays(b []byte) (f saying, ok bool) {
	e, err := message.Read(bytes.NewReader(b))
	if e == nil || err != nil && !message.IsUnknownCharset(err) {
		return f, false
	}
	h := msgmail.Header{Header: e.Header}
	f.subject, _ = h.Subject()
	f.subject = squeeze(f.subject)
	f.date, _ = h.Date()
	list := func(field string) string {
		var all []string
		addresses, _ := h.AddressList(field)
		for _, a := range addresses {
			all = append(all, strings.ToLower(a.Address))
		}
		return strings.Join(all, " ")
	}
	f.from, f.to = list("From"), list("To")
	_ = e.Walk(func(_ []int, part *message.Entity, err error) error {
		if part == nil || err != nil && !message.IsUnknownCharset(err) {
			return nil
		}
		kind, _, _ := part.Header.ContentType()
		place, _, _ := part.Header.ContentDisposition()
		if strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "text/") && place != "attachment" {
			return nil
		}
		body, err := io.ReadAll(part.Body)
		if err == nil && (!bytes.ContainsFunc(body, func(r rune) bool { return r >= utf8.RuneSelf }) || !strings.HasPrefix(kind, "text/")) { // they transcode text
			f.files = append(f.files, sha256hex(body))
		}
		return nil
	})
	return f, true
}

// enmimeSays is what github.com/jhillyerd/enmime says.
func enmimeSays(b []byte) (f saying, ok bool) {
	e, err := enmime.ReadEnvelope(bytes.NewReader(b))
	if err != nil {
		return f, false
	}
	f.subject = squeeze(e.GetHeader("Subject"))
	f.date, _ = e.Date()
	list := func(field string) string {
		var all []string
		addresses, _ := e.AddressList(field)
		for _, a := range addresses {
			all = append(all, strings.ToLower(a.Address))
		}
		return strings.Join(all, " ")
	}
	f.from, f.to = list("From"), list("To")
	for _, parts := range [][]*enmime.Part{e.Attachments, e.Inlines, e.OtherParts} {
		for _, p := range parts {
			f.files = append(f.files, sha256hex(p.Content))
		}
	}
	return f, true
}

// verdict counts where the other two agree, and how often we agree with them.
type verdict struct{ subject, from, to, date, files score.Tally }

// isDecoded tells whether a subject is more than the bytes of the field.
func isDecoded(s string) bool {
	return s != "" && utf8.ValidString(s) && !strings.Contains(s, "=?") && strings.IndexFunc(s, func(r rune) bool { return r == utf8.RuneError || unicode.IsControl(r) }) < 0
}

// isRealZone tells whether the zone was understood: the standard library gives
// EST and other abbreviations the offset of UTC.
func isRealZone(t time.Time) bool {
	name, offset := t.Zone()
	return offset != 0 || name == "" || name == "UTC" || name == "GMT" || name == "UT" || name == "Z"
}

func (v *verdict) compare(t *testing.T, name string, ours, one, two saying) {
	excuse := oracleDiffers[name]
	if one.subject == two.subject && isDecoded(one.subject) {
		v.subject.Count(t, excuse, ours.subject == one.subject, "%s: subject %q, both others %q", name, ours.subject, one.subject)
	}
	if one.from == two.from && one.from != "" {
		v.from.Count(t, excuse, ours.from == one.from, "%s: from %q, both others %q", name, ours.from, one.from)
	}
	if one.to == two.to && one.to != "" {
		v.to.Count(t, excuse, ours.to == one.to, "%s: to %q, both others %q", name, ours.to, one.to)
	}
	if one.date.Equal(two.date) && !one.date.IsZero() && isRealZone(one.date) {
		v.date.Count(t, excuse, ours.date.Equal(one.date), "%s: date %v, both others %v", name, ours.date, one.date)
	}
	for _, f := range one.files {
		if slices.Contains(two.files, f) {
			v.files.Count(t, excuse, slices.Contains(ours.files, f), "%s: a file of both others is not among our %d; they have %d, %d", name, len(ours.files), len(one.files), len(two.files))
		}
	}
}

// oracleDiffers are the mails that we read otherwise than both others, and why.
var oracleDiffers = map[string]string{
	"testdata/parts/empty-ctype-bad-content.raw#0": "a type that is none: they file it, we show it as text",
	"data/msg_14.txt#0":                            "Content-Type: text: they file it, we show it as text",
}

// TestScoreOracles reads all real mail with two other parsers: where both agree,
// they are mostly right.
func TestScoreOracles(t *testing.T) {
	if testing.Short() {
		t.Skip("reads everything three times")
	}
	seen, each := 0, rounds.Of(4, 4, 1) // mails of which one is read, in one run
	for _, folder := range []string{
		"stalwart-mail-parser", "mime4j", "enmime", "sisimai", "spamassassin", "usrp-2019", "linux-mips-2001",
		"ruby-mail", "cpython-email", "notmuch", "reply-talon",
	} {
		var v verdict
		root := score.Data(t, folder)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".xml") {
				return err
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			mails := score.Split(b)
			for i, mail := range mails {
				if len(mails) > 1000 && i%10 != 0 {
					continue // a tenth of a large one is enough
				}
				if seen++; seen%each != 0 {
					continue
				}
				if _, rest, ok := bytes.Cut(mail, []byte("\n")); ok && bytes.HasPrefix(mail, []byte("From ")) {
					mail = rest
				}
				one, ok1 := goMessageSays(mail)
				two, ok2 := enmimeSays(mail)
				if ok1 && ok2 {
					v.compare(t, fmt.Sprintf("%s#%d", path[len(root)+1:], i), weSay(t, mail), one, two)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		v.check(t, folder)
	}
}

func (v *verdict) check(t *testing.T, folder string) {
	for what, tally := range map[string]*score.Tally{"subjects": &v.subject, "senders": &v.from, "recipients": &v.to, "dates": &v.date, "files": &v.files} {
		if tally.Any() {
			tally.Check(t, folder+" "+what+" as two other parsers agree", 0.9, 0.99)
		}
	}
}

// squeeze folds white space, so that texts compare by what they say.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }
