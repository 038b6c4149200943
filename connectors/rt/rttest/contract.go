package rttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Contract makes a list of calls at a server that nothing was written to, and returns
// what it answered: a transcript in which ids and the times of the day are names. A
// real Request Tracker and the stand-in must give the same.
func Contract(base, token string) (string, error) {
	c := &contract{base: base + "/REST/2.0/", token: token, names: map[string]string{}}
	for _, step := range contractSteps {
		if err := c.do(step); err != nil {
			return "", fmt.Errorf("%s %s: %w", step.method, step.path, err)
		}
	}
	return c.out.String(), nil
}

// step is one call. $NAME stands for the id that the step of that name made.
type step struct {
	name, method, path, body string
}

type contract struct {
	base, token string
	names       map[string]string // id → name, of the kinds of things that are numbered
	out         strings.Builder
}

func file(name, kind, content string) string {
	return fmt.Sprintf(`{"FileName":%q,"FileType":%q,"FileContent":%q}`, name, kind, content)
}

// page is HTML that RT 6 would write anew where its type is spelt text/html.
const page = `"<P\n  style=\"font-family: 'Helvetica Neue'\">x<img alt='a' src=\"data:image/png;base64,iVBORw0KGgo=\"><img src=\"/Ticket/Attachment/1/1\"></P>"`

