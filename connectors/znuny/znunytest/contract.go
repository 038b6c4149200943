package znunytest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// Contract makes a list of calls at a server without a ticket, and returns what it answered:
// a transcript in which numbers of tickets and articles and the times of the day are names.
// A real Znuny and the stand-in must give the same.
func Contract(client *http.Client, base, user, password string) (string, error) {
	c := &contract{client: client, base: base + "/nph-genericinterface.pl/Webservice/deskhaul/", login: object{"UserLogin": user, "Password": password}, names: map[string]string{}}
	for _, step := range contractSteps {
		if err := c.do(step); err != nil {
			return "", fmt.Errorf("%s %s: %w", step.op, step.body, err)
		}
	}
	return c.out.String(), nil
}

// step is one call. $NAME stands for the number of the ticket that the step of that name made.
type step struct{ name, op, body string }

type contract struct {
	client *http.Client
	base   string
	login  object
	names  map[string]string // of numbers
	out    strings.Builder
}

const (
	someTicket  = `"Title":" Принтер ","CustomerUser":"bob@kunde.test","Queue":"Support","State":"new","Priority":"3 normal","Type":"Unclassified"`
	someArticle = `"Subject":"s","Body":"  text\r\nof two lines  ","ContentType":"text/plain; charset=utf-8","NoAgentNotify":1,"AutoResponseType":"auto remove","HistoryType":"AddNote","HistoryComment":"%%deskhaul"`
	bad         = `"PendingTime":{"Diff":"never"}`
)

// asks is a question about a ticket that says this besides.
func asks(more string) step {
	return step{"", "TicketCreate", `{"Ticket":{` + someTicket + `,` + more + `,` + bad + `},"Article":{"Subject":"x"}}`}
}

// field is a question about a dynamic field.
func field(name, value string) step {
	return step{"", "TicketCreate", `{"Ticket":{` + someTicket + `},"Article":{` + someArticle + `},"DynamicField":[{"Name":"` + name + `","Value":` + value + `}],"Attachment":[{"Filename":"x"}]}`}
}

