package table

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/xrash/smetrics"

	"github.com/deskhaul/deskhaul/desk"
)

// Pick says which column a field is read from.
type Pick struct {
	Field  Field
	Column int
	Sure   float64 // 1 where it was configured
	Others []int   // other columns that it could have been, likeliest first
}

// least is how sure a guess must be to be used.
const least = 0.6

// guess matches names of columns with the fields of a kind. taken are columns
// that a configuration has given away, fixed the fields that it speaks of.
func guess(kind desk.Kind, names []string, sample [][]string, taken map[int]bool, fixed map[string]bool) []Pick {
	type pair struct {
		field, column int
		score         float64
	}
	fields := Fields(kind)
	var pairs []pair
	for f, field := range fields {
		if fixed[field.Name] {
			continue
		}
		for c, name := range names {
			s := likeness(field, name)
			if kind != desk.KindMessage || !isCover(field.Name) { // what is called the message's is not its ticket's
				s = max(s, sureOwn*likeness(field, withoutOwn(kind, name)))
			}
			if person, ok := sibling(kind, field); ok && mostlyAddresses(column(sample, c)) {
				s = max(s, likeness(person, name))
			}
			if s < least || taken[c] {
				continue
			}
			if kind == desk.KindMessage && isCover(field.Name) {
				s *= 0.97 // in doubt a column speaks of the message
			}
			if field.Name == "id" && s < 0.9 && repeats(column(sample, c)) {
				continue // only what is called an id may be a bad one
			}
			if s *= fits(field, column(sample, c)); s >= least {
				pairs = append(pairs, pair{f, c, s})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.score, a.score) })
	byField, byColumn := map[int]int{}, map[int]bool{}
	var picks []Pick
	for _, p := range pairs {
		at, used := byField[p.field]
		switch {
		case used:
			picks[at].Others = append(picks[at].Others, p.column)
		case !byColumn[p.column]:
			byField[p.field], byColumn[p.column] = len(picks), true
			picks = append(picks, Pick{Field: fields[p.field], Column: p.column, Sure: p.score})
		}
	}
	return withoutTaken(picks)
}

// sibling is the field with the name of the person whose address f holds: a column
// called "Requester" holds one or the other.
func sibling(kind desk.Kind, f Field) (Field, bool) {
	who, ok := strings.CutSuffix(f.Name, "_email")
	if !ok {
		return Field{}, false
	}
	return FieldNamed(kind, who+"_name")
}

func mostlyAddresses(cells []string) bool {
	n := 0
	for _, c := range cells {
		if strings.Contains(c, "@") {
			n++
		}
	}
	return float64(n) > 0.6*float64(len(cells))
}

// withoutTaken leaves out of Others the columns that surely are another field.
func withoutTaken(picks []Pick) []Pick {
	surely := map[int]bool{}
	for _, p := range picks {
		surely[p.Column] = p.Sure > 0.9
	}
	for i := range picks {
		picks[i].Others = slices.DeleteFunc(picks[i].Others, func(c int) bool { return surely[c] })
	}
	return picks
}

// likeness compares a column's name with the words for a field: 0 to 0.98. The
// first words of a list are the commonest, so an earlier one wins a tie.
func likeness(f Field, name string) float64 {
	if len(f.words) == 0 {
		return compare(f, name)
	}
	pair := compared{&f.words[0], f.Name, f.Type, name}
	if s, ok := likenesses.Load(pair); ok {
		return s.(float64)
	}
	s := compare(f, name)
	if remembered.Add(1) < mostRemembered {
		likenesses.Store(pair, s)
	}
	return s
}

// compared is a field and a column's name. The columns of a folder of tables are
// looked at for each kind of rows; what comparing them gave is remembered.
type compared struct {
	words             *string
	field, kind, name string
}

const mostRemembered = 100_000

var (
	likenesses sync.Map // of compared
	remembered atomic.Int64
)

func compare(f Field, name string) float64 {
	name = plain(name)
	if name == "" {
		return 0
	}
	if strings.ReplaceAll(f.Name, "_", " ") == name && !namesRecord(f) {
		return 0.98
	}
	best := 0.0
	for i, w := range f.words {
		if name == w {
			return 0.97 - min(float64(i)*0.001, 0.05)
		}
		if !vague(f, w) {
			best = max(best, near(name, w))
		}
	}
	if best > 0 && saysOther(f, name) {
		return 0
	}
	return best
}