var contractSteps = []step{
	{"", "GET", "queues/all?fields=Name,Disabled&find_disabled_rows=1", ""},
	{"", "GET", "queue/General", ""},
	{"", "GET", "queue/no-such", ""},
	{"q", "POST", "queue", `{"Name":"Поддержка"}`},
	{"", "POST", "queue", `{"Name":"General"}`},
	{"", "POST", "queue", `{"Name":"12"}`},
	{"", "PUT", "queue/$q", `{"Name":"Service"}`},
	{"", "POST", "user", `{"Name":"ann","EmailAddress":"ann@desk.test","RealName":"Ann","Privileged":1}`},
	{"", "POST", "user", `{"Name":"olga@kunde.test","EmailAddress":"olga@kunde.test","RealName":"Ольга","Organization":"Ромашка","WorkPhone":"1","FreeformContactInfo":"o@x.test"}`},
	{"", "POST", "user", `{"Name":"olga@kunde.test"}`},
	{"", "POST", "user", `{"Name":"other","EmailAddress":"OLGA@kunde.test"}`},
	{"", "POST", "user", `{"Name":"nobody-in-particular"}`},
	{"", "GET", "user/olga@kunde.test", ""},
	{"", "GET", "user/no-such", ""},
	{"", "PUT", "user/no-such", `{"RealName":"x"}`},
	{"", "PUT", "user/ann", `{"EmailAddress":"olga@kunde.test"}`},
	{"", "PUT", "user/ann", `{"Disabled":1}`},
	{"", "PUT", "user/ann", `{"Disabled":0}`},
	{"", "PUT", "user/ann", `{"RealName":"Ann"}`},
	{"", "GET", `users?fields=Name,EmailAddress&query=[{"field":"EmailAddress","operator":"=","value":"OLGA@kunde.test"}]`, ""},
	{"", "GET", `users?fields=Name&query=[{"field":"Organization","operator":"=","value":"Nope"}]`, ""},
	{"", "POST", "user", `{"Name":"77001","EmailAddress":"digits@desk.test","Privileged":1}`},
	{"", "GET", "user/77001", ""},
	{"", "PUT", "user/77001", `{"RealName":"x"}`},
	{"", "GET", `users?fields=id,Name&query=[{"field":"Name","operator":"=","value":"77001"}]`, ""},
	{"", "GET", "group/4", ""},
	{"", "GET", "group/999", ""},
	{"", "POST", "ticket", `{"Subject":"no queue"}`},
	{"", "POST", "ticket", `{"Queue":"no-such","Subject":"x"}`},
	{"", "POST", "ticket", `{"Queue":"General","Subject":"x","Status":"stalled"}`},
	{"d", "POST", "ticket", `{"Queue":"General","Subject":"digits","Requestor":"77001","Cc":["77001"],"Owner":"77001"}`},
	{"", "GET", "ticket/$d", ""},
	{"t", "POST", "ticket", `{"Queue":"General","Subject":"Принтер","Requestor":"olga@kunde.test","Cc":["bob@kunde.test"],"AdminCc":["ann"],"Owner":"ann","Status":"resolved","Priority":"50","Created":"2011-03-04 05:06:07","Resolved":"2012-03-04 05:06:07","Due":"2013-03-04 05:06:07","Content":"<p>Не печатает</p>","ContentType":"text/html","CustomFields":{"deskhaul":"T1 M1","no such":"x"}}`},
	{"", "GET", "ticket/$t", ""},
	{"", "GET", "ticket/$t/history?fields=Type,Field,OldValue,NewValue,ObjectId,Creator,CustomFields", ""},
	{"", "GET", "ticket/$t/attachments?fields=Filename,ContentType,Content,TransactionId", ""},
	{"", "POST", "ticket/$t/correspond", `{"Content":"answer","ContentType":"text/plain","TxnCustomFields":{"deskhaul":"M2"}}`},
	{"", "POST", "ticket/$t/comment", `{"Content":"note","ContentType":"text/plain","TxnCustomFields":{"no such":"M3"}}`},
	{"", "POST", "ticket/$t/comment", `{"Content":"no type"}`},
	{"", "POST", "ticket/999/comment", `{"Content":"x","ContentType":"text/plain"}`},
	{"", "POST", "ticket/no-such/comment", `{"Content":"x","ContentType":"text/plain"}`},
	{"", "GET", "ticket/$t/history?fields=Type,CustomFields&orderby=id&order=DESC&per_page=2", ""},
	{"", "POST", "ticket/$t/attachments?fields=ContentType,Content", `[{"field":"ContentType","operator":"=","value":"text/plain"},{"field":"ContentType","operator":"=","value":"text/html"}]`},
	{"", "POST", "ticket/$t/comment", `{"Content":"empty file","ContentType":"text/plain","Attachments":[` + file("a.txt", "text/plain", "") + `]}`},
	{"f", "POST", "ticket", `{"Queue":"General","Subject":"files","Content":"x","ContentType":"text/plain","Attachments":[` + strings.Join([]string{
		file("a.bin", `application/octet-stream; x-deskhaul="type=text%2Fplain"`, "AAE="), file("=?UTF-8?B?0Ls=?=", "image/png", "AAE="),
		file("Ð».png", "image/png", "AAE="), file("t.txt", "text/plain", "/2E="),
	}, ",") + `]}`},
	{"", "GET", "ticket/$f/attachments?fields=Filename,ContentType,ContentLength", ""},
	{"g", "POST", "ticket", `{"Queue":"General","Subject":"more files"}`},
	{"", "GET", "ticket/$g/attachments", ""},
	{"", "POST", "ticket/$g/comment", `{"Content":"x","ContentType":"text/plain","Attachments":[` + strings.Join([]string{
		file("a.bin", "application/octet-stream", "="), file("=?UTF-8?B?0Lsu?=", "image/png", "AAE="), file("../x/y", "image/png", "AAE="), file("two\nlines", "image/png", "AAE="), file("t.txt", "text/plain", "/2E="),
	}, ",") + `]}`},
	{"", "GET", "ticket/$g/attachments?fields=Filename,ContentType,ContentLength", ""},
	{"h", "POST", "ticket", `{"Queue":"General","Subject":"HTML","ContentType":"Text/HTML","Content":` + page + `}`},
	{"", "POST", "ticket/$h/comment", `{"ContentType":"Text/HTML","Content":` + page + `}`},
	{"", "GET", "ticket/$h/attachments?fields=Filename,ContentType,Content", ""},
	{"", "PUT", "ticket/$t", `{"Status":"open"}`},
	{"", "PUT", "ticket/$t", `{"Status":"banana"}`},
	{"", "PUT", "ticket/$t", `{"Owner":"olga@kunde.test"}`},
	{"", "PUT", "ticket/$t", `{"Owner":"no-such"}`},
	{"", "PUT", "ticket/$t", `{"Owner":"Nobody"}`},
	{"", "PUT", "ticket/$t", `{"Subject":"Printer"}`},
	{"", "PUT", "ticket/$t", `{"Due":"2014-01-02 03:04:05"}`},
	{"", "PUT", "ticket/$t", `{"Queue":"$q"}`},
	{"", "GET", "ticket/$t", ""},
	{"", "PUT", "ticket/$t", `{"Due":"2014-01-02 03:04:05"}`},
	{"", "PUT", "ticket/$t", `{"Due":""}`},
	{"", "PUT", "ticket/$t", `{"Priority":"10"}`},
	{"", "PUT", "ticket/$t", `{"Cc":[]}`},
	{"", "PUT", "ticket/$t", `{"Requestor":["nobody-in-particular"]}`},
	{"", "PUT", "ticket/$t", `{"Nonsense":"x","Created":"2001-01-01 00:00:00"}`},
	{"", "PUT", "ticket/999", `{"Subject":"x"}`},
	{"", "GET", "tickets?fields=Subject,Status&query='CF.{deskhaul}' STARTSWITH 'T1 ' AND EffectiveId > 0", ""},
	{"", "GET", "tickets?fields=Subject&query='CF.{deskhaul}' STARTSWITH 'T2 ' AND EffectiveId > 0", ""},
	{"", "PUT", "ticket/$t", `{"MergeInto":"$g"}`},
	{"", "GET", "ticket/$t", ""},
	{"", "GET", "tickets?fields=Subject&query='CF.{deskhaul}' STARTSWITH 'T1 '", ""},
	{"", "GET", "tickets?fields=Subject&query='CF.{deskhaul}' STARTSWITH 'T1 ' AND EffectiveId > 0", ""},
	{"", "PUT", "ticket/$f", `{"Status":"deleted"}`},
	{"", "GET", "tickets?fields=Subject&query=Subject = 'files'", ""},
	{"", "GET", "transactions?fields=ObjectId,NewValue&query=ObjectType = 'RT::Ticket' AND Type = 'Status' AND NewValue = 'deleted'", ""},
	{"", "GET", "transactions?fields=Type,ObjectId,NewValue&orderby=id&order=ASC&query=ObjectType = 'RT::Ticket' AND id > 0 AND (Type = 'EmailRecord' OR Type = 'CommentEmailRecord' OR Type = 'Status')", ""},
	{"", "GET", "tickets?query=banana", ""},
}

