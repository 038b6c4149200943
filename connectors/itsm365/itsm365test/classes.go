package itsm365test

import (
	"slices"
	"strings"
)

// Sorts of attributes.
const (
	Text = "string"
	HTML = "richtext"
	Date = "dateTime"
	Bool = "bool"
	Int  = "integer"
	Ref  = "object" // to another object, or an item of a catalog
)

// Attribute is one of a metaclass.
type Attribute struct {
	Code, Title, Type string
	Required          bool // there is no object without
	Fixed             bool // the system sets it, and nobody else
}

// Metaclass is a class (serviceCall) or a type of one (serviceCall$incident), which has the
// attributes of its class and its own.
type Metaclass struct {
	FQN, Title string
	Attributes []Attribute
}

// State is a state of tickets.
type State struct{ Code, Title string }

// Titled is an object without more than a title, and perhaps a code.
type Titled struct{ Title, Code string }

func attributes(sort string, codes ...string) (out []Attribute) {
	for _, code := range codes {
		out = append(out, Attribute{Code: code, Title: code, Type: sort})
	}
	return out
}

// common are the attributes of every class.
func common() []Attribute {
	out := []Attribute{{Code: "UUID", Type: Text}, {Code: "metaClass", Type: Text}, {Code: "creationDate", Type: Date}, {Code: "lastModifiedDate", Type: Date}, {Code: "removed", Type: Bool}}
	for i := range out {
		out[i].Title, out[i].Fixed = out[i].Code, true
	}
	return out
}

func (s *Server) deliver() {
	class := func(fqn, title string, as ...[]Attribute) {
		s.classes = append(s.classes, &Metaclass{fqn, title, append(common(), slices.Concat(as...)...)})
	}
	class("serviceCall", "Запрос", attributes(Text, "shortDescr", "state"), attributes(HTML, "descriptionInRTF"),
		attributes(Ref, "clientEmployee", "clientOU", "responsibleEmployee", "responsibleTeam", "service", "agreement", "priority"),
		attributes(Date, "deadLineTime"), []Attribute{{"number", "Номер", Int, false, true}, {"title", "Название", Text, false, true}, {"author", "Автор", Ref, false, true}})
	class("employee", "Сотрудник", attributes(Text, "lastName", "firstName", "middleName", "email", "mobilePhoneNumber", "cityPhoneNumber", "post", "login"),
		attributes(Bool, "isEmployeeLocked", "performer"), []Attribute{{"parent", "Отдел", Ref, true, false}, {"title", "ФИО", Text, false, true}})
	class("ou", "Отдел", []Attribute{{"title", "Название", Text, true, false}}, attributes(Ref, "parent"))
	class("team", "Команда", []Attribute{{"title", "Название", Text, true, false}})
	class("slmService", "Услуга", []Attribute{{"title", "Название", Text, true, false}}, attributes(Ref, "parent"))
	class("agreement", "Соглашение", []Attribute{{"title", "Название", Text, true, false}})
	class("priority", "Приоритет", attributes(Text, "title", "code"))
	class("comment", "Комментарий", attributes(HTML, "text"), attributes(Bool, "private"), []Attribute{{"source", "Объект", Ref, true, false}, {"author", "Автор", Ref, false, false}})
	class("file", "Файл", attributes(Text, "title", "mimeType"), attributes(Int, "fileSize"), attributes(Ref, "source", "author"))
	for _, fqn := range []string{"serviceCall$serviceCall", "serviceCall$incident", "employee$employee", "employee$contactPerson", "ou$ou", "team$team", "slmService$slmService", "agreement$agreement"} {
		s.classes = append(s.classes, &Metaclass{FQN: fqn, Title: fqn})
	}
	s.states = []State{{"registered", "Зарегистрирован"}, {"inprogress", "В работе"}, {"waiting", "Ожидание ответа клиента"}, {"resolved", "Разрешен"}, {"closed", "Закрыт"}}
	ou := s.make("ou$ou", values{"title": "Компания"})
	s.make("employee$employee", values{"lastName": "Ключ", "firstName": "Служебный", "email": "key@acme.test", "parent": ou.id})
	for _, p := range []Titled{{"Низкий", "low"}, {"Средний", "normal"}, {"Высокий", "high"}, {"Критический", "critical"}} {
		s.make("priority", values{"title": p.Title, "code": p.Code})
	}
}

// AddAttribute gives a class or type an attribute.
func (s *Server) AddAttribute(fqn string, a Attribute) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.class(fqn)
	c.Attributes = append(slices.DeleteFunc(c.Attributes, func(b Attribute) bool { return b.Code == a.Code }), a)
}

// DropAttribute takes one away.
func (s *Server) DropAttribute(fqn, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.class(fqn)
	c.Attributes = slices.DeleteFunc(c.Attributes, func(b Attribute) bool { return b.Code == code })
}

// AddClass makes a class or a type.
func (s *Server) AddClass(fqn, title string, as ...Attribute) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !strings.Contains(fqn, "$") {
		as = append(common(), as...)
	}
	s.classes = append(s.classes, &Metaclass{fqn, title, as})
}

// AddState makes a state of tickets.
func (s *Server) AddState(st State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.states = append(s.states, st)
}

// class is the metaclass of a name; nil if there is none.
func (s *Server) class(fqn string) *Metaclass {
	for _, c := range s.classes {
		if c.FQN == fqn {
			return c
		}
	}
	return nil
}

// attributesOf are those of a class, or of a type and its class.
func (s *Server) attributesOf(fqn string) (out []Attribute) {
	if c := s.class(classOf(fqn)); c != nil {
		out = append(out, c.Attributes...)
	}
	if c := s.class(fqn); c != nil && fqn != classOf(fqn) {
		out = append(out, c.Attributes...)
	}
	return out
}

func (s *Server) attribute(fqn, code string) (Attribute, bool) {
	all := s.attributesOf(fqn)
	i := slices.IndexFunc(all, func(a Attribute) bool { return a.Code == code })
	if i < 0 {
		return Attribute{}, false
	}
	return all[i], true
}

// classOf is the class of a type.
func classOf(fqn string) string {
	class, _, _ := strings.Cut(fqn, "$")
	return class
}
