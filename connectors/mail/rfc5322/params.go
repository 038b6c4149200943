package rfc5322

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
)

// params are the parameters of a field such as Content-Type (RFC 2045 section
// 5.1 with RFC 2231), in the order of the field.
type params []param

type param struct {
	name  string // lower case, without the marks of RFC 2231
	value string // as written, quotes removed
	// part numbers the pieces of a long value from 0; coded says that the
	// piece is percent-encoded.
	part  int
	coded bool
}

// get returns the decoded value of the parameter, "" if it is not there.
func (ps params) get(name string, d *charset.Detective) string {
	var pieces params
	for _, p := range ps {
		if p.name == name {
			pieces = append(pieces, p)
		}
	}
	switch {
	case len(pieces) == 0:
		return ""
	case !pieces.extended():
		return d.Words(pieces[0].value)
	}
	return pieces.join(d)
}

// plain returns the value as written: for what is compared byte by byte.
func (ps params) plain(name string) string {
	var out string
	for _, p := range ps {
		if p.name == name {
			if p.part < 0 {
				return p.value
			}
			out += p.value
		}
	}
	return out
}

func (ps params) extended() bool {
	return slices.ContainsFunc(ps, func(p param) bool { return p.part >= 0 })
}

// join puts the pieces of a long value together (RFC 2231 sections 3 and 4).
func (ps params) join(d *charset.Detective) string {
	ps = slices.DeleteFunc(ps, func(p param) bool { return p.part < 0 })
	slices.SortStableFunc(ps, func(a, b param) int { return cmp.Compare(a.part, b.part) })
	var raw []byte
	label, coded := "", false
	for i, p := range ps {
		v := p.value
		if i > 0 && p.part == ps[i-1].part {
			continue
		}
		if p.coded {
			coded = true
			if first := strings.SplitN(v, "'", 3); i == 0 && len(first) == 3 {
				label, v = first[0], first[2]
			}
			raw = appendPercent(raw, v)
			continue
		}
		raw = append(raw, v...)
	}
	if !coded {
		return d.Words(string(raw))
	}
	s, _ := d.Text(raw, label)
	return charset.OneLine(s)
}

func appendPercent(out []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && charset.IsHex(s[i+1]) && charset.IsHex(s[i+2]) {
			out = append(out, charset.Unhex(s[i+1])<<4|charset.Unhex(s[i+2]))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return out
}

// splitParams cuts a field into its value, lower case, and its parameters.
func splitParams(s string) (string, params) {
	value, rest, _ := strings.Cut(s, ";")
	if i := strings.IndexByte(value, '('); i >= 0 {
		value = value[:i] // a comment
	}
	value = strings.ToLower(strings.Trim(value, " \t\r\n\"'"))
	if i := strings.IndexAny(value, " \t,"); i >= 0 {
		if strings.Contains(value[i:], "=") && rest == "" {
			rest = value[i+1:] // the semicolon is missing
		}
		value = value[:i]
	}
	if rest == "" {
		return value, nil
	}
	ps := make(params, 0, 4)
	for rest != "" && len(ps) < 1000 {
		var p param
		p, rest = cutParam(rest)
		if p.name != "" {
			ps = append(ps, p)
		}
	}
	return value, ps
}

// cutParam reads one parameter off the front of s.
func cutParam(s string) (param, string) {
	s = strings.TrimLeft(s, "; \t\r\n")
	i := strings.IndexAny(s, "=;")
	if i < 0 {
		return param{}, ""
	}
	if s[i] == ';' {
		return param{}, s[i+1:]
	}
	p := param{part: -1}
	p.name = strings.ToLower(strings.TrimSpace(s[:i]))
	if at := strings.IndexAny(p.name, " \t"); at >= 0 {
		p.name = p.name[strings.LastIndexAny(p.name, " \t")+1:]
	}
	p.number()
	s = strings.TrimLeft(s[i+1:], " \t\r\n")
	if strings.HasPrefix(s, `"`) {
		var rest string
		p.value, rest = cutQuoted(s)
		return p, rest
	}
	v, rest, _ := strings.Cut(s, ";")
	if p.name == "charset" || p.name == "boundary" || p.name == "format" || p.name == "delsp" {
		v, _, _ = strings.Cut(v, " (") // a comment; a file name may have brackets
	}
	p.value = strings.TrimSpace(v)
	return p, rest
}

// number takes the marks of RFC 2231 off the name.
func (p *param) number() {
	name, marks, ok := strings.Cut(p.name, "*")
	if !ok {
		return
	}
	p.name, p.part = name, 0
	digits, coded := strings.CutSuffix(marks, "*")
	p.coded = coded || marks == ""
	if n, err := strconv.Atoi(digits); err == nil && n >= 0 {
		p.part = n
	}
}

// cutQuoted reads a quoted string. A quote that something other than a semicolon
// follows belongs to the value; a backslash escapes only quotes and backslashes,
// because Windows paths are met.
func cutQuoted(s string) (value, rest string) {
	var b strings.Builder
	i := 1
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case c == '"':
			after := strings.TrimLeft(s[i+1:], " \t\r\n")
			if after == "" || after[0] == ';' || after[0] == '(' || !strings.Contains(after, `"`) || startsParam(after) {
				_, rest, _ = strings.Cut(after, ";")
				if startsParam(after) {
					rest = after
				}
				return b.String(), rest
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	value = b.String()
	if v, rest, ok := strings.Cut(value, ";"); ok { // never closed
		return v, rest
	}
	return value, ""
}

// startsParam tells whether s goes on with name=, the semicolon being left out.
func startsParam(s string) bool {
	name, _, ok := strings.Cut(s[:min(len(s), 20)], "=")
	return ok && name != "" && strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789*-") == ""
}
