package compose_test

import (
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/desk"
)

// samples are texts that mail finds hard.
var samples = []string{
	"", " ", "plain", "Добрый день, заказ не пришёл", "返品について教えてください", "שלום, איפה ההזמנה שלי?", "مرحبا \u200f",
	"From here on\nFrom there\n>From quoted\n>>From twice", "line\r\nline\r\n", "mixed\r\nline\nends", "lone\rcr", "nul\x00byte",
	"trailing  \n spaces \t\n\n\n", "\n\nleading", ".", "\n.\n", "=?utf-8?q?not=20encoded?=", "a=3Db", "begin 644 x.txt\n#0V%T\n`\nend\n",
	strings.Repeat("word ", 14000), strings.Repeat("ж", 3000), strings.Repeat("x", 2000), "-- \nsignature", "--=_mix_00",
	"> quoted\n> more\n\nOn Monday Ann wrote:\n> x", "a\u2028b\u0085c", "\ufeffbom", "emoji 👩‍👩‍👧 e\u0301", "tab\there", "\"quotes\" <angle@brackets>, comma;",
	"<html><body><p>Hi <img src=\"cid:img1@example.com\"></body></html>", "bad \xed\xa0\x80 utf8",
}

func text() *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom(samples), rapid.String(), rapid.StringMatching(`(From |>|[a-zа-я=. \t\n\r]){0,80}`))
}

// word is any valid text: what JSON can hold.
func word() *rapid.Generator[string] {
	return rapid.Map(text(), func(s string) string { return strings.ToValidUTF8(s, "?") })
}

func short() *rapid.Generator[string] {
	return rapid.Map(word(), func(s string) string { return strings.ToValidUTF8(s[:min(len(s), 300)], "") })
}

func drawTime(t *rapid.T, label string) time.Time {
	s := rapid.Int64Range(-60e9, 200e9).Draw(t, label)
	if s%7 == 0 {
		return time.Time{}
	}
	return time.Unix(s, s%1e9&^1023).UTC()
}

func drawAddress(t *rapid.T, label string) desk.Address {
	return desk.Address{
		Name:  short().Draw(t, label+" name"),
		Email: rapid.OneOf(rapid.SampledFrom([]string{"ann@example.com", "иван@пример.test", "", "not an address", "a@b@c", "\"q q\"@example.com"}), short()).Draw(t, label),
	}
}

func drawAddresses(t *rapid.T, label string) []desk.Address {
	all := make([]desk.Address, rapid.IntRange(0, 3).Draw(t, label+" count"))
	for i := range all {
		all[i] = drawAddress(t, label)
	}
	return all
}

func drawRef(t *rapid.T, kind desk.Kind) desk.Ref {
	return desk.To(kind, desk.ID(rapid.OneOf(rapid.SampledFrom([]string{"", "mailbox/abc@x", "7"}), short()).Draw(t, "ref")))
}

func drawFields(t *rapid.T) map[string]any {
	fields := map[string]any{}
	for _, name := range []string{"alpha", "βήτα", "x.y"} {
		if v := rapid.SampledFrom([]any{"text", 1.5, true, nil, []any{"a", 2.0}, map[string]any{"k": "v"}, 0}).Draw(t, name); v != 0 {
			fields[name] = v
		}
	}
	return fields
}

