package table

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Settings is what a configuration says of one sheet; all but Kind may be empty.
type Settings struct {
	Kind    desk.Kind
	Columns map[string]string            // field to column name, or #3 for the third; "-" for none
	Values  map[string]map[string]string // field to the sheet's word to desk's word
	Dates   string                       // see ParseForm
	Zone    *time.Location               // nil is UTC
	// Separator stands between the values of a cell that holds several; "" takes
	// semicolons, line breaks, bars and commas.
	Separator string
	// Joins tells a sheet of messages that holds none: its rows only add tags and
	// participants to tickets. See Layout.Join.
	Joins bool
}

// Layout says what each column of one sheet is. It is safe for use from several
// goroutines.
type Layout struct {
	Kind  desk.Kind
	Names []string
	Picks []Pick
	Notes []string
	// Exact is true for a sheet that this package's own writing made.
	Exact bool

	set    Settings
	at     map[string]int // field to column
	used   map[int]bool
	custom map[int]string // column to the name of a custom field
	forms  map[int]DateForm
	words  *vocabulary
	values map[string]map[string]string // with both levels of keys in the form of plain
	bySort bool                         // what is private the sort of a message says
}

// Resolve decides what the columns are: what the settings say, the rest guessed
// from the names and a sample of the rows. Its errors name the setting.
func Resolve(set Settings, names []string, sample [][]string) (*Layout, error) {
	l := &Layout{
		Kind: set.Kind, Names: names, set: set, at: map[string]int{}, used: map[int]bool{},
		custom: map[int]string{}, forms: map[int]DateForm{}, words: theWords(), values: map[string]map[string]string{},
	}
	if slices.Contains(names, Marker) {
		return l, l.exact()
	}
	fixed, err := l.configured()
	if err != nil {
		return nil, err
	}
	for f, table := range set.Values {
		l.values[f] = map[string]string{}
		for from, to := range table {
			l.values[f][plain(from)] = to
		}
	}
	if set.Joins {
		return l, nil // nothing is guessed
	}
	guessed := guess(set.Kind, names, sample, l.used, fixed)
	if len(guessed) == 0 && len(l.Picks) == 0 {
		guessed = byContent(set.Kind, names, sample)
	}
	for _, p := range guessed {
		l.pick(p)
		l.note(p)
	}
	l.pickSorts(fixed, sample)
	return l, l.dates(sample)
}

// configured takes what the settings say of columns.
func (l *Layout) configured() (map[string]bool, error) {
	fixed := map[string]bool{}
	for _, field := range slices.Sorted(maps.Keys(l.set.Columns)) {
		name := l.set.Columns[field]
		custom, isCustom := strings.CutPrefix(field, "fields.")
		f, ok := FieldNamed(l.Kind, field)
		if !ok && !isCustom {
			return nil, fmt.Errorf("columns: %s have no field %q: use one of %s, or fields.NAME", l.Kind, field, fieldNames(l.Kind))
		}
		fixed[field] = true
		if name == "" || name == "-" {
			continue
		}
		c := l.find(name)
		if c < 0 {
			return nil, fmt.Errorf("columns: %s: there is no column %q: the sheet has %s", field, name, strings.Join(l.Names, ", "))
		}
		if isCustom {
			l.custom[c] = custom
			continue
		}
		l.pick(Pick{Field: f, Column: c, Sure: 1})
	}
	return fixed, nil
}

// find looks for a column by its name, exactly, then leniently, then by #number.
func (l *Layout) find(name string) int {
	if i := slices.Index(l.Names, name); i >= 0 {
		return i
	}
	if i := slices.IndexFunc(l.Names, func(n string) bool { return plain(n) == plain(name) && plain(n) != "" }); i >= 0 {
		return i
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(name, "#")); err == nil && n >= 1 && n <= len(l.Names) {
		return n - 1
	}
	return -1
}

func (l *Layout) pick(p Pick) {
	l.Picks = append(l.Picks, p)
	l.at[p.Field.Name], l.used[p.Column] = p.Column, true
}

