package rfc5322

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/mail/score"
)

// stalwartMail is the part of an expected result that we compare with.
type stalwartMail struct {
	TextBody    []int `json:"text_body"`
	HTMLBody    []int `json:"html_body"`
	Attachments []int `json:"attachments"`
	Parts       []struct {
		Headers []struct {
			Name  any             `json:"name"`
			Value json.RawMessage `json:"value"`
		} `json:"headers"`
		Body json.RawMessage `json:"body"`
	} `json:"parts"`
}

func (s stalwartMail) header(part int, name string) json.RawMessage {
	var last json.RawMessage
	for _, h := range s.Parts[part].Headers {
		if h.Name == name {
			last = h.Value
		}
	}
	return last
}

func (s stalwartMail) subject() string {
	var v struct{ Text string }
	_ = json.Unmarshal(s.header(0, "subject"), &v)
	return v.Text
}

// senders lists "name <address>" of every From.
func (s stalwartMail) senders() []string {
	type address struct{ Name, Address string }
	var v struct {
		Address struct {
			List  []address
			Group []struct{ Addresses []address }
		}
	}
	_ = json.Unmarshal(s.header(0, "from"), &v)
	all := v.Address.List
	for _, g := range v.Address.Group {
		all = append(all, g.Addresses...)
	}
	var out []string
	for _, a := range all {
		out = append(out, a.Name+" <"+a.Address+">")
	}
	return out
}

// names lists the file names of the attachments, sorted.
func (s stalwartMail) names() []string {
	var names []string
	for _, i := range s.Attachments {
		name := ""
		for _, field := range [...][2]string{{"content_disposition", "filename"}, {"content_type", "name"}} {
			var v struct {
				ContentType struct {
					Attributes []struct{ Name, Value string }
				}
			}
			_ = json.Unmarshal(s.header(i, field[0]), &v)
			for _, a := range v.ContentType.Attributes {
				if a.Name == field[1] && name == "" {
					name = a.Value
				}
			}
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// text is the plain text, "" and false if some of it is HTML only.
func (s stalwartMail) text() (string, bool) {
	out := ""
	for _, i := range s.TextBody {
		var v struct{ Text *string }
		if json.Unmarshal(s.Parts[i].Body, &v) != nil || v.Text == nil {
			return "", false
		}
		out += *v.Text + "\n"
	}
	return out, true
}

// alike compares with an expected text in which U+FFFD stands for characters
// that its author could not decode.
func alike(got, want string) bool {
	pieces := strings.Split(want, "\uFFFD")
	for i, p := range pieces {
		at := strings.Index(got, p)
		if at < 0 || i == 0 && at > 0 || i == len(pieces)-1 && !strings.HasSuffix(got, p) {
			return false
		}
		got = got[at+len(p):]
		if i == len(pieces)-1 {
			return len(pieces) > 1 || got == ""
		}
	}
	return true
}

// stalwartDiffers are the mails that we read otherwise on purpose, and why.
var stalwartDiffers = map[string]string{
	"legacy/035":     "Windows paths in file names: they drop the backslashes",
	"legacy/039":     "the same",
	"legacy/049":     "uuencoded files: they leave them in the text, we take them out",
	"malformed/001":  "a multipart that ends in its header: they file an empty attachment, we make none of nothing",
	"malformed/002":  "the same",
	"malformed/003":  "the same",
	"malformed/004":  "a multipart whose boundary is nowhere: they file its body, we show it as text",
	"malformed/005":  "text behind the end of a multipart: they drop it, we show it",
	"malformed/006":  "as malformed/004",
	"malformed/007":  "as malformed/001",
	"malformed/008":  "two texts of a multipart without an end: they file the last one, we show both",
	"malformed/009":  "the same",
	"malformed/011":  "the same",
	"malformed/012":  "three messages in a multipart without an end: they lose the third",
	"malformed/016":  "boundaries of which one begins another: they file the last text, we show it",
	"malformed/017":  "a disposition without a value: they lose the file name behind it",
	"malformed/019":  "bytes that a fuzzer shuffled: we show more of them",
	"malformed/020":  "no blank line behind a part's header: they show all of it as one text, we find text, page and picture",
	"malformed/021":  "the same",
	"rfc/000":        "enriched text: they file it, we show it as text",
	"rfc/001":        "From: Whomever: they take it for a name, we for a mailbox of the machine, such as root",
	"rfc/004":        "the same",
	"rfc/005":        "text behind the end of a multipart: they drop it, we show it",
	"thirdparty/000": "NUL in a text: no database holds it, so we drop it and say so",
	"thirdparty/002": "words labelled base64: they file what comes of decoding them, we show the words",
	"thirdparty/005": "a boundary inside a line: they end the text there, we show the whole line",
	"thirdparty/015": "an enclosed message in which the outer boundary follows: they put two attachments into the first",
}

func TestScoreStalwart(t *testing.T) {
	dir := filepath.Join(score.Data(t, "stalwart-mail-parser"), "resources", "eml")
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.eml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	var subjects, senders, files2, names, texts score.Tally
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var want stalwartMail
		j, err := os.ReadFile(strings.TrimSuffix(name, ".eml") + ".json")
		if err != nil || json.Unmarshal(j, &want) != nil || len(want.Parts) == 0 {
			continue
		}
		m, err := Parse(Bytes(b), Limits{})
		if err != nil {
			t.Fatal(name, err)
		}
		short := name[len(dir)+1:]
		excuse := stalwartDiffers[strings.TrimSuffix(short, ".eml")]
		subjects.Count(t, excuse, alike(m.Header.Text("Subject"), want.subject()), "%s: subject %q, want %q", short, m.Header.Text("Subject"), want.subject())
		var from []string
		for _, a := range m.Addresses("From") {
			from = append(from, a.Name+" <"+a.Email+">")
		}
		senders.Count(t, excuse, slices.Equal(from, want.senders()), "%s: from %q, want %q", short, from, want.senders())
		var got []string
		for _, p := range m.Parts {
			if p.Name == "signed-part.eml" {
				continue
			}
			n := p.Name
			if p.Type == "message/rfc822" && !slices.Contains(want.names(), n) {
				n = "" // named after its subject
			}
			got = append(got, n)
		}
		slices.Sort(got)
		files2.Count(t, excuse, len(got) == len(want.Attachments), "%s: %d attachments %q, want %d %q", short, len(got), got, len(want.Attachments), want.names())
		names.Count(t, excuse, slices.EqualFunc(got, want.names(), alike), "%s: attachments %q, want %q", short, got, want.names())
		if text, ok := want.text(); ok {
			texts.Count(t, excuse, alike(squeeze(m.Text), squeeze(text)), "%s: text\n%.300q\nwant\n%.300q", short, squeeze(m.Text), squeeze(text))
		}
	}
	subjects.Check(t, "stalwart subjects", 0.75, 0.99)
	senders.Check(t, "stalwart senders", 0.75, 0.99)
	files2.Check(t, "stalwart attachment counts", 0.75, 0.99)
	names.Check(t, "stalwart attachment names", 0.75, 0.99)
	texts.Check(t, "stalwart texts", 0.75, 0.99)
}