var contractSteps = []step{
	{"", "TicketSearch", `{"Limit":1}`},
	{"", "TicketGet", `{"TicketID":"999"}`},
	{"", "TicketGet", `{"TicketID":"0"}`},
	{"", "TicketHistoryGet", `{"TicketID":"999"}`},
	{"", "TicketHistoryGet", `{"TicketID":"0"}`},
	{"", "TicketUpdate", `{"TicketID":"0"}`},
	{"", "TicketUpdate", `{"TicketID":"999","Ticket":{"Title":"x"}}`},
	{"", "TicketGet", `{"TicketID":"1","Password":"wrong"}`},
	{"", "TicketCreate", `{"Password":"wrong"}`},
	{"", "TicketUpdate", `{"TicketID":"1","Password":"wrong"}`},
	{"", "TicketHistoryGet", `{"TicketID":"1","Password":"wrong"}`},
	{"", "Nonsense", `{}`},
	{"", "TicketCreate", `nonsense`},
	{"", "TicketCreate", `{"Ticket":{` + someTicket + `}}`},
	{"", "TicketCreate", `{"Article":{` + someArticle + `}}`},
	asks(`"Lock":"unlock"`), asks(`"Title":""`), asks(`"CustomerUser":"no address"`), asks(`"CustomerUser":"x@example.com"`), asks(`"CustomerUser":"root@localhost"`),
	asks(`"Queue":"Nowhere"`), asks(`"Queue":"support"`), asks(`"Type":"Nothing"`), asks(`"State":"odd"`), asks(`"State":"removed"`), asks(`"Priority":"odd"`),
	asks(`"Owner":"nobody"`), asks(`"Owner":"ann"`), asks(`"OwnerID":1`),
	{"", "TicketCreate", `{"Ticket":{` + someTicket + `},"Article":{"Subject":"x"}}`},
	{"", "TicketCreate", `{"Ticket":{` + someTicket + `},"Article":{` + someArticle + `,"AutoResponseType":"loud"}}`},
	{"", "TicketCreate", `{"Ticket":{` + someTicket + `},"Article":{` + someArticle + `,"From":"Olga"}}`},
	{"", "TicketCreate", `{"Ticket":{` + someTicket + `},"Article":{` + someArticle + `,"SenderType":"odd"}}`},
	field("nosuch", `"x"`), field("deskhaul", `"x"`), field("opened", `"2011-03-04 05:06:07"`), field("opened", `"yesterday"`), field("urgent", `"1"`), field("urgent", `"maybe"`), field("size", `"big"`), field("size", `"huge"`),
	{"t", "TicketCreate", `{"Ticket":{` + someTicket + `,"Lock":"unlock","OwnerID":1},"Article":{` + someArticle + `,"From":"\"Olga, P\" <olga@kunde.test>","SenderType":"customer","CommunicationChannel":"Email","IsVisibleForCustomer":1,"To":"x@y.test","Cc":"z@y.test"},"DynamicField":[{"Name":"deskhaul","Value":"dhm-1"},{"Name":"opened","Value":"2011-03-04 05:06:07"},{"Name":"urgent","Value":"1"},{"Name":"size","Value":"big"}],"Attachment":[` +
		`{"Filename":"логотип.png","ContentType":"IMAGE/png; x-deskhaul=0--","Content":"AAE=","ContentID":"<a@b>","Disposition":"inline"},{"Filename":"a.txt","ContentType":"text/plain","Content":"=","Disposition":"attachment"},{"Filename":"a.txt","ContentType":"text/plain","Content":"eA==","Disposition":"attachment"}]}`},
	{"", "TicketGet", `{"TicketID":"$t","AllArticles":1,"Attachments":1,"DynamicFields":1,"Extended":1,"HTMLBodyAsAttachment":1}`},
	{"", "TicketSearch", `{"DynamicField_deskhaul":{"Equals":"dhm-1"},"Limit":100}`},
	{"", "TicketSearch", `{"DynamicField_deskhaul":{"Equals":"dhm-2"},"Limit":100}`},
	{"", "TicketSearch", `{"CustomerUserLogin":["bob@kunde.test"],"Limit":1}`},
	{"", "TicketSearch", `{"OwnerIDs":["1"],"Limit":1}`},
	{"", "TicketSearch", `{"OwnerIDs":["77"],"Limit":1}`},
	{"", "TicketUpdate", `{"TicketID":"$t","Article":{` + someArticle + `,"ContentType":"text/html; charset=utf-8","Body":" <p>x <img src=\"&#100;ata:image/png;base64,AAE=\"></p>\n<!-- end --> ","IsVisibleForCustomer":0,"SenderType":"agent","CommunicationChannel":"Internal","To":"\"A\" <x@y.test>","Cc":"z@y.test"}}`},
	{"", "TicketUpdate", `{"TicketID":"$t","Article":{` + someArticle + `},"Attachment":[{"Filename":"x","ContentType":"x-odd/type","Content":"AAE="}]}`},
	{"", "TicketUpdate", `{"TicketID":"$t","Ticket":{"State":"pending reminder"}}`},
	{"", "TicketUpdate", `{"TicketID":"$t","Ticket":{"State":"pending reminder","PendingTime":{"Diff":600}}}`},
	{"", "TicketUpdate", `{"TicketID":"$t","Ticket":{"Title":" other ","Queue":"Misc","Priority":"4 high","Owner":"ann","CustomerUser":"eve@kunde.test","Type":"problem"},"DynamicField":[{"Name":"opened","Value":""},{"Name":"urgent","Value":""},{"Name":"size","Value":""}]}`},
	{"", "TicketGet", `{"TicketID":"$t","DynamicFields":1}`},
	{"", "TicketUpdate", `{"TicketID":"$t","Ticket":{"State":"closed successful"}}`},
	{"", "TicketUpdate", `{"TicketID":"$t","Ticket":{"State":"removed"}}`},
	{"u", "TicketCreate", `{"Ticket":{` + someTicket + `},"Article":{` + someArticle + `}}`},
	{"", "TicketGet", `{"TicketID":"$t,$u","AllArticles":1,"DynamicFields":1}`},
	{"", "TicketGet", `{"TicketID":"$t,999"}`},
	{"", "TicketSearch", `{"SortBy":["Age","TicketNumber"],"OrderBy":["Up","Up"],"TicketCreateTimeNewerDate":"1970-01-02 00:00:00","TicketChangeTimeNewerDate":"1970-01-02 00:00:00","SearchInArchive":"AllTickets","Limit":10}`},
	{"", "TicketSearch", `{"SortBy":"Age","OrderBy":"Down","Limit":1,"TicketCreateTimeNewerDate":"2037-01-02 00:00:00"}`},
	{"", "TicketHistoryGet", `{"TicketID":"$u"}`},
}

