package freshdesktest

import "time"

// Said is one message of a ticket, as the account holds it.
type Said struct {
	Ticket  int64
	Subject string
	Status  int64
	HTML    string
	Private bool
	Files   []string // their names
	At      time.Time
}

// AllSaid is what was said in all tickets that are not deleted, in order, without a
// request.
func (s *Server) AllSaid() (out []Said) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.account.tickets {
		if t.deleted {
			continue
		}
		one := Said{Ticket: t.id, Subject: t.subject, Status: t.status}
		say := func(html string, private bool, files []int64, at time.Time) {
			m := one
			m.HTML, m.Private, m.At = html, private, at
			for _, id := range files {
				m.Files = append(m.Files, s.account.files[id].name)
			}
			out = append(out, m)
		}
		say(t.html, false, t.files, t.made)
		for _, k := range t.talks {
			say(k.html, k.private, k.files, k.made)
		}
	}
	return out
}
