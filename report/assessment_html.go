package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/deskhaul/deskhaul/assess"
	"github.com/deskhaul/deskhaul/desk"
)

// AssessmentPage writes an assessment as a page that needs nothing but itself.
func AssessmentPage(w io.Writer, t Tongue, project string, a *assess.Assessment) error {
	b := &assessPage{Tongue: t, Assessment: a}
	b.build()
	return writePage(w, t, "assessment", page{Title: t.Say("Assessment"), Project: project, Made: t.Day(a.Made), Body: b})
}

// assessPage is what the template shows.
type assessPage struct {
	Tongue
	*assess.Assessment
	Head      []tile
	Empty     bool
	YearChart *chart
	Years     [][]yearCell
	Cuts      []cutRow
	Parts     []bar
	Found     []flawPart
	Doorways  []doorPart
	Persons   []personPart
	// SilentAgents is a sentence.
	SilentAgents string
	Sorted       []valuePart
	Fields       []fieldPart
	Heat         []heatRow
	Hours        []string
	Quiet        []quietRow
	ZoneSaid     string
	LifeChart    *chart
	LastDelta    string
	DeltaChart   *chart
	Served       []tile
	Scores       string
	Efforts      []effortRow
	Disk, Note   string
}

// tile is one figure with what it is of.
type tile struct{ Figure, Of string }

// bar is a line with a bar behind it.
type bar struct {
	Name, Said string
	Percent    float64 // of the longest
}

// yearCell is a number of a year, and what it is.
type yearCell struct{ Text, Is string }

type cutRow struct{ Since, Tickets, Behind, Bytes string }

type flawPart struct {
	Title, Advice, Said string
	Examples            []flawExample
}

type flawExample struct{ Text, To string }

type doorPart struct {
	Title string
	Doors []assess.Door
}

type personPart struct {
	Title string
	Bars  []bar
	More  int
}

type valuePart struct {
	Title string
	Bars  []bar
	More  int
}

type fieldPart struct {
	Name, Of, Filled, Distinct, Values string
	Percent                            float64
}

type heatRow struct {
	Day   string
	Cells []heatCell
}

type heatCell struct {
	Said  string
	Shade float64 // percent
}

type quietRow struct{ When, Said string }

func (p *assessPage) build() {
	p.head()
	if p.Empty = empty(p.Assessment); p.Empty {
		return
	}
	p.volume()
	p.flaws()
	p.doors()
	p.persons()
	p.sorted()
	p.rhythm()
	p.life()
	p.served()
	p.effort()
}

func (p *assessPage) head() {
	for _, kind := range []desk.Kind{desk.KindTicket, desk.KindMessage, desk.KindFile, desk.KindContact, desk.KindOrganization, desk.KindAgent, desk.KindGroup, desk.KindCategory} {
		if n := p.Kinds[kind]; n > 0 {
			p.Head = append(p.Head, p.tiles(n, p.many(kind, n))...)
		}
	}
	p.Head = append(p.Head, tile{p.Bytes(p.Volume.Bytes + p.Volume.Text), p.Say("size of all")})
}

func (p *assessPage) volume() {
	v := &p.Volume
	var years []point
	for _, y := range v.Years {
		years = append(years, point{fmt.Sprint(y.Year), p.Say("%d", y.Tickets), float64(y.Tickets)})
	}
	p.YearChart = columns(p.Say("Tickets by the year in which they were opened"), years)
	p.years()
	for _, c := range v.Cuts {
		if c.Kept.Tickets < v.Tickets {
			p.Cuts = append(p.Cuts, cutRow{c.Since, p.Say("%d", c.Kept.Tickets), p.Percent(1 - ratio(c.Kept.Tickets, v.Tickets)), p.Percent(1 - ratio(c.Kept.Bytes+c.Kept.Text, v.Bytes+v.Text))})
		}
	}
	for _, c := range v.Categories {
		p.Parts = append(p.Parts, bar{orNoneIn(p.Tongue, c.Name), p.Say("%d", c.Tickets), 100 * ratio(c.Tickets, v.Categories[0].Tickets)})
	}
}

