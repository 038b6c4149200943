package itsm365test

import (
	"encoding/xml"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (x *exchange) get(id string) {
	o := x.s.object(id)
	if o == nil || x.s.NoGet {
		x.missing(id)
		return
	}
	x.json(http.StatusOK, x.s.row(o, x.attrs()))
}

// find lists the objects of a class or type whose attributes equal what the body says. There
// is no order that a client could rely on, and no number of all.
func (x *exchange) find(fqn string) {
	s := x.s
	if s.class(fqn) == nil {
		x.fail(http.StatusInternalServerError, "Метакласс "+fqn+" не найден")
		return
	}
	for code := range x.in {
		if _, ok := s.attribute(fqn, code); !ok {
			x.fail(http.StatusInternalServerError, fmt.Sprintf("Атрибут %s не найден в метаклассе %s", code, fqn))
			return
		}
	}
	for _, code := range x.attrs() {
		if _, ok := s.attribute(fqn, code); !ok {
			x.fail(http.StatusInternalServerError, fmt.Sprintf("Атрибут %s не найден в метаклассе %s", code, fqn))
			return
		}
	}
	var all []*object
	for _, o := range s.objects {
		if (o.fqn == fqn || classOf(o.fqn) == fqn) && s.fits(o, x.in) {
			all = append(all, o)
		}
	}
	if s.Restless && len(all) > 1 {
		list := fmt.Sprint(fqn, x.in)
		if x.number("offset", 0) == 0 {
			s.turns[list]++
		}
		turn := s.turns[list] % len(all)
		all = slices.Concat(all[turn:], all[:turn])
	}
	offset, limit := x.number("offset", 0), x.number("limit", len(all))
	if s.Cap > 0 {
		limit = min(limit, s.Cap)
	}
	rows := []values{}
	for _, o := range all[min(offset, len(all)):min(offset+limit, len(all))] {
		rows = append(rows, s.row(o, x.attrs()))
	}
	x.json(http.StatusOK, rows)
}

func (x *exchange) number(name string, usual int) int {
	if n, err := strconv.Atoi(x.r.URL.Query().Get(name)); err == nil {
		return n
	}
	return usual
}

// fits tells whether an object's attributes equal others.
func (s *Server) fits(o *object, want values) bool {
	for code, v := range want {
		is := o.values[code]
		if code == "UUID" {
			is = o.id
		}
		if code == "removed" {
			is = o.values[code] == true
		}
		if is != v {
			return false
		}
	}
	return true
}

func (x *exchange) create(fqn string)    { x.make(fqn, false) }
func (x *exchange) createM2M(fqn string) { x.make(fqn, true) }

func (x *exchange) make(fqn string, tells bool) {
	s := x.s
	if of, ok := x.in["metaClass"].(string); ok {
		fqn = of
	}
	if s.class(fqn) == nil || classOf(fqn) == "file" {
		x.fail(http.StatusInternalServerError, "Метакласс "+fqn+" не найден")
		return
	}
	delete(x.in, "metaClass")
	v, ok := x.values(fqn)
	if !ok || !x.filled(fqn, v) || !x.mayBe(nil, v) {
		return
	}
	if classOf(fqn) == "comment" && v["author"] == nil {
		v["author"] = s.owner()
	}
	o := s.make(fqn, v)
	s.touch(v["source"])
	s.mailOf(o, nil)
	if !tells {
		x.fail(http.StatusCreated, "")
		return
	}
	x.json(http.StatusCreated, s.row(o, x.attrs()))
}

func (x *exchange) edit(id string)    { x.change(id, false) }
func (x *exchange) editM2M(id string) { x.change(id, true) }

func (x *exchange) change(id string, tells bool) {
	s, o := x.s, x.s.object(id)
	if o == nil {
		x.missing(id)
		return
	}
	said, comments := x.in["@comment"].(string)
	delete(x.in, "@comment")
	v, ok := x.values(o.fqn)
	if !ok || !x.mayBe(o, v) {
		return
	}
	was := values{}
	for code, value := range v {
		was[code], o.values[code] = o.values[code], value
	}
	o.entitle()
	o.changed = s.now()
	s.mailOf(o, was)
	if comments {
		s.mailOf(s.make("comment", values{"text": said, "private": false, "source": id, "author": s.owner()}), nil)
	}
	if !tells {
		x.fail(http.StatusOK, "Object edited")
		return
	}
	x.json(http.StatusOK, s.row(o, x.attrs()))
}

// remove is a GET that deletes. What refers to the object refers to nothing then; a guess.
func (x *exchange) remove(id string) {
	o := x.s.object(id)
	if o == nil {
		x.missing(id)
		return
	}
	x.s.take(id)
	x.s.touch(o.values["source"])
	x.fail(http.StatusOK, "Object deleted")
}

func (x *exchange) addFile(id string) {
	s := x.s
	if s.object(id) == nil {
		x.missing(id)
		return
	}
	for _, f := range x.files {
		if s.MaxFile > 0 && len(f.bytes) > s.MaxFile {
			x.fail(http.StatusInternalServerError, "Превышен максимальный размер файла")
			return
		}
	}
	for _, f := range x.files {
		s.make("file", values{"title": f.name, "mimeType": f.sort, "fileSize": float64(len(f.bytes)), "source": id, "author": s.owner()}).bytes = f.bytes
	}
	s.touch(id)
	x.fail(http.StatusCreated, "")
}

func (x *exchange) getFile(id string) {
	o := x.s.object(id)
	if o == nil || classOf(o.fqn) != "file" {
		x.missing(id)
		return
	}
	name, _ := o.values["title"].(string)
	x.w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	x.w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = x.w.Write(o.bytes)
}

// metadata answers with what the metaclasses have. How its XML is made no source tells: this
// has the words that its makers use in the web pages.
func (x *exchange) metadata(of string) {
	switch {
	case of == "version":
		x.fail(http.StatusOK, "4.17.5")
	case of != "metainfo" || x.s.NoMetainfo:
		x.fail(http.StatusForbidden, "Недостаточно прав")
	default:
		var b strings.Builder
		b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><metainfoContainer>`)
		for _, c := range x.s.classes {
			class, kind, _ := strings.Cut(c.FQN, "$")
			fmt.Fprintf(&b, "<metaclass><fqn><id>%s</id>", class)
			if kind != "" {
				fmt.Fprintf(&b, "<case>%s</case>", kind)
			}
			b.WriteString(`</fqn><title lang="ru">` + escaped(c.Title) + "</title><attributes>")
			for _, a := range c.Attributes {
				fmt.Fprintf(&b, `<attribute><code>%s</code><title lang="ru">%s</title><required>%v</required><type><code>%s</code></type></attribute>`, escaped(a.Code), escaped(a.Title), a.Required, a.Type)
			}
			b.WriteString("</attributes>")
			if c.FQN == "serviceCall" {
				b.WriteString("<workflow><states>")
				for _, st := range x.s.states {
					fmt.Fprintf(&b, `<state><code>%s</code><title lang="ru">%s</title></state>`, st.Code, escaped(st.Title))
				}
				b.WriteString("</states></workflow>")
			}
			b.WriteString("</metaclass>")
		}
		b.WriteString("</metainfoContainer>")
		x.w.Header().Set("Content-Type", "application/xml")
		_, _ = x.w.WriteString(b.String())
	}
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes all
	return b.String()
}

// parse reads a date as it is written.
func (s *Server) parse(said string) (time.Time, error) {
	return time.ParseInLocation(s.layout(), said, s.zone())
}
