package znunytest

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// search implements TicketSearch, as far as it is asked for.
func (s *Server) search(args object) object {
	var found []*Ticket
	for _, t := range s.tickets {
		if s.matches(t, args) {
			found = append(found, t)
		}
	}
	by, order := several(args["SortBy"]), several(args["OrderBy"])
	down := len(order) == 0 || order[0] == "Down"
	slices.SortStableFunc(found, func(a, b *Ticket) int {
		n := a.Created.Compare(b.Created)
		if len(by) > 0 && by[0] == "Changed" {
			n = a.Changed.Compare(b.Changed)
		}
		if down {
			n = -n
		}
		return cmp.Or(n, cmp.Compare(a.Number, b.Number))
	})
	limit, err := strconv.Atoi(said(args["Limit"]))
	if err != nil || limit <= 0 {
		limit = 500
	}
	ids := []string{}
	for _, t := range found[:min(limit, len(found))] {
		ids = append(ids, fmt.Sprint(t.ID))
	}
	if len(ids) == 0 {
		return object{}
	}
	return object{"TicketID": ids}
}

func (s *Server) matches(t *Ticket, args object) bool {
	since := func(name string) (time.Time, bool) {
		at, err := time.Parse(time.DateTime, said(args[name]))
		return at, err == nil
	}
	if at, asked := since("TicketCreateTimeNewerDate"); asked && t.Created.Before(at) {
		return false
	}
	if at, asked := since("TicketChangeTimeNewerDate"); asked && !slices.ContainsFunc(t.History, func(l Line) bool { return !l.At.Before(at) }) {
		return false
	}
	for name, of := range map[string]string{"OwnerIDs": fmt.Sprint(t.Owner), "ResponsibleIDs": fmt.Sprint(t.Responsible), "CustomerUserLogin": t.Customer} {
		if all := several(args[name]); len(all) > 0 && !slices.ContainsFunc(all, func(v string) bool { return strings.EqualFold(v, of) }) {
			return false
		}
	}
	for name, v := range args {
		field, is := strings.CutPrefix(name, "DynamicField_")
		if want, ok := v.(object); is && ok && said(t.Fields[field]) != said(want["Equals"]) {
			return false
		}
	}
	return true
}

// get implements TicketGet.
func (s *Server) get(args object) object {
	var all []object
	ids := several(args["TicketID"])
	if len(ids) == 1 {
		ids = strings.Split(ids[0], ",")
	}
	if len(ids) == 0 || ids[0] == "" || ids[0] == "0" {
		return failed("TicketGet", "MissingParameter", "TicketID parameter is missing!")
	}
	for _, id := range ids {
		t := s.ticket(id)
		if t == nil {
			return failed("TicketGet", "AccessDenied", "User does not have access to the ticket!")
		}
		all = append(all, s.shown(t, args))
	}
	return object{"Ticket": all}
}

func (s *Server) shown(t *Ticket, args object) object {
	o := object{
		"TicketID": t.ID, "TicketNumber": t.Number, "Title": t.Title, "State": t.State, "StateType": States[t.State], "Priority": t.Priority, "Queue": t.Queue,
		"Type": t.Type, "Owner": s.users[t.Owner], "OwnerID": t.Owner, "Responsible": s.users[t.Responsible], "ResponsibleID": t.Responsible,
		"CustomerUserID": t.Customer, "CustomerID": t.CustomerID, "Created": t.Created.Format(time.DateTime), "Changed": t.Changed.Format(time.DateTime),
		"Age": int(s.now().Sub(t.Created).Seconds()), "Lock": "unlock", "ArchiveFlag": "n", "CreateBy": t.CreateBy, "RealTillTimeNotUsed": t.Until, "ServiceID": "", "SLAID": "",
	}
	if yes(args["Extended"]) && !t.closed.IsZero() {
		o["Closed"] = t.closed.Format(time.DateTime)
	}
	if yes(args["DynamicFields"]) {
		var fields []object
		for _, name := range slices.Sorted(maps.Keys(s.fields)) {
			fields = append(fields, object{"Name": name, "Value": t.Fields[name]})
		}
		o["DynamicField"] = fields
	}
	if yes(args["AllArticles"]) && len(t.Articles) > 0 {
		var all []object
		for _, a := range t.Articles {
			all = append(all, shownArticle(t, a, args))
		}
		o["Article"] = all
	}
	return o
}

func shownArticle(t *Ticket, a *Article, args object) object {
	o := object{
		"ArticleID": a.ID, "TicketID": t.ID, "From": a.From, "To": a.To, "Cc": a.Cc, "Bcc": "", "Subject": a.Subject, "Body": a.Body, "ContentType": a.ContentType,
		"MessageID": a.MessageID, "InReplyTo": a.InReplyTo, "References": a.References, "SenderType": a.Sender, "IsVisibleForCustomer": 0,
		"CommunicationChannelID": a.Channel, "CreateTime": a.At.Format(time.DateTime), "IncomingTime": a.At.Unix(), "CreateBy": a.CreateBy,
	}
	if a.Visible {
		o["IsVisibleForCustomer"] = 1
	}
	if !yes(args["Attachments"]) || len(a.Files) == 0 {
		return o
	}
	files := slices.Clone(a.Files)
	slices.SortStableFunc(files, func(x, y File) int { return cmp.Compare(x.Name, y.Name) })
	var all []object
	for i, f := range files {
		if f.Name == "file-2" && strings.HasPrefix(f.Type, "text/html") && !yes(args["HTMLBodyAsAttachment"]) {
			continue
		}
		all = append(all, object{
			"FileID": fmt.Sprint(i + 1), "Filename": f.Name, "ContentType": f.Type, "FilesizeRaw": fmt.Sprint(len(f.Content)), "ContentID": f.CID,
			"Disposition": f.disposition(), "ContentAlternative": "", "Content": base64.StdEncoding.EncodeToString(f.Content),
		})
	}
	slices.SortFunc(all, func(x, y object) int { return cmp.Compare(said(x["FileID"]), said(y["FileID"])) }) // as texts
	o["Attachment"] = all
	return o
}

// disposition is as ArticleStorageDB.pm has it, ArticleAttachmentIndexRaw.
func (f File) disposition() string {
	switch {
	case f.Disposition != "":
		return f.Disposition
	case f.CID != "" && strings.Contains(f.Type, "image"), strings.HasPrefix(f.Name, "file-1"), strings.HasPrefix(f.Name, "file-2"):
		return "inline"
	}
	return "attachment"
}

// history implements TicketHistoryGet.
func (s *Server) history(args object) object {
	id := said(args["TicketID"])
	if id == "" || id == "0" {
		return failed("TicketHistoryGet", "MissingParameter", "TicketID parameter is missing!")
	}
	t := s.ticket(id)
	if t == nil {
		return failed("TicketHistoryGet", "AccessDenied", "User does not have access to the ticket "+id+"!")
	}
	var lines []object
	for _, l := range t.History {
		lines = append(lines, object{"HistoryType": l.Type, "Name": l.Name, "CreateTime": l.At.Format(time.DateTime), "CreateBy": l.By, "ArticleID": l.Article, "TicketID": id})
	}
	return object{"TicketHistory": []object{{"TicketID": id, "History": lines}}}
}
