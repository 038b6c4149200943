package table

import (
	"fmt"
	"strings"
	"time"
)

// DateForm is how the dates of a column are written.
type DateForm struct {
	order  string         // ymd, dmy, mdy, unix, unix_ms, excel, layout
	layout string         // of package time, where order is layout
	zone   *time.Location // of dates that name none
}

// String names the form as configurations do.
func (f DateForm) String() string {
	if f.order == "layout" {
		return f.layout
	}
	return f.order
}

// ParseForm reads what a configuration says of dates: iso, ymd, dmy, mdy, unix,
// unix_ms, excel, a layout of Go's package time (02.01.2006 15:04), or one in
// letters (dd.MM.yyyy HH:mm). Dates that name no zone are in zone; nil is UTC.
func ParseForm(s string, zone *time.Location) (DateForm, error) {
	f := DateForm{order: strings.ToLower(s), zone: zone}
	switch f.order {
	case "iso":
		f.order = "ymd"
		return f, nil
	case "ymd", "dmy", "mdy", "unix", "unix_ms", "excel":
		return f, nil
	}
	f.order, f.layout = "layout", s
	if !strings.Contains(s, "2006") && !strings.Contains(s, "06") {
		f.layout = letters(s)
	}
	if !strings.Contains(f.layout, "06") {
		return f, fmt.Errorf("dates: %q is no format of dates: use iso, dmy, mdy, unix, unix_ms, excel or one like 02.01.2006 15:04", s)
	}
	return f, nil
}

// letters turns dd.MM.yyyy HH:mm into the layout that package time reads.
func letters(s string) string {
	return strings.NewReplacer("yyyy", "2006", "YYYY", "2006", "yy", "06", "MMMM", "January", "MMM", "Jan", "MM", "01",
		"dd", "02", "DD", "02", "HH", "15", "hh", "03", "mm", "04", "ss", "05", "M", "1", "d", "2", "a", "PM").Replace(s)
}

// Parse reads one date; the result is in UTC. Years must lie between 1900 and
// 2200: what lies outside is a number that is no date, or a typing error.
func (f DateForm) Parse(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	t, err := f.parse(s)
	if err != nil {
		return time.Time{}, err
	}
	if t.Year() < 1900 || t.Year() > 2200 {
		return time.Time{}, fmt.Errorf("%q is in the year %d", s, t.Year())
	}
	return t.UTC(), nil
}

func (f DateForm) parse(s string) (time.Time, error) {
	zone := f.zone
	if zone == nil {
		zone = time.UTC
	}
	switch f.order {
	case "layout":
		t, err := time.ParseInLocation(f.layout, s, zone)
		if err != nil {
			// An export may leave out the clock, or add one.
			return readDate(s, orderOf(f.layout), zone)
		}
		return t, nil
	case "unix", "unix_ms", "excel":
		return readNumber(s, f.order, zone)
	}
	return readDate(s, f.order, zone)
}

func orderOf(layout string) string {
	day, month, year := strings.Index(layout, "2"), strings.Index(layout, "1"), strings.Index(layout, "06")
	if i := strings.Index(layout, "02"); i >= 0 {
		day = i
	}
	if i := strings.Index(layout, "Jan"); i >= 0 {
		month = i
	} else if i := strings.Index(layout, "01"); i >= 0 {
		month = i
	}
	switch {
	case year < day:
		return "ymd"
	case month < day:
		return "mdy"
	}
	return "dmy"
}

// DateGuess is what a sample tells of the dates of one or more columns.
type DateGuess struct {
	Form DateForm
	// Sure is false where day and month could as well be swapped.
	Sure bool
	// Share is the part of the sample that reads as dates, 0 to 1.
	Share float64
	// Zoned tells that every date names its zone.
	Zoned bool
	// Named tells that every date has its month as a word, so that the order of the
	// numbers is a habit and proves nothing.
	Named bool
}

// SniffDates decides on the whole sample how dates are written: one day above 12
// anywhere tells day from month for all of them.
func SniffDates(sample []string, zone *time.Location) DateGuess {
	best := DateGuess{Form: DateForm{order: "dmy", zone: zone}}
	total, zoned, named, swapped := 0, 0, 0, false
	counts := map[string]int{}
	for _, s := range sample {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		total++
		d, ok := dissect(s, "dmy")
		if ok && d.zone != nil {
			zoned++
		}
		if ok && d.named {
			counts[d.habit()]++
			named++
			continue
		}
		for _, order := range []string{"ymd", "dmy", "mdy", "unix", "unix_ms", "excel"} {
			if _, err := (DateForm{order: order, zone: zone}).Parse(s); err == nil && plausible(s, order) {
				counts[order]++
			}
		}
		if ok && d.first > 0 && d.first <= 12 && d.second <= 12 && d.first != d.second {
			swapped = true
		}
	}
	if total == 0 {
		return best
	}
	top := 0
	for _, order := range []string{"ymd", "dmy", "mdy", "unix", "unix_ms", "excel"} {
		if counts[order] > top {
			top, best.Form.order = counts[order], order
		}
	}
	best.Share, best.Zoned, best.Named = float64(top)/float64(total), zoned == total, named == total
	best.Sure = counts["dmy"] != counts["mdy"] || best.Form.order != "dmy" || !swapped
	if !best.Sure && halves(sample) {
		best.Form.order = "mdy" // a clock of twice twelve hours goes with the month before the day
	}
	if !best.Sure && dotted(sample) {
		best.Sure = true // nobody writes the month before the day with dots
	}
	return best
}

// habit is the order in which a date with a named month stands.
func (d dateParts) habit() string {
	if d.led {
		return "mdy"
	}
	return "dmy"
}

// plausible keeps small numbers from being taken for dates: seconds and
// milliseconds since 1990, days since 1900 as Excel counts them.
func plausible(s, order string) bool {
	n := len(strings.TrimLeft(s, "0123456789."))
	switch order {
	case "unix", "unix_ms", "excel":
		return n == 0
	}
	return n > 0 || strings.Contains(s, ".") || len(s) == 8 || len(s) == 14
}

func halves(sample []string) bool {
	for _, s := range sample {
		if s = strings.ToLower(s); strings.HasSuffix(s, "am") || strings.HasSuffix(s, "pm") {
			return true
		}
	}
	return false
}

func dotted(sample []string) bool {
	for _, s := range sample {
		if strings.Contains(s, "/") || strings.Contains(s, "-") {
			return false
		}
	}
	return true
}
