package imap

import (
	"bufio"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"
	"pgregory.net/rapid"
)

// A name that the library cannot read is given another on its way in, whatever form it
// comes in; and on its way out it is the server's again. Others stay.
func TestWrongNamesOnTheWire(t *testing.T) {
	for line, want := range map[string]string{
		"* LIST (\\HasNoChildren) \"/\" INBOX\r\n":               "* LIST (\\HasNoChildren) \"/\" INBOX\r\n",
		"* LIST () \"/\" \"Tom &- Co\"\r\n":                      "* LIST () \"/\" \"Tom &- Co\"\r\n",
		"* LIST () NIL {3}\r\na\"b\r\n":                          "* LIST () NIL {3}\r\na\"b\r\n",
		"* LIST () \"/\" \"R&D\"\r\n":                            "* LIST () \"/\" \"R&-D&IAs-\"\r\n",
		"* LIST () \"/\" R&D\r\n":                                "* LIST () \"/\" \"R&-D&IAs-\"\r\n",
		"* list (\\Marked) \"\\\\\" {5}\r\nR&D\"x\r\n":           "* list (\\Marked) \"\\\\\" \"R&-D\\\"x&IAs-\"\r\n",
		"* LIST () \".\" \"Gel\xf6scht\" (\"CHILDINFO\" ())\r\n": "* LIST () \".\" \"Gel&APY-scht&IAs-\" (\"CHILDINFO\" ())\r\n",
		"* 5 EXISTS\r\n":                                         "* 5 EXISTS\r\n",
		"T3 OK List completed\r\n":                               "T3 OK List completed\r\n",
	} {
		w := &wrongNames{}
		if got := string(w.listed([]byte(line))); got != want {
			t.Errorf("%q became %q, want %q", line, got, want)
		}
	}
	w := &wrongNames{}
	w.listed([]byte("* LIST () \"/\" \"R&D\"\r\n"))
	for command, want := range map[string]string{
		"T1 EXAMINE \"R&-D&IAs-\" (CONDSTORE)\r\n": "T1 EXAMINE \"R&D\" (CONDSTORE)\r\n",
		"T1 SELECT \"R&-D\"\r\n":                   "T1 SELECT \"R&-D\"\r\n",
		"T1 SELECT \"R&-D\u200b\"\r\n":             "T1 SELECT \"R&D\"\r\n",
		"text with \"R&-D&IAs-\" in it":            "text with \"R&-D&IAs-\" in it",
	} {
		if got := string(w.asked([]byte(command))); got != want {
			t.Errorf("%q became %q, want %q", command, got, want)
		}
	}
}

// What is called well named, the library reads; it reads all that is given instead.
func TestTheLibraryReadsTheNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{
			"a", "&", "-", "AOQ", "&-", "&AOQ-", "&2D3cxw-", "&2D0-", "&AGE-", "/", "+,", "=", "ü", "\xff", "\x01", "日", "&BB4EQgQ,-",
		}), 1, 6).Draw(t, "parts"), "")
		line := []byte("* LIST () \"/\" " + quoted(name) + "\r\n")
		w := &wrongNames{}
		got := libraryReads(w.listed(line))
		if !got {
			t.Fatalf("the library does not read %q", w.listed(line))
		}
		if len(w.own) > 0 && libraryReads(line) {
			t.Fatalf("%q was changed, and the library would have read it", name)
		}
	})
}

// libraryReads tells whether the library takes a line of a list.
func libraryReads(line []byte) bool {
	here, there := net.Pipe()
	defer func() { _ = there.Close() }()
	client := imapclient.New(here, nil)
	go func() {
		_, _ = there.Write([]byte("* OK [CAPABILITY IMAP4rev1] ready\r\n"))
		r := bufio.NewReader(there)
		command, err := r.ReadString('\n')
		if err != nil {
			return
		}
		tag, _, _ := strings.Cut(command, " ")
		_, _ = there.Write(append(line, tag+" OK done\r\n"...))
	}()
	all, err := client.List("", "*", nil).Collect()
	_ = client.Close()
	return err == nil && len(all) == 1
}
