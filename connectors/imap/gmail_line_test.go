package imap

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/google/go-cmp/cmp"
)

// gmailFacts are what a made-up server tells of a message.
type gmailFacts struct {
	UID    imap.UID
	Labels []string
	Thread string
	Body   string
}

// write writes the answer with its items in an order of its own.
func (g gmailFacts) write(seq int, r *rand.Rand) string {
	value := make([]string, len(g.Labels))
	for i, l := range g.Labels {
		switch atom := l != "" && !strings.ContainsAny(l, "() {%*\"\\\r\n\x00\x7f&") && isASCII(l); {
		case strings.ContainsAny(l, "\r\n\x00"), r.IntN(4) == 0:
			value[i] = fmt.Sprintf("{%d}\r\n%s", len(l), l)
		case atom && r.IntN(2) == 0:
			value[i] = l
		default:
			value[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(l) + `"`
		}
	}
	items := []string{
		"X-GM-LABELS (" + strings.Join(value, " ") + ")", "X-GM-THRID " + g.Thread, "X-GM-MSGID 13",
		`FLAGS (\Seen $x)`, `INTERNALDATE "01-Jan-2026 00:00:00 +0000"`, `MODSEQ (12)`,
		fmt.Sprintf("RFC822.SIZE %d", len(g.Body)),
	}
	r.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	items = slices.Insert(items, r.IntN(len(items)+1), fmt.Sprintf("UID %d", g.UID)) // the library wants it before
	body := slices.IndexFunc(items, func(s string) bool { return strings.HasPrefix(s, "UID") }) + 1
	items = slices.Insert(items, body+r.IntN(len(items)-body+1), fmt.Sprintf("BODY[] {%d}\r\n%s", len(g.Body), g.Body))
	return fmt.Sprintf("* %d FETCH (%s)\r\n", seq, strings.Join(items, " "))
}

func isASCII(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r > '~' }) < 0 }

// toUTF7 writes a name in modified UTF-7, all of it in base64 where it must be.
func toUTF7(s string) string {
	if isASCII(s) {
		return strings.ReplaceAll(s, "&", "&-")
	}
	var raw []byte
	for _, u := range utf16.Encode([]rune(s)) {
		raw = append(raw, byte(u>>8), byte(u))
	}
	return "&" + base64Names.EncodeToString(raw) + "-"
}

// scripted is a server that answers each command with what say gives, in pieces whose
// sizes are drawn.
func scripted(t testing.TB, r *rand.Rand, most int, say func(tag, command string) string) net.Conn {
	t.Helper()
	here, there := net.Pipe()
	send := func(s string) {
		for b := []byte(s); len(b) > 0; {
			n := min(len(b), 1+r.IntN(most))
			if _, err := there.Write(b[:n]); err != nil {
				return // the client has gone
			}
			b = b[n:]
		}
	}
	go func() {
		in := bufio.NewReader(there)
		send("* PREAUTH [CAPABILITY IMAP4rev1 CONDSTORE X-GM-EXT-1] ready\r\n")
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			tag, command, _ := strings.Cut(strings.TrimSpace(line), " ")
			send(say(tag, command))
		}
	}()
	t.Cleanup(func() { _ = there.Close() })
	return here
}

// overGmail is a session over a line with Gmail's items.
func overGmail(t testing.TB, conn net.Conn) *session {
	t.Helper()
	g := newGmailLine(conn)
	l := &line{Conn: g, patience: time.Minute, names: &wrongNames{}}
	s := &session{client: imapclient.New(l, nil), line: l, gmail: g}
	t.Cleanup(func() { _ = s.client.Close() })
	if err := s.client.WaitGreeting(); err != nil {
		t.Fatal(err)
	}
	s.caps = s.client.Caps()
	g.ask()
	return s
}

var wantBodies = want{body: true}

