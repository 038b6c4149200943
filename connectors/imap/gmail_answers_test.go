package imap

import (
	"fmt"
	"strings"
	"testing"
)

// gmailSays are answers in Gmail's manner (those of its documentation among them), and
// what becomes of them. A "|" is a line end.
var gmailSays = []struct{ name, says, reads string }{
	{"no answer to FETCH", "* OK Gimap ready {5}|* CAPABILITY IMAP4rev1 X-GM-EXT-1|a1 OK done {3}|", ""},
	{
		"as documented: message number", "* 1 FETCH (X-GM-MSGID 1278455344230334865)|a006 OK FETCH (Success)|",
		"* 1 FETCH (BODY[HEADER.FIELDS (X-GM-MSGID)] {19}|1278455344230334865)|a006 OK FETCH (Success)|",
	},
	{
		"as documented: labels", `* 1 FETCH (X-GM-LABELS (\Inbox \Sent Important "Muy Importante"))|* 2 FETCH (X-GM-LABELS (foo))|* 3 FETCH (X-GM-LABELS ())|* 4 FETCH (X-GM-LABELS (\Drafts))|a011 OK FETCH (Success)|`,
		`* 1 FETCH (BODY[HEADER.FIELDS (X-GM-LABELS)] {41}|(\Inbox \Sent Important "Muy Importante"))|* 2 FETCH (BODY[HEADER.FIELDS (X-GM-LABELS)] {5}|(foo))|* 3 FETCH (BODY[HEADER.FIELDS (X-GM-LABELS)] {2}|())|* 4 FETCH (BODY[HEADER.FIELDS (X-GM-LABELS)] {9}|(\Drafts))|a011 OK FETCH (Success)|`,
	},
	{
		"before the UID", `* 7 FETCH (X-GM-THRID 12 X-GM-MSGID 13 X-GM-LABELS ("\\Inbox") UID 4 FLAGS (\Seen))|`,
		`* 7 FETCH (UID 4 FLAGS (\Seen) BODY[HEADER.FIELDS (X-GM-THRID)] {2}|12 BODY[HEADER.FIELDS (X-GM-MSGID)] {2}|13 BODY[HEADER.FIELDS (X-GM-LABELS)] {11}|("\\Inbox"))|`,
	},
	{
		"between others, in small letters", `* 7 fetch (UID 4 x-gm-labels (a) MODSEQ (9))|`,
		`* 7 fetch (UID 4 MODSEQ (9) BODY[HEADER.FIELDS (X-GM-LABELS)] {3}|(a))|`,
	},
	{
		"brackets and quotes in labels", `* 7 FETCH (UID 4 X-GM-LABELS ("a) \" \\" [x] {2}|)( &BBAEMQ-) BODY[HEADER]<0> {2}|a))|`,
		`* 7 FETCH (UID 4 BODY[HEADER]<0> {2}|a) BODY[HEADER.FIELDS (X-GM-LABELS)] {33}|("a) \" \\" [x] {2}|)( &BBAEMQ-))|`,
	},
	{
		"the words in a message", `* 7 FETCH (UID 4 BODY[] {42}|* 1 FETCH (X-GM-LABELS (x))|* 2 FETCH (X))|* 8 FETCH (X-GM-THRID 1 UID 5)|`,
		`* 7 FETCH (UID 4 BODY[] {42}|* 1 FETCH (X-GM-LABELS (x))|* 2 FETCH (X))|* 8 FETCH (UID 5 BODY[HEADER.FIELDS (X-GM-THRID)] {1}|1)|`,
	},
	{
		"the words in a quoted string", `* 7 FETCH (UID 4 BODY[] "X-GM-THRID 5 (" ENVELOPE ("X-GM-LABELS (x)" NIL) X-GM-THRID 5)|`,
		`* 7 FETCH (UID 4 BODY[] "X-GM-THRID 5 (" ENVELOPE ("X-GM-LABELS (x)" NIL) BODY[HEADER.FIELDS (X-GM-THRID)] {1}|5)|`,
	},
	{"a literal8", "* 7 FETCH (UID 4 BINARY[1] ~{14}|X-GM-LABELS (\x00 X-GM-THRID 1)|", "* 7 FETCH (UID 4 BINARY[1] ~{14}|X-GM-LABELS (\x00 BODY[HEADER.FIELDS (X-GM-THRID)] {1}|1)|"},
	{"an empty literal", "* 7 FETCH (UID 4 BODY[] {0}| X-GM-THRID 1)|", "* 7 FETCH (UID 4 BODY[] {0}| BODY[HEADER.FIELDS (X-GM-THRID)] {1}|1)|"},
	{"a literal of another answer", "* LIST () \"/\" {33}|* 1 FETCH (X-GM-LABELS (\\Inbox))||* 2 FETCH (UID 3)|", ""},
	{"the words in a section", `* 7 FETCH (UID 4 BODY[HEADER.FIELDS ("X-GM-LABELS (" X-GM-THRID)] {1}|x FLAGS (X-GM-LABELS))|`, ""},
	{"nothing of Gmail's", `* 7 FETCH (UID 4 FLAGS() INTERNALDATE "01-Jan-2026 00:00:00 +0000" EMAILID (M1) PREVIEW NIL)|* 8 EXPUNGE|`, ""},
	{"a name too long", "* 7 FETCH (UID 4 " + strings.Repeat("X", 80) + " 1 X-GM-THRID 1)|", ""},
}

