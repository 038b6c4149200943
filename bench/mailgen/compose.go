package mailgen

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"
)

// letter is what one mail says.
type letter struct {
	subject string
	lines   []string // plain text, history included
	page    string   // HTML; "" for none
	only    bool     // no plain form beside it
	files   []file
	report  bool // a delivery report
}

// write composes the mail of a turn and remembers in its thread what a reply needs.
func (g *generator) write(t *turn) {
	var l letter
	switch t.sort {
	case asked, answered:
		l = g.human(t)
	default:
		l = g.robot(t)
	}
	id := fmt.Sprintf("%x.%d.%x@%s", t.at.Unix(), t.number, g.rnd.Uint64(), domain(t.from.email))
	g.header(t, &l, id)
	g.body(t, &l)
	if t.sort > answered {
		return
	}
	t.history, t.last, t.said = clip(l.lines), t.at, t.from
	if t.ids = append(t.ids, id); len(t.ids) > mostIDs {
		t.ids = append(t.ids[:1], t.ids[2:]...) // the first one and the newest stay, as programs do it
	}
}

// human writes 0.3 to 4 KB, the history below or above, and signs.
func (g *generator) human(t *turn) letter {
	v := t.voice
	size := 300 * math.Exp(g.rnd.ExpFloat64()*0.75)
	own := append([]string{v.hello, ""}, v.prose(g, min(int(size), 4000))...)
	own = append(own, "", v.bye, t.from.name, "-- ", t.from.name, t.from.email)
	l := letter{subject: t.subject, lines: own}
	if !t.first {
		l.subject = g.reply(t)
		l.lines = g.quote(t, own)
	}
	if t.from.html {
		l.page = g.page(t, l.lines)
		l.only = g.chance(12)
	}
	if g.chance(15) {
		l.files = g.attachments()
	}
	if l.page != "" && t.from.company > 0 && g.chance(40) {
		l.files = append(l.files, g.logo(t.from.company))
	}
	return l
}

func (g *generator) reply(t *turn) string {
	switch {
	case g.chance(80):
		return "Re: " + t.subject
	case t.voice.name == "de":
		return "AW: " + t.subject
	case g.chance(50):
		return "RE: " + t.subject
	}
	return fmt.Sprintf("Re: [Ticket #%d] %s", 100000+t.number, t.subject)
}

// quote puts the history under the text, in one mail of ten above it, in one of
// ten not at all.
func (g *generator) quote(t *turn, own []string) []string {
	if len(t.history) == 0 || g.chance(10) {
		return own
	}
	quoted := []string{"", fmt.Sprintf(t.voice.wrote, t.last.Format("2006-01-02 15:04"), t.said.name)}
	for _, line := range t.history {
		if strings.HasPrefix(line, ">") {
			quoted = append(quoted, ">"+line)
		} else {
			quoted = append(quoted, "> "+line)
		}
	}
	if g.chance(10) {
		return append(append(quoted[1:], ""), own...)
	}
	return append(own, quoted...)
}

// clip bounds what a reply quotes.
func clip(lines []string) []string {
	n := 0
	for i, line := range lines {
		if n += len(line); n > mostHistory {
			return lines[:i]
		}
	}
	return lines
}

// page is the letter as the programs of offices write it: a style sheet, every
// line a paragraph of classes and styles, the history in boxes; 3 to 20 KB.
func (g *generator) page(t *turn, lines []string) string {
	const most = 20 << 10
	var b strings.Builder
	b.WriteString("<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\n<style><!--\n")
	for i := range g.between(8, 40) {
		fmt.Fprintf(&b, "p.MsoNormal%d, li.MsoNormal%d {margin:0cm; margin-bottom:.0001pt; font-size:1%d.0pt; font-family:\"Calibri\",sans-serif; color:#%06X}\n", i, i, i%10, g.rnd.IntN(1<<24))
	}
	b.WriteString("--></style></head><body lang=\"EN\" link=\"#0563C1\" vlink=\"#954F72\"><div class=\"WordSection1\">\n")
	open := false
	for _, line := range lines {
		if b.Len() > most {
			break
		}
		if quoted := strings.HasPrefix(line, ">"); quoted != open {
			b.WriteString(map[bool]string{true: "<blockquote style=\"border-left:1px #ccc solid;padding-left:1ex\">\n", false: "</blockquote>\n"}[quoted])
			open = quoted
		}
		fmt.Fprintf(&b, "<p class=\"MsoNormal\"><span lang=\"EN-US\" style=\"font-size:11.0pt\">%s<o:p></o:p></span></p>\n", html.EscapeString(strings.TrimLeft(line, "> ")))
	}
	if open {
		b.WriteString("</blockquote>\n")
	}
	if t.from.company > 0 {
		fmt.Fprintf(&b, "<p><img width=\"120\" src=\"cid:logo%d@example.com\" alt=\"logo\"></p>\n", t.from.company)
	}
	b.WriteString("</div></body></html>\n")
	return b.String()
}

// robot writes what nobody wrote.
func (g *generator) robot(t *turn) letter {
	v := t.voice
	switch t.sort {
	case bounced:
		return letter{subject: "Undelivered Mail Returned to Sender", report: true, lines: []string{
			"This is the mail system at host mx.acme.test.", "", "I'm sorry to have to inform you that your message could not",
			"be delivered to one or more recipients.", "", "<" + t.customer.email + ">: host mx.example.com said: 550 5.1.1 User unknown",
		}}
	case absent:
		return letter{subject: "Automatic reply: " + t.subject, lines: []string{v.hello, "", v.absent, "", v.bye, t.from.name}}
	default: // confirmed
	}
	lines := append([]string{v.hello, "", fmt.Sprintf("[#%d] %s", 100000+t.number, t.subject), ""}, v.words[:40]...)
	return letter{subject: fmt.Sprintf("[Ticket #%d] %s", 100000+t.number, t.subject), lines: append(lines, v.bye, "Acme Support")}
}

func domain(email string) string { return email[strings.IndexByte(email, '@')+1:] }

func date(t time.Time) string { return t.Format("Mon, 2 Jan 2006 15:04:05 -0700") }