// vague tells words that say what a column is only where they are all of its name: the number
// of a machine is no ticket's, and the comment of a warehouse is not what a customer wrote.
func vague(f Field, word string) bool {
	switch f.Name {
	case "id", "number":
		return !strings.Contains(word, " ")
	case "description":
		return slices.Contains([]string{"comment", "comments", "комментарии", "комментарий", "details", "content", "reply"}, word)
	}
	return false
}

// saysOther tells names whose last word says that the column holds an id, a time
// or an address of the web, where the field is none: a submitter_id is no name.
func saysOther(f Field, name string) bool {
	switch name[strings.LastIndexByte(name, ' ')+1:] {
	case "id", "ids":
		return f.Type != "ref" && !strings.HasSuffix(f.Name, "id") && f.Name != "in_reply_to" && f.Name != "references"
	case "at", "date", "time", "utc":
		return f.Type != "time"
	case "url", "uri", "href":
		return f.Name != "url"
	}
	return false
}

// isCover tells what a sheet of messages says of their tickets.
func isCover(name string) bool {
	for f := range strings.FieldsSeq(coverFields) {
		if f == name {
			return true
		}
	}
	return false
}

// namesRecord tells fields that hold ids: a column called "Assignee" holds a name.
func namesRecord(f Field) bool {
	return f.Type == "ref" && f.Name != "ticket" && f.Name != "parent" && f.Name != "merged_into"
}

// near scores names that are alike without being equal.
func near(name, word string) float64 {
	if len(word) < 4 || len(name) < 4 {
		return 0
	}
	if strings.Contains(" "+name+" ", " "+word+" ") {
		return 0.55 + 0.35*float64(len(word))/float64(len(name))
	}
	if len(word) <= 4 || !comparable(len(name), len(word)) {
		return 0
	}
	if s := smetrics.JaroWinkler(name, word, 0.7, 4); s > 0.92 {
		return s * 0.85
	}
	return 0
}

// comparable tells whether names of these lengths can be alike enough: the measure
// is at most 0.4 + 0.6·(2+shorter/longer)/3, which is 0.92 where one is 0.6 of the
// other. Comparing is what guessing spends its time on.
func comparable(a, b int) bool { return 10*min(a, b) >= 6*max(a, b) }

// fits lowers a guess whose cells do not look like what the field holds.
func fits(f Field, cells []string) float64 {
	if len(cells) == 0 {
		return 1
	}
	share := func(ok func(string) bool) float64 {
		n := 0
		for _, c := range cells {
			if ok(c) {
				n++
			}
		}
		return float64(n) / float64(len(cells))
	}
	hasAt := func(c string) bool { return strings.Contains(c, "@") }
	switch {
	case f.Type == "email" && share(hasAt) < 0.4:
		return 0.5
	case f.Name == "message_id" && share(hasAt) < 0.4: // the number of a message is not what mails are called by
		return 0.5
	case f.Type == "time" && SniffDates(cells, time.UTC).Share < 0.6:
		return 0.4
	case strings.HasSuffix(f.Name, "_name") && mostlyAddresses(cells):
		return 0.6
	case f.Type == "text" && f.Name == "number" && share(hasAt) > 0.1:
		return 0.4
	case f.Type == "bool" && share(func(c string) bool { return len(c) > 24 }) > 0.2:
		return 0.5
	}
	return 1
}

// repeats tells whether many cells stand there more than once, as no id does.
func repeats(cells []string) bool {
	seen := map[string]bool{}
	for _, c := range cells {
		seen[strings.TrimSpace(c)] = true
	}
	return len(cells) >= 10 && 5*len(seen) < 4*len(cells)
}

// column takes the cells of one column that are not empty.
func column(sample [][]string, c int) []string {
	var cells []string
	for _, row := range sample {
		if c < len(row) && strings.TrimSpace(row[c]) != "" {
			cells = append(cells, row[c])
		}
	}
	return cells
}

// byContent guesses in a sheet without names: only what cannot be mistaken.
func byContent(kind desk.Kind, names []string, sample [][]string) []Pick {
	for c := range names {
		cells := column(sample, c)
		if len(cells) == 0 || fits(Field{Type: "email"}, cells) < 1 {
			continue
		}
		for _, f := range Fields(kind) {
			if f.Type == "email" {
				return []Pick{{Field: f, Column: c, Sure: least}}
			}
		}
	}
	return nil
}
