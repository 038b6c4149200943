package conntest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// born is when the samples came into being: long ago, so that a system that puts
// its own time is noticed; whole seconds, which every system keeps.
var born = time.Date(2011, 3, 4, 5, 6, 7, 0, time.UTC)

// Sample returns rich records of the kinds asked for (none: all), in the order
// of desk.Kinds: every field says something, in several languages. References
// are by ID among the samples of all kinds. Each call makes fresh ones.
func Sample(kinds ...desk.Kind) []desk.Record {
	all := []desk.Record{
		&desk.Organization{Meta: about(desk.KindOrganization, "1"), Name: "Bäckerei Grün & Söhne", Domains: []string{"gruen.example.com", "gruen.test"}, Note: "zahlt pünktlich"},
		&desk.Group{Meta: about(desk.KindGroup, "1"), Name: "Второй уровень"},
		&desk.Agent{Meta: about(desk.KindAgent, "1"), Name: "Aiko 田中", Email: "aiko@desk.example.com", Groups: []desk.Ref{desk.To(desk.KindGroup, "1")}, Disabled: true},
		&desk.Category{Meta: about(desk.KindCategory, "1"), Name: "Rechnungen"},
		&desk.Category{Meta: about(desk.KindCategory, "2"), Name: "Mahnungen", Parent: desk.To(desk.KindCategory, "1")},
		&desk.Contact{
			Meta: about(desk.KindContact, "1"), Name: "Ольга Петрова", Emails: []string{"olga@gruen.test", "o.petrova@example.com"},
			Phones: []string{"+49 30 123456"}, Org: desk.To(desk.KindOrganization, "1"), Language: "ru", Zone: "Europe/Berlin", Note: "rings back",
		},
		sampleTicket(),
	}
	return slices.DeleteFunc(all, func(r desk.Record) bool { return len(kinds) > 0 && !slices.Contains(kinds, r.Kind()) })
}

func about(kind desk.Kind, id desk.ID) desk.Meta {
	return desk.Meta{
		ID: id, Mark: mark(kind, id), URL: fmt.Sprintf("https://old.example.com/%s/%s", kind, id), Created: born, Updated: born.Add(time.Hour),
		Version: "7", Fields: map[string]any{"plan": "gold", "Ärger": true, "score": 4.5},
	}
}

// mark is of the shape that the pipeline makes.
func mark(kind desk.Kind, id desk.ID) string { return fmt.Sprintf("conntest-%s-%s", kind, id) }

func sampleTicket() *desk.Ticket {
	at := func(hours int) time.Time { return born.Add(time.Duration(hours) * time.Hour) }
	agent, contact := desk.To(desk.KindAgent, "1"), desk.To(desk.KindContact, "1")
	return &desk.Ticket{
		Meta: about(desk.KindTicket, "1"), Number: "10432", Subject: "Счёт № 17: Betrag falsch?", Status: desk.StatusSolved, Priority: desk.PriorityHigh,
		Type: "problem", Channel: "email", Requester: contact, Assignee: agent, Group: desk.To(desk.KindGroup, "1"), Category: desk.To(desk.KindCategory, "2"),
		Participants: []desk.Ref{desk.To(desk.KindAgent, "1")}, Tags: []string{"billing", "süß"},
		Rating:  &desk.Rating{Score: "good", Comment: "ありがとう", At: at(30)},
		History: []desk.Change{{At: at(1), By: agent, From: desk.StatusNew, To: desk.StatusOpen}, {At: at(4), By: agent, From: desk.StatusOpen, To: desk.StatusSolved}},
		Due:     at(48), Solved: at(4), Closed: at(72),
		Messages: []desk.Message{
			{
				ID: "m1", Mark: mark(desk.KindMessage, "m1"), Author: contact, From: desk.Address{Name: "Ольга Петрова", Email: "olga@gruen.test"},
				To: []desk.Address{{Name: "Hilfe", Email: "help@desk.example.com"}}, CC: []desk.Address{{Email: "boss@gruen.test"}}, At: at(0),
				MessageID: "m1@gruen.test", References: []string{"m0@gruen.test"}, InReplyTo: "m0@gruen.test",
				Text: "Здравствуйте!\nThe amount is wrong.", HTML: `<p>Здравствуйте!</p><img src="cid:logo@gruen.test">`,
				Files: []desk.File{
					Bytes("Rechnung 17.pdf", "application/pdf", []byte("%PDF-1.4 invented")),
					inline(Bytes("логотип.png", "image/png", []byte{0x89, 'P', 'N', 'G', 0, 1, 2, 0xff}), "logo@gruen.test"),
				},
				Fields: map[string]any{"mood": "cross"},
			},
			{ID: "m2", Mark: mark(desk.KindMessage, "m2"), Author: agent, From: desk.Address{Name: "Aiko 田中", Email: "aiko@desk.example.com"}, At: at(2), Note: true, Text: "内部: she is right"},
			{
				ID: "m3", Mark: mark(desk.KindMessage, "m3"), Author: agent, From: desk.Address{Name: "Aiko 田中", Email: "aiko@desk.example.com"}, At: at(4),
				To: []desk.Address{{Name: "Ольга Петрова", Email: "olga@gruen.test"}}, MessageID: "m3@desk.example.com", InReplyTo: "m1@gruen.test",
				References: []string{"m0@gruen.test", "m1@gruen.test"}, Text: "Corrected, sorry.", BCC: []desk.Address{{Email: "archive@desk.example.com"}},
			},
		},
	}
}

// Bytes makes a file that opens from memory.
func Bytes(name, mediaType string, b []byte) desk.File {
	sum := sha256.Sum256(b)
	return desk.File{
		Name: name, Type: mediaType, Size: int64(len(b)), SHA256: hex.EncodeToString(sum[:]),
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil },
	}
}

func inline(f desk.File, cid string) desk.File {
	f.CID, f.Inline = cid, true
	return f
}

// crowd is n plain contacts and n plain tickets of theirs, all of one instant.
func crowd(prefix string, n int) (out []desk.Record) {
	for i := range n {
		id := desk.ID(fmt.Sprintf("%s%d", prefix, i))
		mail := strings.ToLower(string(id)) + "@crowd.example.com"
		out = append(out,
			&desk.Contact{Meta: plain(desk.KindContact, id), Name: "Person " + string(id), Emails: []string{mail}},
			&desk.Ticket{
				Meta: plain(desk.KindTicket, id), Subject: "Question " + string(id), Status: desk.StatusOpen, Requester: desk.To(desk.KindContact, id),
				Messages: []desk.Message{say(id, string(id)+"-m", mail, "I ask "+string(id))},
			})
	}
	slices.SortStableFunc(out, func(a, b desk.Record) int {
		return slices.Index(desk.Kinds, a.Kind()) - slices.Index(desk.Kinds, b.Kind())
	})
	return out
}

func plain(kind desk.Kind, id desk.ID) desk.Meta {
	return desk.Meta{ID: id, Mark: mark(kind, id), Created: born, Updated: born}
}

// say is a plain message of a contact.
func say(contact desk.ID, id, mail, text string) desk.Message {
	return desk.Message{
		ID: desk.ID(id), Mark: mark(desk.KindMessage, desk.ID(id)), Author: desk.To(desk.KindContact, contact),
		From: desk.Address{Email: mail}, At: born, MessageID: id + "@crowd.example.com", Text: text,
	}
}
