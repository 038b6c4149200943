package itsm365test

import (
	"fmt"
	"slices"
	"time"
)

// Add makes an object as people at work do, whatever the rules say, and returns its UUID.
// References are UUIDs, dates time.Time.
func (s *Server) Add(fqn string, v map[string]any) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.make(fqn, v)
	s.touch(v["source"])
	return o.id
}

// AddAt is Add of something that came to be, and was last changed, at a time.
func (s *Server) AddAt(at time.Time, fqn string, v map[string]any) string {
	id := s.Add(fqn, v)
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.object(id)
	o.made, o.changed = at, at
	return id
}

// AddFile attaches a file to an object and returns its UUID.
func (s *Server) AddFile(source, name, sort string, b []byte) string {
	id := s.Add("file", values{"title": name, "mimeType": sort, "fileSize": float64(len(b)), "source": source, "author": s.owner()})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.object(id).bytes = b
	return id
}

// Change lets people at work change an object.
func (s *Server) Change(id string, v map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.object(id)
	if o == nil {
		panic(fmt.Sprintf("there is no object %s", id))
	}
	for code, value := range v {
		o.values[code] = value
	}
	o.entitle()
	o.changed = s.now()
	s.touch(o.values["source"])
}

// Delete takes an object away, and what is of it.
func (s *Server) Delete(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.object(id); o != nil {
		s.take(id)
		s.touch(o.values["source"])
	}
}

// Object is an object as the installation holds it.
type Object struct {
	ID, Class string
	Values    map[string]any
	Made      time.Time
	Bytes     []byte
}

// Objects are those of a class, in the order in which they were made, without a request.
func (s *Server) Objects(class string) (out []Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.objects {
		if classOf(o.fqn) == class {
			v := values{}
			for code, value := range o.values {
				v[code] = value
			}
			out = append(out, Object{o.id, o.fqn, v, o.made, o.bytes})
		}
	}
	return out
}

// Outbox lists the e-mails that event actions have sent so far.
func (s *Server) Outbox() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.outbox)
}
