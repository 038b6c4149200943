package rttest

import (
	"strconv"
	"strings"
	"time"
)

// Said is one message of a ticket, as the server holds it.
type Said struct {
	Ticket                int
	Subject, Status, Text string
	Comment               bool
	Files                 []string // their names
	At                    time.Time
}

// AllSaid is what was said in all tickets that are not deleted, in order, without a
// request.
func (s *Server) AllSaid() (out []Said) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.txns {
		t := s.surviving(strconv.Itoa(x.ticket))
		if t == nil || t.status == "deleted" || x.kind != "Create" && x.kind != "Correspond" && x.kind != "Comment" {
			continue
		}
		m := Said{Ticket: t.id, Subject: t.subject, Status: t.status, Comment: x.kind == "Comment", At: x.created}
		for _, a := range s.atts {
			switch {
			case a.txn != x:
			case a.name != "":
				m.Files = append(m.Files, a.name)
			case strings.HasPrefix(a.kind, "text/"):
				m.Text += string(a.content)
			}
		}
		out = append(out, m)
	}
	return out
}