// years are the amounts of each year, as the terminal has them.
func (p *assessPage) years() {
	v := &p.Volume
	add := func(name string, a assess.Amount) {
		p.Years = append(p.Years, []yearCell{
			{name, ""},
			{p.Say("%d", a.Tickets), p.Say("tickets")},
			{p.Say("%d", a.Messages), p.Say("messages")},
			{p.Say("%d", a.Files), p.Say("files")},
			{p.Bytes(a.Bytes), p.Say("size of files")},
			{p.Bytes(a.Text), p.Say("size of texts")},
		})
	}
	for _, y := range v.Years {
		add(fmt.Sprint(y.Year), y.Amount)
	}
	if v.Undated.Tickets > 0 {
		add(p.Say("no date"), v.Undated)
	}
	add(p.Say("all"), v.Amount)
}

func orNoneIn(t Tongue, name string) string {
	if name == "" {
		return t.Say("none")
	}
	return name
}

func (p *assessPage) flaws() {
	for _, f := range p.Flaws {
		one := flawPart{Said: p.Say("%d", f.Count)}
		one.Title, one.Advice = flawOf(p.Tongue, f.Key)
		if f.Of > 0 {
			one.Title += " (" + p.Percent(ratio(f.Count, f.Of)) + ")"
		}
		for _, e := range f.Examples {
			one.Examples = append(one.Examples, flawExample{p.exampleOf(e), e.URL})
		}
		p.Found = append(p.Found, one)
	}
}

func (p *assessPage) doors() {
	d := &p.Doors
	for _, x := range []doorPart{
		{"Addresses of your own that customers write to:", d.Addresses},
		{"Senders that are machines:", d.Machines},
		{"What the tickets themselves say:", d.Lists},
		{"Other addresses that stand beside them:", d.Elsewhere},
	} {
		if len(x.Doors) > 0 {
			p.Doorways = append(p.Doorways, doorPart{strings.TrimSuffix(p.Say(x.Title), ":"), x.Doors})
		}
	}
}

// pageBars is how many lines a list on the page has.
const pageBars = 15

func (p *assessPage) persons() {
	of := &p.People
	p.SilentAgents = p.silent(of)
	agents, byMessages := agentsBy(of)
	for _, x := range []struct {
		title    string
		list     []assess.Person
		messages bool
	}{
		{agents, of.Agents, byMessages},
		{"Groups, by tickets:", of.Groups, false},
		{"Customers with most tickets:", of.Customers, false},
		{"Organisations with most tickets:", of.Organizations, false},
	} {
		part := personPart{Title: strings.TrimSuffix(p.Say(x.title), ":"), More: max(0, len(x.list)-pageBars)}
		for i, one := range x.list {
			n, most, key := one.Tickets, x.list[0].Tickets, "%d tickets"
			if x.messages {
				n, most, key = one.Messages, x.list[0].Messages, "%d messages"
			}
			if i < pageBars {
				part.Bars = append(part.Bars, bar{one.Name, p.Say(key, n), 100 * ratio(n, most)})
			}
		}
		if len(part.Bars) > 0 {
			p.Persons = append(p.Persons, part)
		}
	}
}

func (p *assessPage) sorted() {
	l := &p.Labels
	for _, x := range []struct {
		title string
		list  []assess.Value
	}{{"Statuses", p.words(l.Statuses)}, {"Priorities", p.words(l.Priorities)}, {"Types", l.Types}, {"Tags", l.Tags}} {
		part := valuePart{Title: p.Say(x.title), More: max(0, len(x.list)-pageBars)}
		for i, v := range x.list {
			if i < pageBars {
				part.Bars = append(part.Bars, bar{v.Value, p.Say("%d", v.Count), 100 * ratio(v.Count, x.list[0].Count)})
			}
		}
		if len(part.Bars) > 0 {
			p.Sorted = append(p.Sorted, part)
		}
	}
	text := &assessText{Tongue: p.Tongue}
	for _, f := range l.Fields {
		p.Fields = append(p.Fields, fieldPart{
			Name: f.Name, Of: p.Say(Plural(f.Kind)), Filled: p.Percent(ratio(f.Filled, f.Of)), Percent: 100 * ratio(f.Filled, f.Of),
			Distinct: p.Say("%d", f.Distinct), Values: text.valuesOf(f.Values),
		})
	}
}
