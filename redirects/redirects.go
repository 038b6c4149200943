// Package redirects writes which old address leads to which new one, in the forms that web
// servers read.
package redirects

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Way is one old address and the new one in its place.
type Way struct {
	Kind     desk.Kind
	Old, New string  // whole addresses
	Source   string  // the old system, as the configuration calls it
	From, To desk.ID // the record in the old system and in the new one
}

// Writer writes ways in one form. Close finishes it; of the addresses that the form has no
// room for Skipped tells how many there were.
type Writer interface {
	Write(Way) error
	Close() error
	Skipped() int64
}

// Forms are the names of the forms.
func Forms() []string { return []string{"csv", "nginx", "apache", "caddy", "cloudflare"} }

// NewWriter begins a file of one form.
func NewWriter(form string, w io.Writer) (Writer, error) {
	out := bufio.NewWriter(w)
	switch form {
	case "csv":
		c := &commas{out: csv.NewWriter(out), flush: out, fields: func(w Way) []string {
			return []string{w.Old, w.New, string(w.Kind), w.Source, string(w.From), string(w.To)}
		}}
		return c, c.out.Write([]string{"old", "new", "kind", "source", "old_id", "new_id"})
	case "cloudflare": // the form of their lists of bulk redirects; a query is not compared there, and what stands behind # is sent to nobody
		return &commas{out: csv.NewWriter(out), flush: out, fields: func(w Way) []string {
			if strings.ContainsAny(w.Old, "?#") {
				return nil
			}
			return []string{w.Old, w.New, "301"}
		}}, nil
	case "nginx":
		return begin(out, nginx)
	case "apache":
		return begin(out, apache)
	case "caddy":
		return begin(out, caddy)
	}
	return nil, fmt.Errorf("there is no form %q – take one of %s", form, strings.Join(Forms(), ", "))
}

// commas is a table.
type commas struct {
	out     *csv.Writer
	flush   *bufio.Writer
	fields  func(Way) []string // nil: there is no room for it
	skipped int64
}

func (c *commas) Write(w Way) error {
	row := c.fields(w)
	if row == nil {
		c.skipped++
		return nil
	}
	return c.out.Write(row)
}

func (c *commas) Close() error {
	c.out.Flush()
	if err := c.out.Error(); err != nil {
		return err
	}
	return c.flush.Flush()
}

func (c *commas) Skipped() int64 { return c.skipped }

// dialect is a form of a line for each address, with lines around them.
type dialect struct {
	head, foot string
	line       func(key, to string) string
	bad        string // characters that an address cannot have there
}

var nginx = dialect{
	head: `# Old addresses and new ones, for nginx. In the http part:  include THIS_FILE;
# and in the server of the old address:  if ($moved_to) { return 301 $moved_to; }
# nginx takes these two once: where they are set already, leave the larger ones.
map_hash_bucket_size 1024;
map_hash_max_size 65536;
geo $dollar { default "$"; }
map $host$request_uri $moved_to {
    default "";
`,
	// A dollar sign begins a variable in a value, and there is none for itself; in a key it
	// means nothing.
	line: func(key, to string) string {
		return fmt.Sprintf("    \"%s\" \"%s\";\n", key, strings.ReplaceAll(to, "$", "${dollar}"))
	},
	foot: "}\n", bad: "\"\\",
}

var apache = dialect{
	head: `# Old addresses and new ones, for Apache: a map for RewriteMap. In the server of the old address:
#   RewriteEngine on
#   RewriteMap moved "txt:THIS_FILE"
#   RewriteCond ${moved:%{HTTP_HOST}%{REQUEST_URI}?%{QUERY_STRING}} (.+) [OR]
#   RewriteCond ${moved:%{HTTP_HOST}%{REQUEST_URI}} (.+)
#   RewriteRule ^ %1 [R=301,L,NE,QSD,UnsafeAllow3F]
# Before 2.4.60 Apache knew no UnsafeAllow3F, and needed none: leave it out there.
# httxt2dbm makes a file of it that is quicker to read.
`,
	line: func(key, to string) string { return key + " " + to + "\n" }, bad: " \t",
}

var caddy = dialect{
	head: `# Old addresses and new ones, for Caddy: import THIS_FILE in the site of the old address.
map {host}{uri} {moved_to} {
`,
	line: func(key, to string) string { return fmt.Sprintf("\t\"%s\" \"%s\"\n", key, to) },
	foot: "\tdefault \"\"\n}\n@moved expression `{moved_to} != \"\"`\nredir @moved {moved_to} permanent\n", bad: "\"\\{}`",
}

// lines writes a dialect.
type lines struct {
	dialect
	out     *bufio.Writer
	skipped int64
}

func begin(out *bufio.Writer, d dialect) (*lines, error) {
	_, err := out.WriteString(d.head)
	return &lines{dialect: d, out: out}, err
}

func (l *lines) Write(w Way) error {
	key, ok := keyOf(w.Old)
	if !ok || strings.ContainsAny(key+w.New, l.bad+"\r\n") {
		l.skipped++
		return nil
	}
	_, err := l.out.WriteString(l.line(key, w.New))
	return err
}

func (l *lines) Close() error {
	if _, err := l.out.WriteString(l.foot); err != nil {
		return err
	}
	return l.out.Flush()
}

func (l *lines) Skipped() int64 { return l.skipped }

// keyOf is what a server compares: the host, the path and the query. Of an address that tells
// its record behind # it is not told which: a browser keeps that for itself.
func keyOf(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Fragment != "" || !slices.Contains([]string{"http", "https"}, u.Scheme) {
		return "", false
	}
	return strings.ToLower(u.Hostname()) + u.RequestURI(), true
}
