package report

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/deskhaul/deskhaul/desk"
)

// HTMLPage writes the verification as a page that needs nothing but itself. Beside it,
// all findings are expected in the file that CSV names.
func (v *Verification) HTMLPage(w io.Writer) error {
	body := verificationPage{Verification: v, Verdict: v.verdict(), Spent: v.spent()}
	if v.CSV != "" {
		body.CSVName = filepath.Base(v.CSV)
	}
	for i := range v.Hops {
		body.Hops = append(body.Hops, v.Hops[i].page(fmt.Sprint("way", i+1)))
	}
	return writePage(w, "verification", page{
		Title: "Verification", Project: v.Project, Made: "begun " + v.Began.Local().Format("2006-01-02 15:04 MST"), Body: body,
	})
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
	Verdict string
	Spent   string
	CSVName string
	Hops    []verifiedPage
}

type verifiedPage struct {
	From, To    string
	Chosen      string
	Columns     []ClassOf
	Rows        []kindRow
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

type kindRow struct {
	Kind, Expected, There, LeftOut string
	Cells                          []kindCell
}

// kindCell is one number of the table of kinds.
type kindCell struct {
	anchor
	Title string // of its column
}

// anchor is a text that leads somewhere; To "" nowhere.
type anchor struct{ Text, To string }

type classPart struct {
	ClassOf
	ID     string
	Count  int64
	Groups []groupPart
}

type groupPart struct {
	ID            string
	What          string
	Count         int64
	Open          bool
	More          string // that the list has not all
	Says, Details bool   // there is something in these columns
	List          []exampleRow
}

type exampleRow struct {
	Source, There     anchor
	What              string // which message or file of the ticket
	Want, Got, Detail string
}

func (h *VerifiedHop) page(id string) verifiedPage {
	p := verifiedPage{From: h.From, To: h.To, FiguresMean: FiguresMean, Classes: h.classes(id)}
	if h.Sample != nil {
		p.Chosen = fmt.Sprintf("What %s wrote was looked at: %s.", h.Sample.Of, count(h.Sample.Looked, "ticket", "tickets"))
		if h.Sample.Of == Random {
			p.Chosen = fmt.Sprintf("Of %s, %s were looked at, drawn at random (--seed %d).", count(h.Sample.All, "ticket", "tickets"), Number(h.Sample.Looked), h.Sample.Seed)
		}
	}
	for _, c := range p.Classes {
		p.Columns = append(p.Columns, c.ClassOf)
	}
	for _, kind := range all {
		if row, any := h.kindRow(kind, p.Classes); any {
			p.Rows = append(p.Rows, row)
		}
	}
	key := h.group("")
	p.KeyTable = figureTable{h.From, h.To, nil}
	for _, d := range KeyDefinitions {
		for _, f := range key {
			if f.Name == d.Group {
				f.Name = titleOf(f.Name)
				p.KeyFigures, p.KeyTable.Rows = append(p.KeyFigures, d), append(p.KeyTable.Rows, f)
			}
		}
	}
	for _, d := range Definitions {
		if rows := h.group(d.Group); len(rows) > 0 {
			p.Totals = append(p.Totals, totalCard{d, figureTable{h.From, h.To, rows}})
		}
	}
	return p
}

// kindRow is what the table says of a kind; any tells whether there is anything to say.
func (h *VerifiedHop) kindRow(kind desk.Kind, classes []classPart) (row kindRow, any bool) {
	n := h.Kinds[kind]
	row = kindRow{Kind: plural[kind], Expected: Number(n.Expected), There: Number(n.There), LeftOut: "–"}
	if n.LeftOut > 0 {
		row.LeftOut = Number(n.LeftOut)
	}
	any = n != Verified{}
	for _, c := range classes {
		cell := kindCell{Title: c.Title}
		sum := int64(0)
		for i, f := range h.of(c.Class) {
			if f.Kind != kind {
				continue
			}
			if cell.To == "" {
				cell.To = c.Groups[i].ID
			}
			sum += f.Count
		}
		if sum > 0 {
			cell.Text, any = Number(sum), true
		}
		row.Cells = append(row.Cells, cell)
	}
	return row, any
}

// of are the findings of a class.
func (h *VerifiedHop) of(class string) (out []Found) {
	for _, f := range h.Found {
		if f.Class == class {
			out = append(out, f)
		}
	}
	return out
}

// classes are the classes of which there is anything.
func (h *VerifiedHop) classes(id string) (out []classPart) {
	for _, c := range Classes {
		part := classPart{ClassOf: c, ID: id + "-" + c.Class}
		for n, f := range h.of(c.Class) {
			part.Count += f.Count
			part.Groups = append(part.Groups, f.part(fmt.Sprintf("%s-%d", part.ID, n+1)))
		}
		if len(part.Groups) > 0 {
			out = append(out, part)
		}
	}
	return out
}

// fewEnough is how many findings of one sort are shown without being asked for.
const fewEnough = 20

func (f *Found) part(id string) groupPart {
	p := groupPart{ID: id, What: fieldOf(f.Field, f.Kind), Count: f.Count}
	p.Open = f.Count <= fewEnough && (f.Class == "missing" || f.Class == "differs" || f.Class == "twice" || f.Class == "unseen")
	if f.Count > int64(len(f.First)) {
		p.More = fmt.Sprintf("The first %s of %s.", Number(int64(len(f.First))), Number(f.Count))
	}
	for _, e := range f.First {
		p.Says = p.Says || e.Want != "" || e.Got != ""
		p.Details = p.Details || e.Detail != ""
		p.List = append(p.List, e.row(f.Kind, f.Class))
	}
	return p
}

func (e Example) row(kind desk.Kind, class string) exampleRow {
	row := exampleRow{Want: e.Want, Got: e.Got, Detail: e.Detail, Source: anchor{string(kind) + " " + e.ID, e.Old}, There: anchor{e.Target, e.New}}
	if e.Ticket != "" {
		row.Source.Text, row.What = "ticket "+e.Ticket, string(kind)+" "+e.ID
	}
	if class == "added" {
		row.Want = "–"
	}
	return row
}
