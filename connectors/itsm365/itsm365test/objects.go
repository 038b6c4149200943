package itsm365test

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// values are attributes by their codes. A reference is the UUID of what it is to.
type values = map[string]any

// object is one of a metaclass.
type object struct {
	id, fqn       string
	values        values
	made, changed time.Time
	bytes         []byte // of a file
}

// make makes an object, without a look at any rule.
func (s *Server) make(fqn string, v values) *object {
	s.last++
	o := &object{id: fmt.Sprintf("%s$%d", classOf(fqn), 500+s.last), fqn: fqn, values: values{}, made: s.now(), changed: s.now()}
	for code, value := range v {
		o.values[code] = value
	}
	if classOf(fqn) == "serviceCall" {
		o.values["number"], o.values["title"] = float64(s.last), fmt.Sprintf("SC%d", s.last)
		if o.values["state"] == nil {
			o.values["state"] = s.states[0].Code
		}
		if o.values["author"] == nil {
			o.values["author"] = s.owner()
		}
	}
	s.objects = append(s.objects, o)
	o.entitle()
	return o
}

// owner is whose the key is.
func (s *Server) owner() string {
	for _, o := range s.objects {
		if o.values["email"] == "key@acme.test" {
			return o.id
		}
	}
	return ""
}

// entitle gives an employee the name that is made of its parts.
func (o *object) entitle() {
	if classOf(o.fqn) == "employee" {
		var parts []string
		for _, code := range []string{"lastName", "firstName", "middleName"} {
			if part, _ := o.values[code].(string); part != "" {
				parts = append(parts, part)
			}
		}
		o.values["title"] = strings.Join(parts, " ")
	}
}

func (s *Server) object(id string) *object {
	for _, o := range s.objects {
		if o.id == id {
			return o
		}
	}
	return nil
}

// touch is a change of what a comment or file is of.
func (s *Server) touch(source any) {
	id, _ := source.(string)
	if o := s.object(id); o != nil && s.TalkTouches {
		o.changed = s.now()
	}
}

// take removes an object, and what is of it.
func (s *Server) take(id string) {
	s.objects = slices.DeleteFunc(s.objects, func(o *object) bool { return o.id == id || o.values["source"] == id })
}

// row is an object as answers show it.
func (s *Server) row(o *object, attrs []string) values {
	all := values{"UUID": o.id, "metaClass": o.fqn, "creationDate": s.date(o.made), "lastModifiedDate": s.date(o.changed), "removed": o.values["removed"] == true}
	for _, a := range s.attributesOf(o.fqn) {
		if _, had := all[a.Code]; !had {
			all[a.Code] = s.shown(a, o.values[a.Code])
		}
	}
	if len(attrs) == 0 {
		return all
	}
	out := values{}
	for _, code := range attrs {
		out[code] = all[code]
	}
	return out
}

// shown is a value as answers show it: a reference as UUID, title and metaClass.
func (s *Server) shown(a Attribute, v any) any {
	switch v := v.(type) {
	case time.Time:
		return s.date(v)
	case string:
		if to := s.object(v); a.Type == Ref && to != nil {
			out := values{"UUID": to.id, "title": to.values["title"], "metaClass": to.fqn}
			if code := to.values["code"]; code != nil {
				out["code"] = code
			}
			return out
		}
		if a.Type == Ref {
			return nil // what it was to is gone
		}
		if v == "" {
			return nil
		}
	}
	return v
}

// date is written without a zone, in the server's.
func (s *Server) date(t time.Time) string {
	return t.In(s.zone()).Format(s.layout())
}

func (s *Server) zone() *time.Location {
	if s.Zone != nil {
		return s.Zone
	}
	return time.FixedZone("MSK", 3*60*60)
}

func (s *Server) layout() string {
	if s.Layout != "" {
		return s.Layout
	}
	return "2006.01.02 15:04:05"
}