func (c *contract) do(s step) error {
	fill := strings.NewReplacer(c.pairs()...)
	path, query, found := strings.Cut(fill.Replace(s.path), "?")
	if found {
		v := url.Values{}
		for _, pair := range strings.Split(query, "&") {
			name, value, _ := strings.Cut(pair, "=")
			v.Set(name, value)
		}
		path += "?" + v.Encode()
	}
	req, err := http.NewRequest(s.method, c.base+path, strings.NewReader(fill.Replace(s.body))) //nolint:noctx // a test's own client
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "token "+c.token)
	if s.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var answer any
	if err := dec.Decode(&answer); err != nil && resp.StatusCode < 500 {
		return fmt.Errorf("%s: %w", b, err)
	}
	if o, ok := answer.(object); ok && s.name != "" {
		c.names[s.name] = fmt.Sprint(o["id"])
	}
	if resp.StatusCode >= 500 {
		answer = nil
	}
	return c.write(s, resp.StatusCode, answer)
}

func (c *contract) pairs() (pairs []string) {
	for name, id := range c.names {
		pairs = append(pairs, "$"+name, id)
	}
	return pairs
}

func (c *contract) write(s step, status int, answer any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(c.plain(answer, "")); err != nil {
		return err
	}
	_, err := fmt.Fprintf(&c.out, "%s %s %s\n%d %s\n", s.method, s.path, s.body, status, b.Bytes())
	return err
}

// kept are the words of RT's answers that the connector reads; "id" is looked at apart.
var kept = []string{
	"message", "items", "type", "Name", "EmailAddress", "RealName", "Organization", "WorkPhone", "FreeformContactInfo", "Disabled", "Domain",
	"Subject", "Status", "Priority", "Owner", "Requestor", "Cc", "AdminCc", "Created", "Due", "Resolved", "EffectiveId", "Queue", "CustomFields", "name", "values",
	"Type", "Field", "OldValue", "NewValue", "ObjectId", "Creator", "TransactionId", "Filename", "ContentType", "ContentLength", "Content",
	"TicketCustomFields", "TicketTransactionCustomFields", "total", "count",
}

var (
	today = regexp.MustCompile(`^20[2-9]\d-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?$`)
	where = regexp.MustCompile(` at /\S+ line \d+\.\s*`)
	digit = regexp.MustCompile(`^\d+$`)
	whose = regexp.MustCompile(`^(User|Queue) [^ ]+: `) // RT 5 says the name, RT 6 the number
	about = regexp.MustCompile(`^Ticket (\d+): `)
)

// plain is an answer without what differs from server to server.
func (c *contract) plain(v any, key string) any {
	switch v := v.(type) {
	case object:
		out := object{}
		for k, e := range v {
			switch {
			case k == "id" && v["type"] == "customfield":
			case k == "id" && v["type"] != "ticket" && v["Type"] != "ticket":
				out[k] = c.plain(e, "number")
			case k == "id" || slices.Contains(kept, k):
				out[k] = c.plain(e, k)
			}
		}
		return out
	case []any:
		out := []any{}
		for _, e := range v {
			out = append(out, c.plain(e, key))
		}
		if strings.HasSuffix(key, "CustomFields") { // in no order of their own
			slices.SortFunc(out, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
		return out
	case json.Number:
		return c.plain(string(v), key)
	case string:
		return c.plainText(v, key)
	}
	return v
}

func (c *contract) plainText(v, key string) string {
	if slices.Contains([]string{"number", "TransactionId"}, key) && digit.MatchString(v) {
		return "#"
	}
	if slices.Contains([]string{"id", "ObjectId", "EffectiveId"}, key) && digit.MatchString(v) {
		for name, id := range c.names {
			if id == v && name != "q" {
				return "$" + name
			}
		}
		return "#"
	}
	if today.MatchString(v) {
		return "NOW"
	}
	v = whose.ReplaceAllString(where.ReplaceAllString(v, ""), "$1: ")
	if m := about.FindStringSubmatch(v); m != nil {
		for name, id := range c.names {
			if id == m[1] && name != "q" {
				v = "Ticket $" + name + ": " + v[len(m[0]):]
			}
		}
	}
	return v
}