func lines(s string) string { return strings.ReplaceAll(s, "|", "\r\n") }

// What becomes of the answers does not depend on where the network cuts them.
func TestGmailAnswers(t *testing.T) {
	for _, c := range gmailSays {
		if c.reads == "" {
			c.reads = c.says
		}
		says, want := lines(c.says), lines(c.reads)
		for size := 1; size <= len(says); size++ {
			if got := translated(t, says, size); got != want {
				t.Fatalf("%s, %d bytes at once:\ngot  %q\nwant %q", c.name, size, got, want)
			}
		}
		for cut := range len(says) {
			a := newAnswers()
			a.on.Store(true)
			out, err := a.translate(nil, []byte(says[:cut]))
			if err == nil {
				out, err = a.translate(out, []byte(says[cut:]))
			}
			if err != nil || string(out) != want {
				t.Fatalf("%s, cut at %d: got %q, %v", c.name, cut, out, err)
			}
		}
	}
}

func translated(t *testing.T, says string, size int) (out string) {
	t.Helper()
	a := newAnswers()
	a.on.Store(true)
	for len(says) > 0 {
		n := min(size, len(says))
		b, err := a.translate(nil, []byte(says[:n]))
		if err != nil {
			t.Fatal(err)
		}
		out, says = out+string(b), says[n:]
	}
	return out
}

// Until Gmail's items are asked for, everything passes; what is under way when they
// are is not looked into.
func TestGmailAnswersBefore(t *testing.T) {
	says := lines(`* 7 FETCH (UID 4 X-GM-THRID 1 BODY[] {5}|* 1 F)|`)
	for cut := 1; cut < len(says); cut++ {
		a := newAnswers()
		out, _ := a.translate(nil, []byte(says[:cut])) // nothing is kept that could be too long
		a.on.Store(true)
		out, err := a.translate(out, []byte(says[cut:]+says))
		want := says + lines("* 7 FETCH (UID 4 BODY[] {5}|* 1 F BODY[HEADER.FIELDS (X-GM-THRID)] {1}|1)|")
		if cut < len("* 7 FETCH (") {
			want = strings.Repeat(want[len(says):], 2)
		}
		if err != nil || string(out) != want {
			t.Fatalf("cut at %d: %q, %v", cut, out, err)
		}
	}
}

// A literal of any size passes without being kept; labels without end are an error.
func TestGmailAnswersAreBounded(t *testing.T) {
	a := newAnswers()
	a.on.Store(true)
	if _, err := a.translate(nil, lines2(fmt.Sprintf("* 7 FETCH (UID 4 BODY[] {%d}|", 1<<40))); err != nil {
		t.Fatal(err)
	}
	piece := []byte(strings.Repeat("X-GM-LABELS (", 5000))
	var out []byte
	for range 1000 {
		var err error
		if out, err = a.translate(out[:0], piece); err != nil || string(out) != string(piece) {
			t.Fatalf("%d bytes, %v", len(out), err)
		}
	}
	if kept := cap(a.word) + cap(a.mark) + cap(a.item.name) + cap(a.item.value) + cap(a.item.held); kept > 1000 {
		t.Errorf("%d bytes are kept", kept)
	}
	for _, endless := range []string{"* 7 FETCH (X-GM-LABELS (", "* 7 FETCH (X-GM-LABELS (\"", fmt.Sprintf("* 7 FETCH (X-GM-LABELS ({%d}|", 1<<40), "* 7 FETCH (X-GM-THRID "} {
		a := newAnswers()
		a.on.Store(true)
		_, err := a.translate(nil, lines2(endless))
		for n := 0; err == nil; n++ {
			if n > 3*mostGmail/1000 {
				t.Fatalf("%q goes on and on", endless)
			}
			_, err = a.translate(nil, []byte(strings.Repeat("x", 1000)))
		}
	}
}

func lines2(s string) []byte { return []byte(lines(s)) }
