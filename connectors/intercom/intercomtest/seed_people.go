package intercomtest

import (
	"maps"
	"time"
)

// Contact is what AddContact makes.
type Contact struct {
	Role, External, Name, Email, Phone, Language string
	Companies                                    []string
	Tags                                         []int64
	Archived                                     bool
	Custom                                       map[string]any
	Note                                         string
	At                                           time.Time // zero: now
}

// AddContact makes a contact, a user unless told otherwise, and returns its id.
func (s *Server) AddContact(c Contact) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := c.At
	if at.IsZero() {
		at = s.now()
	}
	p := &contact{
		id: s.account.hex(), role: c.Role, external: c.External, name: c.Name, email: c.Email, phone: c.Phone, language: c.Language, companies: c.Companies, tags: c.Tags,
		archived: c.Archived, custom: maps.Clone(c.Custom), made: at, changes: []time.Time{at},
	}
	if p.role == "" {
		p.role = "user"
	}
	if p.custom == nil {
		p.custom = map[string]any{}
	}
	if c.Note != "" {
		p.notes = append(p.notes, note{s.account.next(), s.account.admins[0].id, c.Note, at})
	}
	s.account.contacts = append(s.account.contacts, p)
	return p.id
}

// AddAdmin makes a teammate and returns its number.
func (s *Server) AddAdmin(name, email string, teams ...int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &admin{s.account.next(), name, email, teams}
	s.account.admins = append(s.account.admins, m)
	return m.id
}

// AddTeam makes a team and returns its number.
func (s *Server) AddTeam(name string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &team{s.account.next(), name}
	s.account.teams = append(s.account.teams, t)
	return t.id
}

// AddTag makes a tag and returns its number.
func (s *Server) AddTag(name string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account.tags = append(s.account.tags, tag{s.account.next(), name})
	return s.account.last
}
