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
	if isPlainAddress(s[:at], s[at+1:]) {
		return true
	}
	_, err := mail.ParseAddress(s)
	return err == nil
}

// isPlainAddress knows the ordinary address, of letters, digits, dots and dashes:
// it spares the parser.
func isPlainAddress(local, host string) bool {
	for _, part := range [...]string{local, host} {
		if part == "" || part[0] == '.' || part[len(part)-1] == '.' || strings.Contains(part, "..") {
			return false
		}
		for i := range len(part) {
			c := part[i]
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && c != '.' && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
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
func authorOf(h rfc5322.Header, list listMarks) (person, desk.Address) {
	from := firstAddress(h, "From", "Sender", "Reply-To", "Return-Path")
	for _, name := range []string{"X-Original-From", "X-Original-Sender", "X-Google-Original-From"} {
		if a := firstAddress(h, name); isAddress(strings.ToLower(a.Email)) {
			return own(personOf(a)), from
		}
	}
	name, via := cutVia(from.Name)
	email := strings.ToLower(from.Email)
	if !auto.IsList(h) || !via && !list.is(email) {
		return own(personOf(from)), from
	}
	for _, a := range h.Addresses("Reply-To") {
		reply := strings.ToLower(a.Email)
		if reply != email && !list.is(reply) && isAddress(reply) {
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
		if value := h.Get(name); value != "" && !strings.Contains(value, "@") {
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
	for at := len(name); ; {
		at = strings.LastIndexByte(name[:at], ' ')
		if at <= 0 {
			return name, false
		}
		if rest := name[at:]; len(rest) >= len(" via ") && strings.EqualFold(rest[:len(" via ")], " via ") {
			return strings.Trim(name[:at], `"' `), true
		}
	}
}

// listMarks are what a header says of the list that a mail came through, lower
// case: List-Post (RFC 2369), List-Id (RFC 2919), X-BeenThere and Sender.
type listMarks struct{ post, id, been, sender string }

func listOf(h rfc5322.Header) listMarks {
	return listMarks{h.Lower("List-Post"), h.Lower("List-Id"), h.Lower("X-BeenThere"), h.Lower("Sender")}
}

// is tells whether an address is that of the list.
func (l listMarks) is(email string) bool {
	if email == "" {
		return false
	}
	if l.been == email || strings.Contains(l.post, ":"+email) {
		return true
	}
	if l.id != "" && strings.Contains(l.id, "<"+strings.Replace(email, "@", ".", 1)+">") {
		return true
	}
	if l.sender == "" {
		return false
	}
	local, host, _ := strings.Cut(email, "@")
	return strings.Contains(l.sender, local+"-bounces@"+host) || strings.Contains(l.sender, "owner-"+email)
}

// envelope is whom a mail names.
type envelope struct {
	author  person
	from    desk.Address // as From has it
	to, cc  []desk.Address
	outside []person // those of to and cc who are neither ours nor a list
}

func (s *Source) envelope(h rfc5322.Header) envelope {
	list := listOf(h)
	e := envelope{to: h.Addresses("To"), cc: h.Addresses("Cc")}
	e.author, e.from = authorOf(h, list)
	for _, field := range [...][]desk.Address{e.to, e.cc} {
		for _, a := range field {
			if p := personOf(a); p.email != "" && !s.ours.has(p.id) && !list.is(p.id) {
				e.outside = append(e.outside, p)
			}
		}
	}
	return e
}