func drawFiles(t *rapid.T) []desk.File {
	var files []desk.File
	for i := range rapid.IntRange(0, 4).Draw(t, "files") {
		name := rapid.OneOf(rapid.SampledFrom([]string{
			"", "a.txt", "a.txt", "отчёт за май.pdf", "../../etc/passwd", "winmail.dat", "x.eml", "smime.p7s",
			strings.Repeat("ü", 130) + ".png", "a\"b\\c;d.doc", "photo.jpg", "=?utf-8?q?x?=.txt",
		}), short()).Draw(t, "file name")
		kind := rapid.SampledFrom([]string{
			"", "text/plain", "text/html", "image/png", "image/jpeg", "application/pdf", "message/rfc822",
			"application/ms-tnef", "application/pkcs7-signature", "text/calendar", "multipart/mixed", "message/delivery-status", "odd", "text/x-vcard",
		}).Draw(t, "file type")
		f := file(name, kind, []byte(rapid.OneOf(rapid.SampledFrom(samples), rapid.String()).Draw(t, "content")))
		f.ID = desk.ID(fmt.Sprint(i))
		f.Inline = rapid.Bool().Draw(t, "inline")
		f.CID = rapid.SampledFrom([]string{"", "img1@example.com", "картинка", "a b"}).Draw(t, "cid")
		files = append(files, f)
	}
	return files
}

func drawMessage(t *rapid.T, i int) desk.Message {
	m := desk.Message{
		ID: desk.ID(fmt.Sprintf("m%d/%s", i, short().Draw(t, "id"))), Mark: fmt.Sprintf("mark-%d", i),
		Author: drawRef(t, desk.KindContact), From: drawAddress(t, "from"), To: drawAddresses(t, "to"), CC: drawAddresses(t, "cc"), BCC: drawAddresses(t, "bcc"),
		At: drawTime(t, "at"), Note: rapid.Bool().Draw(t, "note"), Channel: short().Draw(t, "channel"), Subject: short().Draw(t, "subject"),
		MessageID:  rapid.OneOf(rapid.SampledFrom([]string{"", "a@example.com", "b@example.com"}), short()).Draw(t, "message id"),
		InReplyTo:  rapid.OneOf(rapid.SampledFrom([]string{"", "a@example.com"}), short()).Draw(t, "in reply to"),
		References: rapid.SliceOfN(rapid.OneOf(rapid.Just("r@example.com"), short()), 0, 40).Draw(t, "references"),
		Text:       text().Draw(t, "text"), HTML: text().Draw(t, "html"),
		Files: drawFiles(t), Fields: drawFields(t),
	}
	if n := len(m.Text); n > 2 {
		m.Folds = []desk.Fold{{Start: 1, End: n, What: desk.FoldQuote}}
	}
	return m
}

func drawTicket(t *rapid.T) *desk.Ticket {
	k := &desk.Ticket{
		Meta: desk.Meta{
			ID: desk.ID("t/" + short().Draw(t, "ticket id")), Mark: "ticket-mark", URL: "https://desk.example.com/1",
			Created: drawTime(t, "created"), Updated: drawTime(t, "updated"), Version: "v", Deleted: rapid.Bool().Draw(t, "deleted"), Fields: drawFields(t),
		},
		Number: short().Draw(t, "number"), Subject: short().Draw(t, "ticket subject"), Status: rapid.SampledFrom(desk.Statuses).Draw(t, "status"),
		Priority: rapid.SampledFrom(desk.Priorities).Draw(t, "priority"), Type: "incident", Channel: "email",
		Requester: drawRef(t, desk.KindContact), Participants: []desk.Ref{drawRef(t, desk.KindContact), desk.To(desk.KindAgent, "a1")},
		Assignee: drawRef(t, desk.KindAgent), Group: drawRef(t, desk.KindGroup), Category: drawRef(t, desk.KindCategory),
		Tags: []string{"b", "a", short().Draw(t, "tag")}, Due: drawTime(t, "due"), Solved: drawTime(t, "solved"), Closed: drawTime(t, "closed"),
		MergedInto: drawRef(t, desk.KindTicket),
		History:    []desk.Change{{At: drawTime(t, "changed"), By: drawRef(t, desk.KindAgent), From: desk.StatusNew, To: desk.StatusOpen}},
	}
	if rapid.Bool().Draw(t, "rated") {
		k.Rating = &desk.Rating{Score: "good", Comment: short().Draw(t, "comment"), At: drawTime(t, "rated at")}
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "messages") {
		k.Messages = append(k.Messages, drawMessage(t, i))
	}
	return k
}
