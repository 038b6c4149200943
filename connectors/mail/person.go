package mail

import (
	"net/mail"
	"regexp"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/auto"
	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/desk"
)

// person is somebody whom a mail names.
type person struct {
	id    string // the address in lower case, or what else tells them apart
	name  string // as best known; "" if the mail has none
	email string // lower case; "" if the mail gives no address that could be written to
	rank  int    // how much the name is worth, see nameRank
}

func (p person) same(q person) bool { return p.id == q.id }

var atWord = regexp.MustCompile(`([\p{L}\p{N}._%+=-]+) at ([\p{L}\p{N}-]+(?:(?:\.| dot )[\p{L}\p{N}-]+)+)`)

// repairAt makes addresses of "user at host", as list archives write them.
func repairAt(h rfc5322.Header) rfc5322.Header {
	fixed := rfc5322.Header{Fields: make([]rfc5322.HeaderField, len(h.Fields))}
	copy(fixed.Fields, h.Fields)
	for i, f := range fixed.Fields {
		switch strings.ToLower(f.Name) {
		case "from", "to", "cc", "bcc", "sender", "reply-to":
			fixed.Fields[i].Value = atWord.ReplaceAllStringFunc(f.Value, func(s string) string {
				return strings.ReplaceAll(strings.Replace(s, " at ", "@", 1), " dot ", ".")
			})
		}
	}
	return fixed
}

// personOf makes a person of an address as a mail has it. A text that is no
// address ("jane at example.com") still tells people apart; it is no address to
// write to.
func personOf(a desk.Address) person {
	email := strings.ToLower(strings.TrimSpace(a.Email))
	p := person{id: email, name: cleanName(a.Name, email)}
	if isAddress(email) {
		p.email = email
	}
	if p.id == "" {
		p.id = desk.Normal(a.Name)
	}
	p.rank = nameRank(p, false)
	return p
}

// isAddress tells whether mail could be sent to it; enough of RFC 5321 to keep
// broken ones out of targets that check.
func isAddress(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 || strings.ContainsAny(s, " \t<>,;()[]") {
		return false
	}
	_, err := mail.ParseAddress(s)
	return err == nil
}

// cleanName drops what is no name: quotes, the address again.
func cleanName(name, email string) string {
	name = strings.TrimSpace(strings.Trim(strings.TrimSpace(name), `"'`))
	if strings.EqualFold(name, email) {
		return ""
	}
	return name
}

// nameRank weighs a name: none, one that looks like an address, one that others
// wrote, one that its owner wrote.
func nameRank(p person, own bool) int {
	switch {
	case p.name == "":
		return 0
	case strings.Contains(p.name, "@"):
		return 1
	case own:
		return 3
	}
	return 2
}

// authorOf finds who wrote a mail. Lists that put their own address into From
// (because of DMARC) leave the author in X-Original-From or Reply-To; where they
// leave none, the name before "via" tells the authors apart.
func authorOf(h rfc5322.Header) (person, desk.Address) {
	from := firstAddress(h, "From", "Sender", "Reply-To", "Return-Path")
	for _, name := range []string{"X-Original-From", "X-Original-Sender", "X-Google-Original-From"} {
		if a := firstAddress(h, name); isAddress(strings.ToLower(a.Email)) {
			return own(personOf(a)), from
		}
	}
	name, via := cutVia(from.Name)
	email := strings.ToLower(from.Email)
	if !auto.IsList(h) || !via && !isListAddress(h, email) {
		return own(personOf(from)), from
	}
	for _, a := range h.Addresses("Reply-To") {
		reply := strings.ToLower(a.Email)
		if reply != email && !isListAddress(h, reply) && isAddress(reply) {
			if a.Name == "" {
				a.Name = name
			}
			return own(personOf(a)), from
		}
	}
	if !via || name == "" {
		return own(personOf(from)), from
	}
	return person{id: email + "/" + desk.Normal(name), name: name, rank: 3}, from
}

func own(p person) person {
	p.rank = nameRank(p, true)
	return p
}

// archived is how list archives write an author: "jane at example.com (Jane)".
var archived = regexp.MustCompile(`^\s*(\S+ at \S+)\s+\((.+)\)\s*$`)

func firstAddress(h rfc5322.Header, names ...string) desk.Address {
	for _, name := range names {
		if value := h.Get(name); !strings.Contains(value, "@") {
			if m := archived.FindStringSubmatch(h.Text(name)); m != nil {
				return desk.Address{Name: m[2], Email: m[1]}
			}
		}
		for _, a := range h.Addresses(name) {
			if a.Email != "" || a.Name != "" {
				return a
			}
		}
	}
	return desk.Address{}
}

// cutVia cuts "via List" off a name that a list has rewritten.
func cutVia(name string) (string, bool) {
	lower := strings.ToLower(name)
	if at := strings.LastIndex(lower, " via "); at > 0 && len(lower) == len(name) {
		return strings.Trim(name[:at], `"' `), true
	}
	return name, false
}

// isListAddress tells whether an address is the mail's list: by List-Post
// (RFC 2369), List-Id (RFC 2919), Sender or X-BeenThere.
func isListAddress(h rfc5322.Header, email string) bool {
	if email == "" {
		return false
	}
	if strings.Contains(h.Lower("List-Post"), ":"+email) || h.Lower("X-BeenThere") == email {
		return true
	}
	if strings.Contains(h.Lower("List-Id"), "<"+strings.Replace(email, "@", ".", 1)+">") {
		return true
	}
	local, host, _ := strings.Cut(email, "@")
	sender := h.Lower("Sender")
	return strings.Contains(sender, local+"-bounces@"+host) || strings.Contains(sender, "owner-"+email)
}
