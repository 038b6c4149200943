package auto

import (
	"bufio"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/score"
)

// bounceDiffers are the bounces that we take for something else, and why.
var bounceDiffers = map[string]string{
	"arf-26.eml":            "a person's phone unsubscribes: an automatic answer",
	"lhost-sendmail-14.eml": "a person forwards a bounce",
}

// Every mail of the set is a bounce, a report of abuse, or an automatic answer;
// those its authors call vacation are the last.
func TestScoreBounces(t *testing.T) {
	root := score.Data(t, "sisimai")
	f, err := os.Open(filepath.Join(root, "expected.ndjson"))
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = f.Close() }()
	var byHeader, byMessage score.Tally
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var want struct {
			File    string `json:"file"`
			Bounces []struct{ Reason string }
		}
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(root, want.File))
		if err != nil || len(want.Bounces) == 0 {
			continue
		}
		m, err := rfc5322.Parse(rfc5322.Bytes(b), rfc5322.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		tag := TagBounce
		if want.Bounces[0].Reason == "vacation" {
			tag = TagAutoReply
		}
		excuse := bounceDiffers[filepath.Base(want.File)]
		for range want.Bounces { // of several recipients
			byHeader.Count(t, "the body tells", slices.Contains(Classify(m.Header), tag), "")
			tags := ClassifyMessage(m)
			byMessage.Count(t, excuse, slices.Contains(tags, tag), "%s (%s): %q %v", want.File, want.Bounces[0].Reason, m.Header.Text("Subject"), tags)
		}
	}
	byHeader.Check(t, "sisimai bounces known by their header", 0.97, 0.97)
	byMessage.Check(t, "sisimai bounces known", 0.99, 0.99)
}

// What follows is mail that people wrote, nearly all of it: so a tag
// of automatic mail is nearly always wrong.
func TestScoreNoBounces(t *testing.T) {
	for folder, most := range map[string]int{"usrp-2019": 0, "pipermail-2015": 0, "spamassassin": 0, "linux-mips-2001": 0} {
		all, bounces, replies := 0, 0, 0
		err := filepath.WalkDir(score.Data(t, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, mail := range score.Split(b) {
				m, err := rfc5322.Parse(rfc5322.Bytes(mail), rfc5322.Limits{})
				if err != nil {
					t.Fatal(path, err)
				}
				all++
				tags := ClassifyMessage(m)
				if slices.Contains(tags, TagBounce) || slices.Contains(tags, TagAutoReply) {
					t.Logf("%s %d: %v %q from %q", filepath.Base(path), all, tags, m.Header.Text("Subject"), m.Get("From"))
				}
				if slices.Contains(tags, TagBounce) {
					bounces++
				}
				if slices.Contains(tags, TagAutoReply) {
					replies++
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("score: %s: of %d mails %d are taken for bounces, %d for automatic answers", folder, all, bounces, replies)
		if bounces+replies > most {
			t.Errorf("%s: %d of %d are taken for automatic mail, want at most %d", folder, bounces+replies, all, most)
		}
	}
}
