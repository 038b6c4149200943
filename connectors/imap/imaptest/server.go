// Package imaptest is an IMAP server in memory, with a line to it on which all can be
// had to go wrong that goes wrong between a mailbox and its reader.
package imaptest

import (
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// Who may log in.
const (
	User     = "ann@example.test"
	Password = "secret"
)

// Options say what the server can do.
type Options struct {
	Caps      imap.CapSet // besides IMAP4rev1; nil is what most servers can do, without CONDSTORE
	Condstore bool        // it counts changes (RFC 7162)
}

// Server is an account on a server on loopback. What is wanted of it is reached through
// its line.
type Server struct {
	*Line

	t     testing.TB
	user  *imapmemserver.User
	steps sync.RWMutex // held while what has several steps is done

	mu     sync.Mutex
	counts map[string]*changes // by folder
}

// changes counts what changed in a folder.
type changes struct {
	last uint64
	of   map[imap.UID]uint64
}

// New starts a server with an empty inbox, until the test is over.
func New(t testing.TB, o Options) *Server {
	t.Helper()
	s := &Server{t: t, user: imapmemserver.NewUser(User, Password), counts: map[string]*changes{}}
	if o.Caps == nil {
		o.Caps = imap.CapSet{imap.CapESearch: {}, imap.CapNamespace: {}, imap.CapUIDPlus: {}, imap.CapListExtended: {}, imap.CapSpecialUse: {}}
	}
	o.Caps[imap.CapIMAP4rev1] = struct{}{}
	server := InMemory(o.Caps, func(in imapserver.SessionIMAP4rev2) imapserver.Session { return whole{in, &s.steps} }, s.user)
	l := Listen(t)
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(l) }) // until it is closed
	t.Cleanup(func() { _ = server.Close(); served.Wait() })
	s.Line = NewLine(t, l.Addr().String())
	if o.Condstore {
		s.countChanges()
	}
	s.Folder("INBOX")
	return s
}

// Listen listens on loopback.
func Listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Folder makes folders.
func (s *Server) Folder(names ...string) {
	s.t.Helper()
	for _, name := range names {
		s.must(s.user.Create(name, nil))
	}
}

// Put puts a mail into a folder, as come in at noon of its number's day.
func (s *Server) Put(folder, mail string, flags ...imap.Flag) imap.UID {
	s.t.Helper()
	at := time.Date(2019, 6, 3, 12, 0, 0, 0, time.UTC)
	d, err := s.user.Append(folder, literal{strings.NewReader(mail)}, &imap.AppendOptions{Flags: flags, Time: at})
	s.must(err)
	s.changed(folder, d.UID)
	return d.UID
}

type literal struct{ *strings.Reader }

// Flags sets the flags of a message, and takes all others from it.
func (s *Server) Flags(folder string, uid imap.UID, flags ...imap.Flag) {
	s.t.Helper()
	in := s.in(folder)
	s.must(in.Store(nil, imap.UIDSetNum(uid), &imap.StoreFlags{Op: imap.StoreFlagsSet, Silent: true, Flags: flags}, nil))
	s.must(in.Close())
	s.changed(folder, uid)
}

// Remove takes messages out of a folder.
func (s *Server) Remove(folder string, uids ...imap.UID) {
	s.t.Helper()
	in, set := s.in(folder), imap.UIDSetNum(uids...)
	s.must(in.Store(nil, set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil))
	s.must(in.Expunge(nil, &set))
	s.must(in.Close())
}

// Move moves a message to another folder, where it gets a number.
func (s *Server) Move(folder string, uid imap.UID, to string) imap.UID {
	s.t.Helper()
	in := s.in(folder)
	d, err := in.Copy(imap.UIDSetNum(uid), to)
	s.must(err)
	s.must(in.Close())
	s.Remove(folder, uid)
	got := d.DestUIDs[0].Start
	s.changed(to, got)
	return got
}

// Delete removes a folder with all that is in it.
func (s *Server) Delete(folder string) {
	s.t.Helper()
	s.must(s.user.Delete(folder))
}

// Renumber numbers a folder anew: the messages stay, the validity is another, and the
// first gets the number that the last had plus by.
func (s *Server) Renumber(folder string, by int) {
	s.t.Helper()
	s.steps.Lock()
	defer s.steps.Unlock()
	const aside = "\x01aside"
	s.must(s.user.Rename(folder, aside, nil))
	s.must(s.user.Create(folder, nil))
	for range by {
		s.Remove(folder, s.Put(folder, "Subject: nothing\r\n\r\n"))
	}
	in := s.in(aside)
	_, err := in.Copy(imap.UIDSet{{Start: 1, Stop: 1 << 30}}, folder)
	s.must(err)
	s.must(in.Close())
	s.must(s.user.Delete(aside))
}

func (s *Server) in(folder string) *imapmemserver.UserSession {
	s.t.Helper()
	in := imapmemserver.NewUserSession(s.user)
	_, err := in.Select(folder, &imap.SelectOptions{})
	s.must(err)
	return in
}

func (s *Server) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// Size implements imap.LiteralReader.
func (l literal) Size() int64 { return l.Reader.Size() }
