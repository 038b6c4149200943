package itsm365test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// values are what a write says, as they are kept: it must name attributes that there are,
// none that the system sets itself, dates in the server's way, and references to what is there.
func (x *exchange) values(fqn string) (values, bool) {
	v := values{}
	for code, said := range x.in {
		a, ok := x.s.attribute(fqn, code)
		if !ok || a.Fixed {
			x.fail(http.StatusInternalServerError, fmt.Sprintf("ru.naumen.core.shared.FxException: Атрибут %s недоступен для редактирования", code))
			return nil, false
		}
		text, isText := said.(string)
		switch {
		case said == nil || isText && text == "":
			v[code] = nil
		case a.Type == Ref && (!isText || x.s.object(text) == nil):
			x.fail(http.StatusInternalServerError, fmt.Sprintf("Объект не найден: %v (атрибут %s)", said, code))
			return nil, false
		case a.Type == Date:
			at, err := x.s.parse(text)
			if err != nil {
				x.fail(http.StatusBadRequest, fmt.Sprintf("Недопустимое значение атрибута %s: %v", code, said))
				return nil, false
			}
			v[code] = at
		case a.Type == Text && !isText, a.Type == Bool && said != true && said != false:
			x.fail(http.StatusBadRequest, fmt.Sprintf("Недопустимое значение атрибута %s: %v", code, said))
			return nil, false
		default:
			v[code] = said
		}
	}
	return v, true
}

// filled tells whether all is said that an object must have.
func (x *exchange) filled(fqn string, v values) bool {
	var lacks []string
	for _, a := range x.s.attributesOf(fqn) {
		if a.Required && v[a.Code] == nil {
			lacks = append(lacks, a.Title)
		}
	}
	if len(lacks) == 0 {
		return true
	}
	x.fail(http.StatusInternalServerError, "ru.naumen.core.shared.FxException: Не заполнены обязательные атрибуты: "+strings.Join(lacks, ", "))
	return false
}

// mayBe tells whether a ticket may go to the state that a write says; o is nil of one that is
// to be made, which begins in the first state.
func (x *exchange) mayBe(o *object, v values) bool {
	to, says := v["state"].(string)
	if !says {
		return true
	}
	from := x.s.states[0].Code
	if o != nil {
		from, _ = o.values["state"].(string)
	}
	known := slices.ContainsFunc(x.s.states, func(st State) bool { return st.Code == to })
	if next, bound := x.s.Steps[from]; !known || from != to && bound && !slices.Contains(next, to) {
		x.fail(http.StatusInternalServerError, fmt.Sprintf("ru.naumen.core.shared.FxException: Переход из статуса %s в статус %s недоступен", from, to))
		return false
	}
	for _, code := range x.s.WithState[to] {
		if v[code] == nil && (o == nil || o.values[code] == nil) {
			x.fail(http.StatusInternalServerError, "ru.naumen.core.shared.FxException: Не заполнены обязательные атрибуты: "+code)
			return false
		}
	}
	return true
}

// mailOf mails what an administrator's event actions do: of a new ticket and a public comment
// to its client, of a new state too, and of a private comment to who is responsible.
func (s *Server) mailOf(o *object, was values) {
	if !s.Loud {
		return
	}
	to := func(id any, what string) {
		if who := s.object(fmt.Sprint(id)); who != nil {
			s.outbox = append(s.outbox, fmt.Sprintf("to %v: %s", who.values["email"], what))
		}
	}
	switch classOf(o.fqn) {
	case "serviceCall":
		if was == nil {
			to(o.values["clientEmployee"], "new ticket "+o.id)
		} else if _, moved := was["state"]; moved && was["state"] != o.values["state"] {
			to(o.values["clientEmployee"], fmt.Sprintf("ticket %s is %v", o.id, o.values["state"]))
		}
	case "comment":
		if of := s.object(fmt.Sprint(o.values["source"])); of != nil && o.values["private"] == true {
			to(of.values["responsibleEmployee"], "new note in "+of.id)
		} else if of != nil {
			to(of.values["clientEmployee"], "new comment in "+of.id)
		}
	case "employee":
		if was == nil {
			to(o.id, "welcome")
		}
	}
}
