// Package gmailtest is a mail server for tests that speaks as Gmail does where it goes
// beyond RFC 3501: go-imap's server in memory, behind a line that adds X-GM-EXT-1 and
// CONDSTORE. It is made after Google's documentation, not after Gmail itself.
package gmailtest

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
)

// User and Password are those of the account.
const (
	User     = "desk@acme.test"
	Password = "secret"
)

// AllMail is the folder that holds every message, in a language of its own.
const AllMail = "[Gmail]/Вся почта"

// Mail is one message of the account.
type Mail struct {
	Raw    string
	Labels []string
	Thread uint64
	Flags  []imap.Flag
	At     time.Time
}

// Server is such a server with one account.
type Server struct {
	Host string
	Port int

	user *imapmemserver.User

	mu    sync.Mutex
	mails []told           // none is ever taken out
	lie   map[string][]int // by folder as it is called on the wire, which of them lie there
	count uint64           // the last modification sequence
	asked []string
}

// told is what the line adds to a message.
type told struct {
	labels []string
	thread uint64
	modseq uint64
}

// uses are the special folders.
var uses = map[string]string{
	AllMail: `\All`, "[Gmail]/Спам": `\Junk`, "[Gmail]/Корзина": `\Trash`, "[Gmail]/Черновики": `\Drafts`,
	"[Gmail]/Отправленные": `\Sent`, "[Gmail]/Помеченные": `\Flagged`, "[Gmail]/Важное": `\Important`,
}

// New starts a server whose account holds mails, and a folder for each label that is
// not Gmail's own.
func New(t testing.TB, mails ...Mail) *Server {
	t.Helper()
	s := &Server{user: imapmemserver.NewUser(User, Password), count: 100, lie: map[string][]int{}}
	s.folder(t, "INBOX")
	for name := range uses {
		s.folder(t, name)
	}
	for _, m := range mails {
		s.Add(t, m)
	}
	inner := imaptest.InMemory(imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapESearch: {}, imap.CapNamespace: {}}, nil, s.user)
	behind, ahead := imaptest.Listen(t), imaptest.Listen(t)
	go func() { _ = inner.Serve(behind) }() // until the test closes it
	go s.accept(ahead, behind.Addr().String())
	t.Cleanup(func() { _, _ = ahead.Close(), inner.Close() })
	at := ahead.Addr().(*net.TCPAddr)
	s.Host, s.Port = "127.0.0.1", at.Port
	return s
}

func (s *Server) folder(t testing.TB, name string) {
	t.Helper()
	if err := s.user.Create(name, nil); err != nil && !strings.Contains(err.Error(), "exists") {
		t.Fatal(err)
	}
}

// Add puts a message into the account.
func (s *Server) Add(t testing.TB, m Mail) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(t, AllMail, m)
	for _, l := range m.Labels {
		if !strings.HasPrefix(l, `\`) {
			s.folder(t, l)
			s.put(t, l, m)
		}
	}
	s.count++
	s.mails = append(s.mails, told{m.Labels, m.Thread, s.count})
}

func (s *Server) put(t testing.TB, folder string, m Mail) {
	t.Helper()
	raw := strings.ReplaceAll(m.Raw, "\n", "\r\n")
	if _, err := s.user.Append(folder, literal{bytes.NewReader([]byte(raw))}, &imap.AppendOptions{Flags: m.Flags, Time: m.At}); err != nil {
		t.Fatal(err)
	}
	s.lie[utf7(folder)] = append(s.lie[utf7(folder)], len(s.mails))
}

type literal struct{ *bytes.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// Label gives the message with a number, counted from 1, other labels.
func (s *Server) Label(n int, labels ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	s.mails[n-1].labels, s.mails[n-1].modseq = labels, s.count
}

// Asked are the FETCH commands that came.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

// items are what Gmail tells of the message with a number in a folder; ok is false
// where it has not changed since. A folder's own label is not told in it.
func (s *Server) items(folder string, n int, since uint64) (items string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n > len(s.lie[folder]) {
		return "", true
	}
	i := s.lie[folder][n-1]
	m := s.mails[i]
	var labels []string
	for k, l := range m.labels {
		if utf7(l) != folder {
			labels = append(labels, written(l, k))
		}
	}
	return fmt.Sprintf("%s %d X-GM-MSGID %d X-GM-LABELS (%s) ", threadItem, m.thread, 1278455344230334866+i, strings.Join(labels, " ")), m.modseq > since
}
