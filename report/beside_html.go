package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// samplePage is a sample on a page: its tickets in a table, and below it each beside its
// copy.
type samplePage struct {
	Done    bool // there is another side
	Tickets []ticketPage
}

type ticketPage struct {
	ID, Way         string
	Subject         string
	Because         string
	Verdict, State  string
	Source, There   anchor
	Shown, Open     bool
	More            string
	Remarks         []remarkPage
	Cover           []coverPage
	Messages        []messagePage
	HeadOf, HeadNew string // of the columns
}

type remarkPage struct{ What, Detail string }

type coverPage struct {
	CoverRow
	Name, State string
	Said        []remarkPage
}

type messagePage struct {
	Number      string
	State       string
	Said        []remarkPage
	Left, Right sidePage
	Files       []filePage
}

// sidePage is a message on one side; None says why there is none.
type sidePage struct {
	*MessageSide
	None, Start string
	Twin        bool // its text is that of the other side
	Sizes       []string
}

type filePage struct {
	FileRow
	State, Bytes string
	Said         []remarkPage
}

// sample lays out a sample.
func (t Tongue) sample(all []SampledTicket, done bool) *samplePage {
	if len(all) == 0 {
		return nil
	}
	p := &samplePage{Done: done}
	for i := range all {
		p.Tickets = append(p.Tickets, t.sampledTicket(&all[i], fmt.Sprint("ticket-", i+1)))
	}
	return p
}

func (t Tongue) sampledTicket(s *SampledTicket, id string) ticketPage {
	p := ticketPage{
		ID: id, Way: s.From + " → " + s.To, Subject: s.Subject, Because: s.because(t), Verdict: s.verdict(t), HeadOf: s.From, HeadNew: s.To,
		Source: anchor{s.ID, s.Old}, There: anchor{s.Target, s.New}, State: "good",
	}
	switch {
	case s.Differences != nil && *s.Differences > 0:
		p.State, p.Open = "bad", true
	case s.Unread != "" || len(s.Aside) > 0 || s.Lost > 0:
		p.State = "doubt"
	}
	b := s.Beside
	if b == nil {
		return p
	}
	p.Shown, p.Remarks = true, t.remarks(b.Remarks)
	for _, why := range s.Aside[:min(fewEnough, len(s.Aside))] {
		p.Remarks = append(p.Remarks, remarkPage{t.Say("In quarantine"), why})
	}
	for _, row := range b.Cover {
		p.Cover = append(p.Cover, coverPage{CoverRow: row, Name: t.field(strings.TrimPrefix(row.Field, "fields.")), State: stateOf(row.Remarks, row.Mapped != row.There && s.Target != ""), Said: t.remarks(row.Remarks)})
	}
	for i := range b.Messages {
		p.Messages = append(p.Messages, t.messageRow(&b.Messages[i], i+1))
	}
	if b.More > 0 {
		p.More = t.Say("%d more messages are not shown: deskhaul verify compares them all.", b.More)
	}
	return p
}

// stateOf is the worst that is said; other tells that the two sides are not the same.
func stateOf(all []Remark, other bool) string {
	worst := ""
	if other {
		worst = "other"
	}
	for _, r := range all {
		switch r.Class {
		case "missing", "differs", "twice":
			return "bad"
		case "lost", "kept", "unseen", "aside", "waiting":
			worst = "doubt"
		default:
			if worst == "" {
				worst = "other"
			}
		}
	}
	return worst
}

// saidOfNoRoom is what a verification says of a field that a target has no room for.
const saidOfNoRoom = "the target has no room for it"

// remarks say the classes in the tongue; the details are as the verification gave them.
func (t Tongue) remarks(all []Remark) (out []remarkPage) {
	for _, r := range all {
		what := r.Class
		for _, c := range slices.Concat(Classes, doneClasses) {
			if c.Class == r.Class {
				what = t.Say(c.Title)
			}
		}
		if r.Field != "" {
			what = t.Say("%s: %s", t.field(strings.TrimPrefix(r.Field, "message.")), what)
		}
		if r.Detail == saidOfNoRoom {
			r.Detail = "" // the class says it
		}
		out = append(out, remarkPage{what, r.Detail})
	}
	return out
}

func (t Tongue) messageRow(m *MessageRow, n int) messagePage {
	p := messagePage{Number: t.Say("Message %d", n), State: stateOf(m.Remarks, false), Said: t.remarks(m.Remarks), Left: t.side(m.Source), Right: t.side(m.There)}
	switch {
	case m.Source == nil && m.Ours:
		p.Number, p.Left.None = t.Say("A note of deskhaul's"), t.Say("The source has no such message: it is made of what the target has no room for.")
	case m.Source == nil:
		p.Left.None = t.Say("The source has no such message.")
	case m.There == nil:
		p.Right.None = t.Say("It does not stand there.")
	default:
		p.Right.Twin = p.Left.Text == p.Right.Text && p.Left.HTML == p.Right.HTML
	}
	for _, f := range m.Files {
		p.Files = append(p.Files, filePage{FileRow: f, State: stateOf(f.Remarks, false), Bytes: t.bytesOf(&f), Said: t.remarks(f.Remarks)})
	}
	return p
}

// longText is how many letters, and lines, of a text are shown without being asked for.
const (
	longText  = 600
	longLines = 12
)

func (t Tongue) side(m *MessageSide) sidePage {
	p := sidePage{MessageSide: m}
	if m == nil {
		return p
	}
	if start := startOf(m.Text); start != m.Text {
		p.Start = start + "…"
	}
	if m.Page > 0 {
		p.Sizes = append(p.Sizes, t.Say("and a page of HTML (%s)", t.Bytes(m.Page)))
	}
	if m.Cut > 0 {
		p.Sizes = append(p.Sizes, t.Say("%s more are not shown", t.Bytes(m.Cut)))
	}
	return p
}

// startOf is the beginning of a text, where it is long.
func startOf(s string) string {
	lines := strings.SplitAfterN(s, "\n", longLines+1)
	if len(lines) > longLines {
		s = strings.TrimRight(strings.Join(lines[:longLines], ""), "\n")
	}
	if utf8.RuneCountInString(s) > longText {
		s = string([]rune(s)[:longText])
	}
	return s
}

// bytesOf says whether a file holds the same on both sides.
func (t Tongue) bytesOf(f *FileRow) string {
	switch {
	case f.Source == nil || f.There == nil:
		return ""
	case f.Source.SHA256 == "" || f.There.SHA256 == "":
		return t.Say("bytes not compared")
	case f.Source.SHA256 == f.There.SHA256:
		return t.Say("the same bytes")
	}
	return t.Say("other bytes")
}

// Short is the beginning of a SHA-256.
func (f *FileSide) Short() string { return f.SHA256[:min(12, len(f.SHA256))] }
