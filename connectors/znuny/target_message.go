package znuny

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// madeShape is the answer to a write.
type madeShape struct {
	Ticket  text `json:"TicketID"`
	Article text `json:"ArticleID"`
}

// say adds a message to a ticket.
func (t *Target) say(ctx context.Context, ticket desk.ID, m *desk.Message) (got connectors.Receipt, err error) {
	if err := hasNUL(*m); err != nil {
		return got, err
	}
	began := t.client.Now()
	made, files, losses, err := t.post(ctx, opUpdate, object{"TicketID": string(ticket)}, m, noSubject)
	if err != nil {
		return got, err
	}
	got = connectors.Receipt{ID: desk.ID(made.Article), Files: files, Losses: losses}
	if made.Article == "" {
		return got, fmt.Errorf("message %s: the answer names no article: %w", m.ID, connectors.ErrUnsure)
	}
	if err := t.listen(ctx, string(ticket), began); err != nil {
		return got, afterwards(err)
	}
	return got, nil
}

// post makes an article, with a ticket or in one. Znuny looks at the address of who wrote it,
// and may refuse one whose domain is gone: it is then named without it, as the line before
// the text tells it.
func (t *Target) post(ctx context.Context, op string, args object, m *desk.Message, subject string) (made madeShape, files []connectors.FileReceipt, losses []connectors.Loss, err error) {
	article := articleOf(cmp.Or(subject, noSubject), noMessage, "text/plain; charset=utf-8")
	article["CommunicationChannel"], article["IsVisibleForCustomer"], article["SenderType"] = "Internal", 0, "agent"
	var kept []desk.File
	froms := []string{""}
	if m != nil {
		if own := ownSubject(m); own != "" {
			article["Subject"] = own
		}
		from, err := t.called().Writer(ctx, m)
		if err != nil {
			return made, nil, nil, err
		}
		article["Body"], article["ContentType"] = body(m, from)
		t.address(article, m)
		froms = spellings(from)
		kept, losses = t.filesOf(m)
	}
	args["Article"] = article
	for i, from := range froms {
		if article["From"] = from; from == "" {
			delete(article, "From")
		}
		made, files, err = t.upload(ctx, op, args, m, kept)
		if i+1 < len(froms) && says(err, "Article->From parameter is invalid") {
			continue
		}
		break
	}
	if err == nil && made.Ticket == "" {
		err = fmt.Errorf("%s: the answer names no ticket: %w", operations[op], connectors.ErrUnsure)
	}
	return made, files, losses, err
}

// address says through which door a message came, to whom, and who may see it.
func (t *Target) address(article object, m *desk.Message) {
	if !m.Note {
		article["CommunicationChannel"], article["IsVisibleForCustomer"] = "Email", 1
		if m.Channel == "phone" {
			article["CommunicationChannel"] = "Phone"
		}
	}
	if !m.Note && m.Author.Kind != desk.KindAgent {
		article["SenderType"] = "customer"
	}
	for header, as := range map[string][]desk.Address{"To": m.To, "Cc": m.CC} {
		var some []string
		for _, a := range as {
			if mailable(a.Email) {
				some = append(some, spelled(a.Name, a.Email))
			}
		}
		if len(some) > 0 {
			article[header] = strings.Join(some, ", ")
		}
	}
}

// spellings are the ways to name who wrote a message, the best first; "" leaves it to Znuny.
func spellings(from desk.Address) (ways []string) {
	if mailable(from.Email) {
		ways = append(ways, spelled(from.Name, from.Email))
	}
	if said := strings.TrimSpace(from.Name + " " + from.Email); said != "" {
		ways = append(ways, spelled(said, nobodyAsks))
	}
	return append(ways, "")
}

// spelled is an address as it stands in a header of Znuny's, which are no encoded words.
func spelled(name, address string) string {
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' }), " ")
	if name == "" {
		return address
	}
	return `"` + name + `" <` + address + ">"
}

// filesOf are the files of a message that have room beside each other, and what is lost.
func (t *Target) filesOf(m *desk.Message) (kept []desk.File, losses []connectors.Loss) {
	losses = t.messageLosses(m)
	kept = append(kept, m.Files...)
	total := func() (n int64) {
		for _, f := range kept {
			n += max(f.Size, 0)
		}
		return n
	}
	all := total()
	for len(kept) > 1 && total() > t.config.maxFiles() {
		at := 0
		for i, f := range kept {
			if f.Size > kept[at].Size {
				at = i
			}
		}
		losses = append(losses, connectors.Loss{
			Field: "file", Message: m.ID, File: kept[at].Name, Why: connectors.WhyTooLarge, Value: fmt.Sprint(all),
			Detail: fmt.Sprintf("message %s: file %q (%d bytes) is left out: the files are together more than max_files allows", m.ID, kept[at].Name, kept[at].Size),
		})
		kept = append(kept[:at:at], kept[at+1:]...)
	}
	return kept, append(losses, nameLosses(m, kept)...)
}

// messageLosses tells what an article does not keep of its message.
func (t *Target) messageLosses(m *desk.Message) (losses []connectors.Loss) {
	if m.Subject != "" && ownSubject(m) == "" {
		losses = append(losses, connectors.Loss{Field: "message.subject", Message: m.ID, Why: connectors.WhyNotTaken, Detail: fmt.Sprintf("message %s: Znuny does not keep %.60q as a subject", m.ID, m.Subject)})
	}
	return losses
}

// nameLosses are the names of files that Znuny has no room for.
func nameLosses(m *desk.Message, files []desk.File) (losses []connectors.Loss) {
	used := map[string]bool{}
	for i := range files {
		f := &files[i]
		if name, _, whole := label(f, i, used); !whole {
			losses = append(losses, connectors.Loss{Field: "file.name", Message: m.ID, File: f.Name, Why: connectors.WhyNotTaken, Detail: fmt.Sprintf("file %.60q of message %s is called %.60q in Znuny", f.Name, m.ID, name)})
		}
	}
	return losses
}
