package main

import (
	"cmp"
	"context"
	"strings"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/report"
)

// What a page shows of one ticket at most, so that a sample of long ones can be opened.
const (
	mostShown = 200      // messages
	mostText  = 64 << 10 // bytes of one text
)

// messages puts the messages of both sides beside each other, in the order of the source;
// what only the target has comes after them. It tells how many there are more.
func (n *names) messages(ctx context.Context, b *pipeline.Beside) (rows []report.MessageRow, more int) {
	shown := map[desk.ID]bool{}
	for i := range b.Source.Messages {
		m := &b.Source.Messages[i]
		there := b.At[m.ID]
		if there != nil {
			shown[there.ID] = true
		}
		if len(rows) == mostShown {
			more++
			continue
		}
		row := n.message(ctx, b, m, there)
		rows = append(rows, row)
	}
	if b.Got == nil {
		return rows, more
	}
	for i := range b.Got.Messages {
		m := &b.Got.Messages[i]
		switch {
		case shown[m.ID]:
		case len(rows) >= mostShown+20:
			more++
		default:
			rows = append(rows, report.MessageRow{There: n.side(ctx, m, nil, b.Got.Subject, true), Ours: m.Note && ours(b, m), Remarks: onMessage(b, m.ID), Files: filesOf(m, false)})
		}
	}
	return rows, more
}

// ours tells whether a message of the target's is a note that a run made: nobody was told
// that somebody else wrote it.
func ours(b *pipeline.Beside, m *desk.Message) bool {
	for _, f := range b.Findings {
		if f.Class == pipeline.Added && f.ID == m.ID {
			return false
		}
	}
	return true
}

func (n *names) message(ctx context.Context, b *pipeline.Beside, m, there *desk.Message) report.MessageRow {
	row := report.MessageRow{Source: n.side(ctx, m, there, b.Source.Subject, false), Remarks: onMessage(b, m.ID)}
	if there == nil {
		row.Files = filesOf(m, true)
		return row
	}
	row.There = n.side(ctx, there, m, b.Got.Subject, true)
	met := 0
	for _, f := range b.Files[m.ID] {
		row.Files = append(row.Files, report.FileRow{
			Source: fileSide(f.Source, f.SHA256), There: fileSide(f.There, f.SHA256There), Remarks: onFile(b, m.ID, f.Source.Name),
		})
		met++
	}
	if met == 0 {
		row.Files = append(filesOf(m, true), filesOf(there, false)...)
	}
	return row
}

// side is a message on one side; other is the one on the other, nil none.
func (n *names) side(ctx context.Context, m, other *desk.Message, subject string, there bool) *report.MessageSide {
	s := &report.MessageSide{ID: string(m.ID), Author: n.author(ctx, m, there), At: moment(m.At), To: addresses(m.To), CC: addresses(m.CC), Note: m.Note}
	if head := strings.ToLower(m.Subject); strings.TrimPrefix(head, "re: ") != strings.TrimPrefix(strings.ToLower(subject), "re: ") {
		s.Subject = m.Subject
	}
	s.Text, s.Cut = cut(strings.TrimRight(m.Text, " \n"))
	if m.Text == "" || other != nil && other.HTML != "" && m.HTML != "" && other.HTML != m.HTML {
		var more int64
		s.HTML, more = cut(m.HTML)
		s.Cut += more
	} else {
		s.Page = int64(len(m.HTML))
	}
	return s
}

// author is who wrote a message, and the address it is from, where that is another.
func (n *names) author(ctx context.Context, m *desk.Message, there bool) string {
	from := addresses([]desk.Address{m.From})
	who := n.of(ctx, m.Author, there)
	if who == "" || from == "" || strings.Contains(strings.ToLower(who), strings.ToLower(m.From.Email)) {
		return cmp.Or(who, from)
	}
	return who + ", " + from
}

func addresses(all []desk.Address) string {
	var out []string
	for _, a := range all {
		switch {
		case a.Name != "" && a.Email != "" && a.Name != a.Email:
			out = append(out, a.Name+" <"+a.Email+">")
		default:
			if said := cmp.Or(a.Email, a.Name); said != "" {
				out = append(out, said)
			}
		}
	}
	return strings.Join(out, ", ")
}

// cut is the beginning of a text, and how many bytes it has more.
func cut(s string) (string, int64) {
	if len(s) <= mostText {
		return s, 0
	}
	at := mostText
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return strings.Clone(s[:at]), int64(len(s) - at)
}

// filesOf are the files of a message that has none on the other side.
func filesOf(m *desk.Message, source bool) (rows []report.FileRow) {
	for i := range m.Files {
		side := fileSide(&m.Files[i], "")
		if source {
			rows = append(rows, report.FileRow{Source: side})
		} else {
			rows = append(rows, report.FileRow{There: side})
		}
	}
	return rows
}

func fileSide(f *desk.File, sum string) *report.FileSide {
	if f == nil {
		return nil
	}
	return &report.FileSide{Name: f.Name, Size: f.Size, SHA256: sum, Inline: f.Inline || f.CID != ""}
}

// onMessage are the findings on a message, its files aside.
func onMessage(b *pipeline.Beside, id desk.ID) (out []report.Remark) {
	for _, f := range b.Findings {
		if f.Kind == desk.KindMessage && f.ID == id {
			out = append(out, report.Remark{Class: string(f.Class), Field: f.Field, Detail: worded(f)})
		}
	}
	return out
}

// worded says of a finding on a field what it should say and says, where nothing else does.
func worded(f pipeline.Finding) string {
	if f.Detail != "" || f.Field == "" || f.Want+f.Got == "" || f.Field == "text" || f.Field == "html" {
		return f.Detail
	}
	return cmp.Or(f.Want, "nothing") + " → " + cmp.Or(f.Got, "nothing")
}

// onFile are the findings on a file of a message.
func onFile(b *pipeline.Beside, message desk.ID, name string) (out []report.Remark) {
	for _, f := range b.Findings {
		if f.Kind == desk.KindFile && f.ID == message+"/"+desk.ID(name) {
			out = append(out, report.Remark{Class: string(f.Class), Field: f.Field, Detail: worded(f)})
		}
	}
	return out
}
