package itsm365

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
)

// metadata is what an installation says of its metaclasses, or what its objects show of them.
type metadata struct {
	classes map[string]metaclass // by fqn
	states  []titled             // of tickets
	told    bool                 // by the installation itself
}

type metaclass struct {
	title      string
	attributes map[string]attribute // its own, by code
}

type attribute struct {
	title, sort string
	required    bool
}

type titled struct{ code, title string }

// of are the attributes of a class, or of a type and its class; nil if nothing is known.
func (m *metadata) of(fqn string) map[string]attribute {
	out := map[string]attribute{}
	for _, name := range []string{classOf(fqn), fqn} {
		for code, a := range m.classes[name].attributes {
			out[code] = a
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// mostMetadata is up to how many bytes of metadata are taken; a large installation has some ten
// million.
const mostMetadata = 256 << 20

// metadata asks for the metadata, which wants a vendor's rights; else objects are looked at.
func (a *api) metadata(ctx context.Context) (*metadata, error) {
	at := strings.TrimSuffix(a.config.prefix(), "/rest") + "/smpsync/metainfo"
	resp, err := a.client.Do(ctx, rest.Call{Path: strings.TrimRight(a.config.URL, "/") + at})
	switch {
	case errors.Is(err, connectors.ErrDenied), errors.Is(err, connectors.ErrNotFound), errors.Is(err, connectors.ErrRefused):
		return a.shown(ctx)
	case err != nil:
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // it was read, or is worth nothing
	var root node
	if xml.NewDecoder(io.LimitReader(resp.Body, mostMetadata)).Decode(&root) != nil {
		return a.shown(ctx)
	}
	m := &metadata{classes: map[string]metaclass{}, told: true}
	m.take(&root, "")
	if m.of(a.config.of("tickets").Class) == nil {
		return a.shown(ctx)
	}
	return m, nil
}

// node is any element of an XML document: how the metadata is made no source tells, so that
// what is known by its name is looked for.
type node struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
	Nodes   []node `xml:",any"`
}

func (n *node) named(name string) bool { return strings.EqualFold(n.XMLName.Local, name) }

func (n *node) child(name string) *node {
	for i := range n.Nodes {
		if n.Nodes[i].named(name) {
			return &n.Nodes[i]
		}
	}
	return nil
}

// say is the text of a child, or of the child's own code or id.
func (n *node) say(name string) string {
	c := n.child(name)
	if c == nil {
		return ""
	}
	if text := strings.TrimSpace(c.Text); text != "" {
		return text
	}
	return cmp.Or(c.sayOwn("code"), c.sayOwn("id"))
}

func (n *node) sayOwn(name string) string {
	if c := n.child(name); c != nil {
		return strings.TrimSpace(c.Text)
	}
	return ""
}

// take looks through an element: one with an fqn is a metaclass, and what is called attribute
// or state in it, and has a code, is one of it.
func (m *metadata) take(n *node, fqn string) {
	if f := n.child("fqn"); f != nil {
		if fqn = n.say("fqn"); f.sayOwn("case") != "" {
			fqn = f.sayOwn("id") + "$" + f.sayOwn("case")
		}
		if _, had := m.classes[fqn]; !had {
			m.classes[fqn] = metaclass{title: n.say("title"), attributes: map[string]attribute{}}
		}
	}
	code := n.say("code")
	switch {
	case fqn == "" || code == "":
	case n.named("attribute"):
		m.classes[fqn].attributes[code] = attribute{n.say("title"), n.say("type"), n.say("required") == "true"}
		return
	case n.named("state") && classOf(fqn) == "serviceCall":
		m.states = append(m.states, titled{code, n.say("title")})
		return
	}
	for i := range n.Nodes {
		m.take(&n.Nodes[i], fqn)
	}
}

// shown is what some objects of each class show.
func (a *api) shown(ctx context.Context) (*metadata, error) {
	m := &metadata{classes: map[string]metaclass{}}
	states := map[string]bool{}
	for section := range usual {
		k := a.config.of(section)
		rows, err := a.find(ctx, k.Class, nil, nil, 0, sureRows)
		if errors.Is(err, connectors.ErrRefused) || errors.Is(err, connectors.ErrNotFound) {
			continue // told as a class that is not there
		}
		if err != nil {
			return nil, err
		}
		c := metaclass{attributes: map[string]attribute{}}
		for _, r := range rows {
			for code := range r {
				c.attributes[code] = attribute{title: code}
			}
			if state := r.text(k.code("status")); section == "tickets" && state != "" && !states[state] {
				states[state] = true
				m.states = append(m.states, titled{state, state})
			}
		}
		if had, ok := m.classes[k.Class]; ok {
			for code, at := range had.attributes {
				c.attributes[code] = at
			}
		}
		m.classes[k.Class] = c
	}
	return m, nil
}
