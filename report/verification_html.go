package report

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// HTMLPage writes the verification as a page that needs nothing but itself. Beside it,
// all findings are expected in the file that CSV names.
func (v *Verification) HTMLPage(w io.Writer, t Tongue) error {
	body := verificationPage{
		Verification: v, Top: verdictPart{Verdict: v.verdict(), Line: v.lineIn(t) + ".", Spent: v.spentIn(t)}, CSVName: nameOf(v.CSV), Steps: t.steps(v.Then),
	}
	if v.Quick {
		body.Top.Spent += " " + t.Say("Files were compared by their sizes alone.")
	}
	for i := range v.Hops {
		body.Hops = append(body.Hops, v.Hops[i].page(t, fmt.Sprint("way", i+1)))
	}
	return writePage(w, t, "verification", page{
		Title: t.Say("Verification"), Project: v.Project, Made: t.Say("begun %s", t.Minute(v.Began)), Body: body,
	})
}

// nameOf is the name of a file in the folder of a page; "" of none.
func nameOf(path string) string {
	if path == "" {
		return ""
	}
	return filepath.Base(path)
}

// verdict is how the page is coloured.
func (v *Verification) verdict() string {
	switch {
	case v.Differences > 0:
		return "bad"
	case v.Unseen+v.Aside > 0:
		return "doubt"
	}
	return "good"
}

// verificationPage is what the template shows.
type verificationPage struct {
	*Verification
	Top     verdictPart
	CSVName string
	Hops    []verifiedPage
	Steps   []Step
}

type verifiedPage struct {
	From, To    string
	Chosen      string
	Numbers     numbers
	Classes     []classPart
	KeyFigures  []Defined
	KeyTable    figureTable
	FiguresMean string
	Totals      []totalCard
}

type figureTable struct {
	From, To string
	Rows     []Figure
}

type totalCard struct {
	Defined
	Table figureTable
}

func (h *VerifiedHop) page(t Tongue, id string) verifiedPage {
	l := &lister{Tongue: t, id: id, found: h.Found}
	p := verifiedPage{From: h.From, To: h.To, FiguresMean: t.Say(FiguresMean), Classes: l.classes(Classes, l.finding)}
	if h.Sample != nil {
		p.Chosen = t.Say("What %s wrote was looked at: %s.", h.Sample.Of, t.many(desk.KindTicket, h.Sample.Looked))
		if h.Sample.Of == Random {
			p.Chosen = t.Say("Of %s, %d were looked at, drawn at random (--seed %s).", t.many(desk.KindTicket, h.Sample.All), h.Sample.Looked, fmt.Sprint(h.Sample.Seed))
		}
	}
	p.Numbers = h.numbers(l, p.Classes)
	h.figuresOn(t, &p)
	return p
}

// finding says what is special of a list of findings. What is wrong is shown without being
// asked for.
func (l *lister) finding(f *Found, p *groupPart) {
	p.Open = f.Count <= fewEnough && (f.Class == "missing" || f.Class == "differs" || f.Class == "twice" || f.Class == "unseen")
	if f.Class == "aside" && f.Field != "" { // for which reason
		p.What = l.Say("%s: %s", l.Say(plural[f.Kind]), l.reason(connectors.Reason(f.Field)))
	}
	for i := range p.List {
		if f.Class == "added" {
			p.List[i].Want = "–"
		}
	}
}

// numbers is what the table says, kind by kind.
func (h *VerifiedHop) numbers(l *lister, classes []classPart) numbers {
	n := numbers{Heads: []string{l.Say("Expected"), l.Say("There")}}
	for _, c := range classes {
		n.Heads = append(n.Heads, c.Title)
	}
	n.Heads = append(n.Heads, l.Say("Left out by a rule"))
	for _, kind := range all {
		of := h.Kinds[kind]
		any := of != Verified{}
		row := numbersRow{Kind: l.Say(plural[kind]), Cells: []numberCell{{n.Heads[0], l.Say("%d", of.Expected), ""}, {n.Heads[1], l.Say("%d", of.There), ""}}}
		for _, c := range classes {
			cell := l.cell(c.Title, c.Class, kind, l.sum(c.Class, kind))
			any = any || cell.Text != ""
			row.Cells = append(row.Cells, cell)
		}
		row.Cells = append(row.Cells, l.cell(n.Heads[len(n.Heads)-1], "", kind, of.LeftOut))
		if any {
			n.Rows = append(n.Rows, row)
		}
	}
	return n
}

// figuresOn lays out the figures of both sides.
func (h *VerifiedHop) figuresOn(t Tongue, p *verifiedPage) {
	p.KeyTable = figureTable{h.From, h.To, nil}
	for _, d := range KeyDefinitions {
		for _, f := range h.group("") {
			if f.Name == d.Group {
				p.KeyFigures = append(p.KeyFigures, d.in(t))
				p.KeyTable.Rows = append(p.KeyTable.Rows, f.in(t))
			}
		}
	}
	for _, d := range Definitions {
		table := figureTable{h.From, h.To, nil}
		for _, f := range h.group(d.Group) {
			table.Rows = append(table.Rows, f.in(t))
		}
		if len(table.Rows) > 0 {
			p.Totals = append(p.Totals, totalCard{d.in(t), table})
		}
	}
}