func (c *contract) do(s step) error {
	body := s.body
	for name, id := range c.names {
		body = strings.ReplaceAll(body, "$"+name, id)
	}
	var args object
	if json.Unmarshal([]byte(body), &args) == nil {
		for name, v := range c.login {
			if args[name] == nil {
				args[name] = v
			}
		}
		b, err := json.Marshal(args)
		if err != nil {
			return err
		}
		body = string(b)
	}
	resp, err := c.client.Post(c.base+s.op, "application/json", strings.NewReader(body)) //nolint:noctx // a test's own client
	if err != nil {
		return err
	}
	b, err := io.ReadAll(resp.Body)
	if err == nil {
		err = resp.Body.Close()
	}
	if err != nil {
		return err
	}
	return c.write(s, resp.StatusCode, b)
}

func (c *contract) write(s step, status int, answer []byte) error {
	fmt.Fprintf(&c.out, "%s %s\n%d ", s.op, s.body, status)
	var v any
	if json.Unmarshal(answer, &v) != nil {
		_, err := fmt.Fprintf(&c.out, "%s\n\n", bytes.TrimSpace(answer))
		return err
	}
	if o, ok := v.(object); ok && s.name != "" {
		c.names[s.name] = said(o["TicketID"])
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(c.plain(v, "")); err != nil {
		return err
	}
	_, err := fmt.Fprintf(&c.out, "%s\n", b.Bytes())
	return err
}

// kept are the words of Znuny's answers that the connector reads.
var kept = []string{
	"Error", "ErrorCode", "ErrorMessage", "Ticket", "TicketID", "ArticleID", "Article", "Attachment", "DynamicField", "Name", "Value", "TicketHistory", "History",
	"Title", "State", "StateType", "Priority", "Queue", "Type", "Owner", "OwnerID", "Responsible", "ResponsibleID", "CustomerUserID", "CustomerID", "Created", "Changed", "Closed",
	"From", "To", "Cc", "Subject", "Body", "ContentType", "MessageID", "SenderType", "IsVisibleForCustomer", "CommunicationChannelID", "CreateTime", "IncomingTime",
	"Filename", "FilesizeRaw", "ContentID", "Disposition", "Content", "HistoryType",
}

// ours are the dynamic fields that both have.
var ours = []string{"deskhaul", "opened", "urgent", "size"}

var (
	today  = regexp.MustCompile(`^(20[2-9]\d-\d\d-\d\d \d\d:\d\d:\d\d|17\d{8}|18\d{8})$`)
	number = regexp.MustCompile(`20[2-9]\d{5}10\d{5,}`)
	spaces = regexp.MustCompile(` +`)
	ending = regexp.MustCompile(`%%\d+$`)
)

// plain is an answer without what differs from server to server. Numbers are texts, for Perl
// makes no difference.
func (c *contract) plain(v any, key string) any {
	switch v := v.(type) {
	case object:
		if name, is := v["Name"].(string); is && v["HistoryType"] == nil && !slices.Contains(ours, name) {
			return nil
		}
		if v["HistoryType"] == "CustomerUpdate" || v["HistoryType"] == "Misc" {
			return nil
		}
		out := object{}
		for k, e := range v {
			fromHTML := k == "Body" && said(v["IsVisibleForCustomer"]) == "0" // Znuny makes it in its own way
			ofHistory := k == "OwnerID" && v["HistoryType"] != nil
			if slices.Contains(kept, k) && !fromHTML && !ofHistory {
				out[k] = c.plain(e, k)
			}
		}
		return out
	case []any:
		out := []any{}
		for _, e := range v {
			if p := c.plain(e, key); p != nil {
				out = append(out, p)
			}
		}
		return out
	case nil:
		return nil
	}
	return c.word(said(v), key)
}

func (c *contract) word(v, key string) string {
	if (key == "OwnerID" || key == "ResponsibleID") && v != "1" {
		return "#"
	}
	if key == "TicketID" || key == "ArticleID" {
		for name, id := range c.names {
			if id == v && key == "TicketID" {
				return "$" + name
			}
		}
		return "#"
	}
	if today.MatchString(v) {
		return "NOW"
	}
	v = ending.ReplaceAllString(v, "%%#")
	return spaces.ReplaceAllString(number.ReplaceAllString(v, "NUMBER"), " ")
}
