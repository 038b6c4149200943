package znunytest

import (
	"cmp"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// actor is the number of the user whom we log in as.
const actor = 2

// create implements TicketCreate.
func (s *Server) create(args object) object {
	const op = "TicketCreate"
	articles := listOf(args["Article"])
	if len(articles) == 0 {
		return failed(op, "MissingParameter", "Article parameter is missing or not valid!")
	}
	t := trimmed(args["Ticket"])
	if len(t) == 0 {
		return failed(op, "MissingParameter", "Ticket parameter is missing or not valid!")
	}
	if wrong := s.checkTicket(op, t, true); wrong != nil {
		return wrong
	}
	if wrong := s.checkRest(op, articles, args); wrong != nil {
		return wrong
	}
	k := s.made(t)
	s.set(k, args["DynamicField"])
	id := int64(0)
	for _, a := range articles {
		id = s.say(k, a, args["Attachment"], true)
	}
	switch {
	case said(t["Owner"]) != "":
		s.own(k, s.userID(said(t["Owner"])))
	case said(t["OwnerID"]) != "":
		n, _ := strconv.ParseInt(said(t["OwnerID"]), 10, 64)
		s.own(k, n)
	default:
		k.Owner = actor
		s.line(k, actor, "OwnerUpdate", "%%"+User+"%%2")
	}
	return object{"TicketID": fmt.Sprint(k.ID), "TicketNumber": k.Number, "ArticleID": id}
}

// made makes a ticket without an article.
func (s *Server) made(t object) *Ticket {
	now := s.now()
	k := &Ticket{
		ID: s.nextID(), Title: cut(said(t["Title"]), 255), State: said(t["State"]), Priority: said(t["Priority"]), Queue: said(t["Queue"]), Type: cmp.Or(said(t["Type"]), "Unclassified"),
		Owner: 1, Responsible: 1, Created: now, Changed: now, CreateBy: actor, Fields: map[string]any{},
	}
	k.Number = fmt.Sprintf("%s10%05d", now.Format("20060102"), k.ID)
	k.Customer = s.customerOf(said(t["CustomerUser"]))
	s.tickets = append(s.tickets, k)
	s.line(k, actor, "NewTicket", "%%"+k.Number+"%%"+k.Queue+"%%"+k.Priority+"%%"+k.State+"%%"+fmt.Sprint(k.ID))
	s.note(k)
	s.pend(k, t)
	return k
}

// checkRest finds what is wrong with what comes with a ticket.
func (s *Server) checkRest(op string, articles []object, args object) object {
	for _, a := range articles {
		if wrong := s.checkArticle(op, trimmed(a)); wrong != nil {
			return wrong
		}
	}
	if wrong := s.checkFields(op, args["DynamicField"]); wrong != nil {
		return wrong
	}
	return checkFiles(op, args["Attachment"])
}

// customerOf is the login of who has an address, or the address.
func (s *Server) customerOf(who string) string {
	for login, address := range s.customers {
		if strings.EqualFold(address, who) {
			return login
		}
	}
	return who
}

// listOf are the objects of a list, or an object alone.
func listOf(v any) (out []object) {
	switch v := v.(type) {
	case object:
		if len(v) > 0 {
			out = append(out, v)
		}
	case []any:
		for _, e := range v {
			if o, ok := e.(object); ok {
				out = append(out, o)
			}
		}
	}
	return out
}

func cut(s string, n int) string {
	if rs := []rune(s); len(rs) > n {
		return string(rs[:n])
	}
	return s
}

func (s *Server) set(k *Ticket, v any) {
	all, _ := v.([]any)
	for _, e := range all {
		o := e.(object)
		name, value := said(o["Name"]), o["Value"]
		if said(value) == "" {
			value = nil
		}
		if s.fields[name].Type == "Checkbox" {
			n, _ := strconv.Atoi(said(o["Value"]))
			value = float64(n)
		}
		k.Fields[name] = value
		s.line(k, actor, "TicketDynamicFieldUpdate", "%%FieldName%%"+name)
	}
}

func (s *Server) pend(k *Ticket, t object) {
	if pending, ok := t["PendingTime"].(object); ok && strings.HasPrefix(States[said(t["State"])], "pending") {
		n, _ := strconv.ParseInt(said(pending["Diff"]), 10, 64)
		k.Until = s.now().Add(time.Duration(n) * time.Minute).Unix()
	}
}

// note keeps when a ticket was closed.
func (s *Server) note(k *Ticket) {
	if States[k.State] == "closed" {
		k.closed = s.now()
	}
}

func (s *Server) own(k *Ticket, who int64) {
	if who == k.Owner {
		return
	}
	k.Owner = who
	s.line(k, actor, "OwnerUpdate", fmt.Sprintf("%%%%%s%%%%%d", s.users[who], who))
	if who != actor {
		s.notify(k, "NotificationOwnerUpdate", "SendAgentNotification", s.users[who])
	}
}

// notify mails somebody, if a notification for the event is valid.
func (s *Server) notify(k *Ticket, event, line, who string) {
	if s.Loud[event] {
		s.outbox = append(s.outbox, fmt.Sprintf("%s about ticket %d: %s", who, k.ID, event))
		s.line(k, actor, line, "%%"+event+"%%"+who+"%%Email")
	}
}

var tags = regexp.MustCompile(`<!--.*?-->|<[^>]*>`)

// say makes an article (MIMEBase.pm, ArticleCreate).
func (s *Server) say(k *Ticket, a object, files any, opening bool) int64 {
	s.article++
	art := &Article{
		ID: s.article, From: oneLine(said(a["From"])), To: oneLine(said(a["To"])), Cc: oneLine(said(a["Cc"])), Subject: oneLine(said(a["Subject"])), Body: said(a["Body"]),
		ContentType: strings.ToLower(said(a["ContentType"])), Sender: cmp.Or(said(a["SenderType"]), "agent"), Visible: a["IsVisibleForCustomer"] == nil || yes(a["IsVisibleForCustomer"]),
		Channel: map[string]int{"Email": 1, "Phone": 2}[said(a["CommunicationChannel"])], At: s.now(), CreateBy: actor,
	}
	if art.Channel == 0 {
		art.Channel = 3
	}
	if opening {
		art.To, art.Cc, art.From = k.Queue, "", cmp.Or(art.From, k.Customer)
	}
	art.From = cmp.Or(art.From, "Deskhaul Agent")
	if strings.HasPrefix(art.ContentType, "text/html") {
		art.Files = append(art.Files, File{Name: "file-2", Type: `text/html; charset="utf-8"`, Content: []byte(art.Body)})
		art.ContentType = strings.Replace(art.ContentType, "html", "plain", 1)
		art.Body = html.UnescapeString(tags.ReplaceAllString(art.Body, ""))
	}
	art.Body = strings.ReplaceAll(art.Body, "\r\n", "\n")
	art.Files = filesOf(files, art.Files)
	k.Articles = append(k.Articles, art)
	k.History = append(k.History, Line{said(a["HistoryType"]), said(a["HistoryComment"]), s.now(), actor, art.ID})
	if art.Sender == "agent" {
		k.Changed = s.now()
	}
	if slices.Contains(s.AutoResponses[k.Queue], said(a["AutoResponseType"])) {
		s.outbox = append(s.outbox, fmt.Sprintf("%s about ticket %d: %s", art.From, k.ID, said(a["AutoResponseType"])))
		s.article++ // the response is an article, which nobody looks at here
		k.History = append(k.History, Line{"Misc", "%%" + art.From, s.now(), actor, s.article})
	}
	s.notify(k, "ArticleCreate", "SendCustomerNotification", k.Customer)
	if !yes(a["NoAgentNotify"]) {
		s.notify(k, "NotificationAddNote", "SendAgentNotification", s.users[k.Owner])
	}
	return art.ID
}

func oneLine(s string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(s) }

// update implements TicketUpdate.
func (s *Server) update(args object) object {
	const op = "TicketUpdate"
	id := said(args["TicketID"])
	if !yes(args["TicketID"]) {
		return failed(op, "MissingParameter", "TicketID or TicketNumber is required!")
	}
	k := s.ticket(id)
	if k == nil {
		return failed(op, "AccessDenied", "User does not have access to the ticket!")
	}
	t, articles := trimmed(args["Ticket"]), listOf(args["Article"])
	if wrong := s.checkTicket(op, t, false); wrong != nil {
		return wrong
	}
	if wrong := s.checkRest(op, articles, args); wrong != nil {
		return wrong
	}
	if strings.HasPrefix(States[said(t["State"])], "pending") && t["PendingTime"] == nil {
		return object{"Error": object{"ErrorCode": op + ".MissingParameter", "ErrorMessage": "Can't set a ticket on a pending state without pendig time!"}}
	}
	s.change(k, t)
	s.set(k, args["DynamicField"])
	answer := object{"TicketID": id, "TicketNumber": k.Number}
	for _, a := range articles {
		answer["ArticleID"] = s.say(k, a, args["Attachment"], false)
	}
	return answer
}

func (s *Server) change(k *Ticket, t object) {
	set := func(name, line string, at *string, event string) {
		v := said(t[name])
		if v == "" || v == *at {
			return
		}
		s.line(k, actor, line, "%%"+*at+"%%"+v+"%%")
		*at, k.Changed = v, s.now()
		if event != "" {
			s.notify(k, event, "SendCustomerNotification", k.Customer)
		}
	}
	if v := said(t["Title"]); v != "" {
		t["Title"] = cut(v, 255)
	}
	set("Title", "TitleUpdate", &k.Title, "")
	set("Queue", "Move", &k.Queue, "NotificationMove")
	set("Type", "TypeUpdate", &k.Type, "")
	was := k.State
	set("State", "StateUpdate", &k.State, "TicketStateUpdate")
	s.pend(k, t)
	if k.State != was {
		s.note(k)
	}
	set("CustomerUser", "CustomerUpdate", &k.Customer, "")
	set("Priority", "PriorityUpdate", &k.Priority, "")
	if v := said(t["Owner"]); v != "" {
		s.own(k, s.userID(v))
	} else if v := said(t["OwnerID"]); v != "" {
		n, _ := strconv.ParseInt(v, 10, 64)
		s.own(k, n)
	}
}
