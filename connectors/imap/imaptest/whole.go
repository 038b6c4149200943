package imaptest

import (
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// whole is a session that sees what is done to a folder in several steps as one, as it is
// at a server that does it by itself.
type whole struct {
	imapserver.SessionIMAP4rev2
	mu *sync.RWMutex
}

func (s whole) Select(mailbox string, o *imap.SelectOptions) (*imap.SelectData, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.SessionIMAP4rev2.Select(mailbox, o)
}

func (s whole) List(w *imapserver.ListWriter, ref string, patterns []string, o *imap.ListOptions) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.SessionIMAP4rev2.List(w, ref, patterns, o)
}

func (s whole) Status(mailbox string, o *imap.StatusOptions) (*imap.StatusData, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.SessionIMAP4rev2.Status(mailbox, o)
}

func (s whole) Search(kind imapserver.NumKind, criteria *imap.SearchCriteria, o *imap.SearchOptions) (*imap.SearchData, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.SessionIMAP4rev2.Search(kind, criteria, o)
}

func (s whole) Fetch(w *imapserver.FetchWriter, nums imap.NumSet, o *imap.FetchOptions) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.SessionIMAP4rev2.Fetch(w, nums, o)
}
