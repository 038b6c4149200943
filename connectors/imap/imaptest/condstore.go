package imaptest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// changed notes that a message is new or has other flags.
func (s *Server) changed(folder string, uid imap.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.changes(folder)
	c.last++
	c.of[uid] = c.last
}

func (s *Server) changes(folder string) *changes {
	if s.counts[folder] == nil {
		s.counts[folder] = &changes{last: 1, of: map[imap.UID]uint64{}}
	}
	return s.counts[folder]
}

var (
	selects      = regexp.MustCompile(`^(?:SELECT|EXAMINE) "?([^"]*?)"?(?: \(CONDSTORE\))?$`)
	changedSince = regexp.MustCompile(`^UID FETCH (\S+) (\(.*\)) \(CHANGEDSINCE (\d+)\)$`)
)

// countChanges has the line say what a server says that counts changes, for the one
// behind it does not.
func (s *Server) countChanges() {
	s.Change(`^(\* CAPABILITY |.*\[CAPABILITY )`, "${1}CONDSTORE ")
	s.Line.mu.Lock()
	defer s.Line.mu.Unlock()
	s.shape = append(s.shape, s.plainly)
	s.forms = append(s.forms, func(c *wire, line string) string {
		if !strings.HasPrefix(line, "* OK [UIDVALIDITY ") {
			return line
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		return line + fmt.Sprintf("* OK [HIGHESTMODSEQ %d] counted\r\n", s.changes(c.folder).last)
	})
}

// plainly says a command without what only a server knows that counts changes.
func (s *Server) plainly(c *wire, words string) string {
	if m := selects.FindStringSubmatch(words); m != nil {
		c.folder = m[1]
		return strings.TrimSuffix(words, " (CONDSTORE)")
	}
	m := changedSince.FindStringSubmatch(words)
	if m == nil {
		return words
	}
	since, err := strconv.ParseUint(m[3], 10, 64)
	if err != nil {
		return words
	}
	var set imap.UIDSet
	s.mu.Lock()
	defer s.mu.Unlock()
	for uid, at := range s.changes(c.folder).of {
		if at > since {
			set.AddNum(uid)
		}
	}
	if len(set) == 0 {
		return ""
	}
	return "UID FETCH " + set.String() + " " + m[2]
}