func (l *Layout) note(p Pick) {
	if p.Sure > 0.9 && len(p.Others) == 0 {
		return
	}
	text := fmt.Sprintf("%s %s is guessed to be the column %q", l.Kind, p.Field.Title, l.Names[p.Column])
	var others []string
	for _, c := range p.Others {
		others = append(others, strconv.Quote(l.Names[c]))
	}
	if len(others) > 0 {
		text += "; it could also be " + strings.Join(others, " or ")
	}
	l.Notes = append(l.Notes, text+fmt.Sprintf(": say columns: {%s: ...} if that is wrong", p.Field.Name))
}

// dates decides how the dates of each column are written.
func (l *Layout) dates(sample [][]string) error {
	var stated DateForm
	if l.set.Dates != "" && l.set.Dates != "auto" {
		var err error
		if stated, err = ParseForm(l.set.Dates, l.set.Zone); err != nil {
			return err
		}
	}
	var unsure []string
	guesses, swap, known := l.sniffDates(sample)
	for _, p := range l.Picks {
		g, ok := guesses[p.Column]
		if !ok {
			continue
		}
		form := g.Form
		switch {
		case stated.order != "":
			form = stated
		case g.Share == 0 && known != "":
			form.order = known // as in the other columns, if a date comes yet
		case !g.Sure && swap != "":
			form.order = swap
		case !g.Sure && g.Share > 0:
			unsure = append(unsure, strconv.Quote(l.Names[p.Column]))
		}
		l.forms[p.Column] = form
		l.noteZone(p, g)
	}
	if len(unsure) > 0 {
		l.Notes = append(l.Notes, fmt.Sprintf("the dates in %s could have day and month either way round: say dates: dmy or dates: mdy", strings.Join(unsure, ", ")))
	}
	return nil
}

// sniffDates looks at each column of dates. swap is the order of day and month that
// one of them proves, for an export writes all its dates one way; known is the form
// of the first that holds any.
func (l *Layout) sniffDates(sample [][]string) (guesses map[int]DateGuess, swap, known string) {
	guesses = map[int]DateGuess{}
	for _, p := range l.Picks {
		if p.Field.Type != "time" {
			continue
		}
		g := SniffDates(column(sample, p.Column), l.set.Zone)
		guesses[p.Column] = g
		if g.Share > 0 && g.Sure && !g.Named && (g.Form.order == "dmy" || g.Form.order == "mdy") {
			swap = g.Form.order
		}
		if g.Share > 0 && known == "" {
			known = g.Form.order
		}
	}
	return guesses, swap, known
}

func (l *Layout) noteZone(p Pick, g DateGuess) {
	if g.Share > 0 && !g.Zoned && l.set.Zone == nil && !strings.HasPrefix(g.Form.order, "unix") {
		l.Notes = append(l.Notes, fmt.Sprintf("the dates in %q (%s) name no time zone and are taken as UTC: say zone: Europe/Berlin or the like", l.Names[p.Column], g.Form))
	}
}

// Form tells how the dates of a column are written.
func (l *Layout) Form(column int) (DateForm, bool) {
	f, ok := l.forms[column]
	return f, ok
}

// Has tells whether a column was found for the field.
func (l *Layout) Has(field string) bool {
	_, ok := l.at[field]
	return ok
}

// Key is the cell that holds the row's id; "" where the sheet has no such column.
func (l *Layout) Key(cells []string) string {
	r := &row{Layout: l, cells: cells}
	return r.get("id")
}

// Print describes the layout in one string, so that a changed one is noticed.
func (l *Layout) Print() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q %v %v %q", l.Kind, l.Names, l.custom, l.values, l.set.Separator)
	for _, p := range l.Picks {
		fmt.Fprintf(&b, " %s=%d", p.Field.Name, p.Column)
		if f, ok := l.forms[p.Column]; ok {
			fmt.Fprintf(&b, "(%s %s)", f, f.zone)
		}
	}
	return b.String()
}

func fieldNames(kind desk.Kind) string {
	var names []string
	for _, f := range Fields(kind) {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}
