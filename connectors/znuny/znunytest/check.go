package znunytest

import (
	"encoding/base64"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What a write says is looked at in this order, and nothing is made if something is wrong
// (TicketCreate.pm and TicketUpdate.pm, _CheckTicket and so on).

// checkTicket finds what is wrong with a ticket; new says that it is to be made.
func (s *Server) checkTicket(op string, t object, isNew bool) object {
	wrong := func(what string) object {
		return failed(op, "InvalidParameter", "Ticket->"+what+" parameter is invalid!")
	}
	lacks := func(what string) object { return failed(op, "MissingParameter", "Ticket->"+what) }
	if isNew {
		for _, name := range []string{"Title", "CustomerUser"} {
			if !yes(t[name]) {
				return lacks(name + " parameter is missing!")
			}
		}
	}
	checks := []struct {
		name, words string
		needed      bool
		good        func(string) bool
	}{
		{"CustomerUser", "CustomerUser", isNew, func(v string) bool { return s.customers[v] != "" || s.mailable(v) }},
		{"Queue", "QueueID or Ticket->Queue", isNew, func(v string) bool { return slices.Contains(s.queues, v) }},
		{"Type", "TypeID or Ticket->Type", false, func(v string) bool { return slices.Contains(s.types, v) }},
		{"State", "StateID or Ticket->State", isNew, func(v string) bool { return States[v] != "" }},
		{"Priority", "PriorityID or Ticket->Priority", isNew, func(v string) bool { return slices.Contains(Priorities, v) }},
		{"OwnerID", "OwnerID or Ticket->Owner", false, func(v string) bool { return v == "1" || v == "2" }},
		{"Owner", "OwnerID or Ticket->Owner", false, func(v string) bool { return s.userID(v) != 0 }},
	}
	for _, c := range checks {
		v := said(t[c.name])
		switch {
		case v == "" && c.needed:
			return lacks(c.words + " parameter is required!")
		case v != "" && !c.good(v):
			return wrong(c.words)
		}
	}
	if pending, ok := t["PendingTime"].(object); ok && strings.Trim(said(pending["Diff"]), "0123456789") != "" {
		return wrong("PendingTime")
	}
	return nil
}

// mailable is what CheckItem.pm takes for an address: the first one of a line.
func (s *Server) mailable(line string) bool {
	if line == "root@localhost" || strings.HasSuffix(line, "<root@localhost>") {
		return true
	}
	all, err := mail.ParseAddressList(line)
	if err != nil || len(all) == 0 {
		return false
	}
	_, domain, _ := strings.Cut(strings.ToLower(all[0].Address), "@")
	gone := strings.HasSuffix(domain, ".invalid") || strings.HasSuffix(domain, ".gone")
	return strings.Contains(domain, ".") && !strings.HasPrefix(domain, "example.") && (!s.CheckMX || !gone)
}

func (s *Server) checkArticle(op string, a object) object {
	for _, name := range []string{"Subject", "Body", "AutoResponseType"} {
		if !yes(a[name]) {
			return failed(op, "MissingParameter", "Article->"+name+" parameter is missing!")
		}
	}
	wrong := func(words string) object {
		return failed(op, "InvalidParameter", "Article->"+words+" parameter is invalid!")
	}
	switch {
	case !slices.Contains([]string{"auto reply", "auto reject", "auto follow up", "auto reply/new ticket", "auto remove"}, said(a["AutoResponseType"])):
		return wrong("AutoResponseType")
	case !slices.Contains([]string{"", "Email", "Internal", "Phone"}, said(a["CommunicationChannel"])):
		return wrong("CommunicationChannel")
	case !slices.Contains([]string{"", "agent", "customer", "system"}, said(a["SenderType"])):
		return failed(op, "InvalidParameter", "Article->SenderTypeID or Ticket->SenderType parameter is invalid!")
	case said(a["From"]) != "" && !s.mailable(said(a["From"])):
		return wrong("From")
	case !yes(a["ContentType"]):
		return failed(op, "MissingParameter", "Article->ContentType or Ticket->MimeType and Article->Charset parameters are required!")
	}
	return nil
}

func (s *Server) checkFields(op string, v any) object {
	all, _ := v.([]any)
	for _, e := range all {
		o := trimmed(e)
		f, ok := s.fields[said(o["Name"])]
		if !ok {
			return failed(op, "InvalidParameter", "DynamicField->Name parameter is invalid!")
		}
		if !f.takes(o["Value"]) {
			return failed(op, "InvalidParameter", "DynamicField->Value parameter is invalid!")
		}
	}
	return nil
}

func (f Field) takes(v any) bool {
	_, isList := v.([]any)
	for _, one := range several(v) {
		switch f.Type {
		case "Text":
			if isList {
				return false
			}
		case "DateTime":
			if _, err := time.Parse(time.DateTime, one); err != nil && one != "" {
				return false
			}
		case "Checkbox":
			if one != "" && one != "0" && one != "1" {
				return false
			}
		default:
			if one != "" && !slices.Contains(f.Values, one) || isList && f.Type == "Dropdown" {
				return false
			}
		}
	}
	return true
}

var mediaType = regexp.MustCompile(`^\w+/\w+`)

func checkFiles(op string, v any) object {
	all, _ := v.([]any)
	for _, e := range all {
		o := trimmed(e)
		for _, name := range []string{"Content", "ContentType", "Filename"} {
			if said(o[name]) == "" {
				return failed(op, "MissingParameter", "Attachment->"+name+"  parameter is missing!")
			}
		}
		if o["ContentType"] = strings.ToLower(said(o["ContentType"])); !mediaType.MatchString(said(o["ContentType"])) {
			return failed(op, "InvalidParameter", "Attachment->ContentType is invalid!")
		}
	}
	return nil
}

// filesOf are attachments as they are kept: their names cleaned, and each another
// (Main.pm, FilenameCleanUp; ArticleStorageDB.pm, ArticleWriteAttachment).
func filesOf(v any, had []File) (out []File) {
	out = had
	used := map[string]bool{}
	for _, f := range had {
		used[f.Name] = true
	}
	all, _ := v.([]any)
	for _, e := range all {
		o := e.(object)
		name := strings.TrimLeft(strings.NewReplacer("\r", "", "\n", "").Replace(said(o["Filename"])), ".")
		unique := name
		for n := 1; used[unique]; n++ {
			stem, end := name, ""
			if dot := strings.LastIndexByte(name, '.'); dot > 0 {
				stem, end = name[:dot], name[dot:]
			}
			unique = fmt.Sprintf("%s-%d%s", stem, n, end)
		}
		name = unique
		used[name] = true
		content, _ := base64.StdEncoding.DecodeString(strings.TrimRight(said(o["Content"]), "=") + strings.Repeat("=", (4-len(strings.TrimRight(said(o["Content"]), "="))%4)%4))
		out = append(out, File{Name: name, Type: said(o["ContentType"]), CID: said(o["ContentID"]), Disposition: said(o["Disposition"]), Content: content})
	}
	return out
}