// What the library reads from the translated stream is what the server told, and the
// command asks for it.
func askedAndTold(t testing.TB, facts, want []gmailFacts, r *rand.Rand, most int) {
	t.Helper()
	var asked string
	conn := scripted(t, r, most, func(tag, command string) string {
		if !strings.HasPrefix(command, "UID FETCH") {
			return tag + " OK\r\n"
		}
		asked = command
		var b strings.Builder
		b.WriteString("* 1 FETCH (FLAGS (\\Seen) UID 4000000)\r\n") // nobody asked
		for i, f := range facts {
			b.WriteString("* 9 EXISTS\r\n" + f.write(i+1, r))
		}
		return b.String() + tag + " OK Success\r\n"
	})
	s := overGmail(t, conn)
	set := imap.UIDSet{}
	for _, f := range facts {
		set.AddNum(f.UID)
	}
	var got []gmailFacts
	err := s.fetch(t.Context(), set, wantBodies, t.TempDir(), func(f *fetched) error {
		body := make([]byte, f.body.size)
		if _, err := (&opened{blob: f.body}).ReadAt(body, 0); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		got = append(got, gmailFacts{UID: f.uid, Labels: f.labels, Thread: f.thread, Body: string(body)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if !strings.Contains(asked, " (X-GM-LABELS X-GM-THRID X-GM-MSGID UID ") {
		t.Errorf("asked %q", asked)
	}
}

func TestGmailLine(t *testing.T) {
	facts := []gmailFacts{
		{UID: 4, Labels: []string{`\Inbox`, "Счета/2024", `say "hi"`, "R&D"}, Thread: "1278455344230334865", Body: "Subject: x\r\n\r\n* 1 FETCH (X-GM-LABELS (x))\r\n"},
		{UID: 5, Thread: "1", Body: ""},
		{UID: 7, Labels: []string{"日本語", "a\r\nb", ")(", ""}, Thread: "2"},
	}
	wire := slices.Clone(facts)
	for i := range wire {
		wire[i].Labels = slices.Clone(wire[i].Labels)
		for k, l := range wire[i].Labels {
			wire[i].Labels[k] = toUTF7(l)
		}
	}
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // nothing is secret
		long := strings.Repeat("X-GM-THRID 3 {5}\r\n)", []int{100_000, 10_000, 500}[seed%3])
		wire[2].Body, facts[2].Body = long, long
		askedAndTold(t, wire, facts, r, []int{1 << 20, 4096, 100}[seed%3])
	}
}

// Whatever labels and message a server tells, and however the network cuts it, that is
// what is read.
func FuzzGmailLine(f *testing.F) {
	f.Add(uint64(1), "a\x00b", "X-GM-LABELS (\r\n")
	f.Add(uint64(2), `\Inbox`+"\x00Счета\x00\"{3}\r\n", "* 1 FETCH (UID 5)\r\n")
	f.Fuzz(func(t *testing.T, seed uint64, labels, body string) {
		r := rand.New(rand.NewPCG(seed, 2)) //nolint:gosec // nothing is secret
		one := gmailFacts{UID: 9, Thread: fmt.Sprint(seed), Body: body}
		two := gmailFacts{UID: 10, Thread: "0", Body: body + labels}
		for l := range strings.SplitSeq(labels, "\x00") {
			if l != "" && len(one.Labels) < 20 {
				one.Labels = append(one.Labels, strings.ToValidUTF8(l, "?"))
			}
		}
		wire := one
		wire.Labels = nil
		for _, l := range one.Labels {
			wire.Labels = append(wire.Labels, toUTF7(l))
		}
		askedAndTold(t, []gmailFacts{wire, two}, []gmailFacts{one, two}, r, 1+int(seed%50))
	})
}

// Bytes that are no answers are no harm, and come out the same however they are cut.
func FuzzGmailAnswers(f *testing.F) {
	for _, c := range gmailSays {
		f.Add([]byte(lines(c.says)), uint8(3))
	}
	f.Fuzz(func(t *testing.T, says []byte, size uint8) {
		whole := newAnswers()
		whole.on.Store(true)
		want, err := whole.translate(nil, says)
		if err != nil {
			t.Skip("too long")
		}
		pieces := newAnswers()
		pieces.on.Store(true)
		var got []byte
		for piece := range slices.Chunk(says, int(size)+1) {
			if got, err = pieces.translate(got, piece); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if !bytes.Contains(bytes.ToUpper(says), []byte("FETCH")) && !bytes.Equal(got, says) {
			t.Errorf("%q became %q", says, got)
		}
	})
}
