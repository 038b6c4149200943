package mail

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
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

// tally counts how often something was as expected.
type tally struct{ good, all int }

func (c *tally) count(t *testing.T, ok bool, format string, args ...any) {
	c.all++
	if ok {
		c.good++
	} else {
		t.Logf(format, args...)
	}
}

func (c tally) String() string { return fmt.Sprintf("%d of %d", c.good, c.all) }

func (c tally) check(t *testing.T, what string, least float64) {
	t.Helper()
	t.Logf("score: %s %s", what, c)
	if float64(c.good) < least*float64(c.all) {
		t.Errorf("%s: %s is below %.3f", what, c, least)
	}
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

// stalwartDiffers are the mails that we read otherwise on purpose, and why; they
// count only for subjects and senders.
func stalwartDiffers(name string) bool {
	switch strings.TrimSuffix(name, ".eml") {
	case "malformed/001", "malformed/002", "malformed/003", "malformed/004", "malformed/006", "malformed/007",
		"malformed/008", "malformed/009", "malformed/011", "malformed/012", "malformed/016":
		return true // a multipart without an end: they file it, we read its parts or its text
	case "malformed/019", "malformed/020", "malformed/021":
		return true // a boundary in the header: they read all as one text, we find the parts
	case "malformed/017":
		return true // they lose a file name behind an empty disposition
	case "legacy/035", "legacy/039":
		return true // Windows paths: they drop the backslashes
	case "legacy/049":
		return true // they leave uuencoded files in the text
	case "rfc/000", "thirdparty/015":
		return true // enriched text is text; an enclosed message whose boundary is the outer one's ends there
	}
	return false
}

func TestScoreStalwart(t *testing.T) {
	dir := filepath.Join(sharedData(t, "stalwart-mail-parser"), "resources", "eml")
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.eml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	differs := 0
	var subjects, senders, files2, names, texts tally
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
		subjects.count(t, alike(m.Header.Text("Subject"), want.subject()), "%s: subject %q, want %q", short, m.Header.Text("Subject"), want.subject())
		var from []string
		for _, a := range m.Addresses("From") {
			from = append(from, a.Name+" <"+a.Email+">")
		}
		senders.count(t, slices.Equal(from, want.senders()), "%s: from %q, want %q", short, from, want.senders())
		if stalwartDiffers(short) {
			differs++
			continue
		}
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
		files2.count(t, len(got) == len(want.Attachments), "%s: %d attachments %q, want %d %q", short, len(got), got, len(want.Attachments), want.names())
		names.count(t, slices.EqualFunc(got, want.names(), alike), "%s: attachments %q, want %q", short, got, want.names())
		if text, ok := want.text(); ok {
			texts.count(t, alike(squeeze(m.Text), squeeze(text)), "%s: text\n%.300q\nwant\n%.300q", short, squeeze(m.Text), squeeze(text))
		}
	}
	t.Logf("score: stalwart %d mails are read otherwise on purpose", differs)
	subjects.check(t, "stalwart subjects", 0.99)
	senders.check(t, "stalwart senders", 0.98)
	files2.check(t, "stalwart attachment counts", 0.98)
	names.check(t, "stalwart attachment names", 0.98)
	texts.check(t, "stalwart texts", 0.95)
}
