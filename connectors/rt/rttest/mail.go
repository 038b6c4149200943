package rttest

import (
	"fmt"
	"slices"
)

// mail is what RT's standard scrips do about a message, where they are on.
func (s *Server) mail(t *ticket, x *txn) {
	if !s.Scrips {
		return
	}
	switch x.kind {
	case "Create":
		s.send(t, "EmailRecord", slices.Concat(t.requestors, t.admin))
	case "Correspond":
		s.send(t, "EmailRecord", slices.Concat(t.requestors, t.cc, t.admin))
		if t.status == "new" || inactive(t.status) {
			s.setStatus(t, "open", "RT_System", func(string, ...any) {})
		}
	case "Comment":
		s.send(t, "CommentEmailRecord", t.admin)
	}
}

// Turn enables RT's standard scrips, or disables them, while people work.
func (s *Server) Turn(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Scrips = on
}

func (s *Server) send(t *ticket, kind string, to []string) {
	if !s.Scrips {
		return
	}
	for _, name := range to {
		if u := s.named(name); u != nil && u.fields["EmailAddress"] != "" {
			s.outbox = append(s.outbox, fmt.Sprintf("%s about ticket %d", u.fields["EmailAddress"], t.id))
			s.record(t, kind, "", "", "").creator = "RT_System"
		}
	}
}
