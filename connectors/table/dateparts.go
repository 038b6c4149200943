package table

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// dateParts is a date taken apart before anybody knows what each number is.
type dateParts struct {
	first, second    int // the two numbers that may be day and month
	year, month, day int
	clock            [4]int // hour, minute, second, nanosecond
	zone             *time.Location
	named            bool // the month was a word
	led              bool // and stood before the day
}

// readDate reads a date whose numbers stand in the order ymd, dmy or mdy. A year
// of four digits in front always means ymd; a month that is a word needs no order.
func readDate(s, order string, zone *time.Location) (time.Time, error) {
	if layout := isoLayout(s); layout != "" { // most exports; quickly read
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	d, ok := dissect(s, order)
	if !ok {
		return time.Time{}, fmt.Errorf("%q is no date that we can read", s)
	}
	if d.zone != nil {
		zone = d.zone
	}
	t := time.Date(d.year, time.Month(d.month), d.day, d.clock[0], d.clock[1], d.clock[2], d.clock[3], zone)
	if d.month < 1 || d.month > 12 || d.day < 1 || daysIn(d.year, d.month) < d.day ||
		d.clock[0] > 23 || d.clock[1] > 59 || d.clock[2] > 60 {
		return time.Time{}, fmt.Errorf("%q is no day of the calendar (read as %s)", s, order)
	}
	return t, nil
}

// isoLayout is the layout of package time that a date beginning 2024-03-01 is
// likely written in; "" for any other.
func isoLayout(s string) string {
	switch {
	case len(s) < 10 || s[4] != '-' || s[7] != '-':
		return ""
	case len(s) == len(time.DateOnly):
		return time.DateOnly
	case s[10] == 'T':
		return time.RFC3339
	case len(s) == len(time.DateTime):
		return time.DateTime
	case len(s) == len("2006-01-02 15:04"):
		return "2006-01-02 15:04"
	}
	return ""
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// dissect cuts a date into numbers, words and a zone.
func dissect(s, order string) (dateParts, bool) {
	var d dateParts
	if len(s) > 80 {
		return d, false
	}
	s = strings.TrimSpace(strings.ToLower(s))
	if (len(s) == 8 || len(s) == 14) && strings.Trim(s, "0123456789") == "" {
		s = s[:4] + "-" + s[4:6] + "-" + s[6:8] + " " + clockOf(s[8:])
	}
	s, d.zone = cutZone(s)
	date, clock := cutClock(s)
	if clock != "" && !d.readClock(clock) {
		return d, false
	}
	return d, d.readDay(date, order)
}

func clockOf(digits string) string {
	if len(digits) != 6 {
		return ""
	}
	return digits[:2] + ":" + digits[2:4] + ":" + digits[4:]
}

// cutClock finds the part that has colons in it, with am or pm behind.
func cutClock(s string) (date, clock string) {
	i := strings.IndexByte(s, ':')
	if i < 0 {
		return s, ""
	}
	from, to := i, i
	for from > 0 && s[from-1] >= '0' && s[from-1] <= '9' {
		from--
	}
	for to < len(s) && strings.IndexByte("0123456789:.,", s[to]) >= 0 {
		to++
	}
	tail := strings.TrimSpace(s[to:])
	for _, half := range []string{"am", "pm", "a.m.", "p.m."} {
		if strings.HasPrefix(tail, half) {
			return s[:from] + " " + tail[len(half):], s[from:to] + half[:1]
		}
	}
	return strings.TrimSuffix(strings.TrimSpace(s[:from]), "t") + " " + s[to:], s[from:to]
}

func (d *dateParts) readClock(s string) bool {
	half := byte(0)
	if c := s[len(s)-1]; c == 'a' || c == 'p' {
		half, s = c, s[:len(s)-1]
	}
	for i, part := range strings.Split(strings.TrimRight(s, ".,"), ":") {
		whole, fraction, _ := strings.Cut(strings.ReplaceAll(part, ",", "."), ".")
		n, err := strconv.Atoi(whole)
		if err != nil || i > 2 {
			return false
		}
		d.clock[i] = n
		if fraction != "" {
			f, err := strconv.Atoi((fraction + "000000000")[:9])
			if err != nil {
				return false
			}
			d.clock[3] = f
		}
	}
	switch {
	case half == 'p' && d.clock[0] < 12:
		d.clock[0] += 12
	case half == 'a' && d.clock[0] == 12:
		d.clock[0] = 0
	}
	return true
}

// cutZone takes off Z, UTC, GMT, +03:00, +0300 or (MSK) at the end.
func cutZone(s string) (string, *time.Location) {
	if i := strings.IndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		s = strings.TrimSpace(s[:i])
	}
	for _, word := range []string{" utc", " gmt", "z"} {
		if rest, ok := strings.CutSuffix(s, word); ok && strings.ContainsRune(rest, ':') {
			return rest, time.UTC
		}
	}
	if f := strings.Fields(s); len(f) > 2 && len(f[len(f)-1]) <= 5 && strings.Trim(f[len(f)-1], "abcdefghijklmnopqrstuvwxyz") == "" &&
		strings.LastIndexAny(f[len(f)-2], "+-") == 0 {
		s = strings.Join(f[:len(f)-1], " ") // 2024-03-01 10:00:00 +0300 msk
	}
	i := strings.LastIndexAny(s, "+-")
	if i < 0 || !strings.ContainsRune(s[:i], ':') {
		return s, nil
	}
	digits := strings.ReplaceAll(s[i+1:], ":", "")
	if len(digits) == 2 {
		digits += "00"
	}
	n, err := strconv.Atoi(digits)
	if err != nil || len(digits) != 4 || n > 1500 {
		return s, nil
	}
	n = (n/100*60 + n%100) * 60
	if s[i] == '-' {
		n = -n
	}
	rest := strings.TrimSpace(s[:i])
	return strings.TrimSuffix(strings.TrimSuffix(rest, "gmt"), "utc"), time.FixedZone("", n)
}

// readDay sorts numbers and words of the date itself.
func (d *dateParts) readDay(s, order string) bool {
	var numbers []string
	for _, word := range strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(".,-/年月日", r)
	}) {
		if strings.Trim(word, "0123456789") == "" {
			numbers = append(numbers, word)
			continue
		}
		if n := ordinal(word); n != "" {
			numbers = append(numbers, n)
			continue
		}
		if m := monthNamed(word); m > 0 && !d.named {
			d.month, d.named, d.led = m, true, len(numbers) == 0
			continue
		}
		if !filler(word) {
			return false
		}
	}
	if d.named {
		return len(numbers) == 2 && d.place(numbers, nil)
	}
	if len(numbers) != 3 {
		return false
	}
	d.first, _ = strconv.Atoi(numbers[0])
	d.second, _ = strconv.Atoi(numbers[1])
	return d.place(numbers, []byte(order))
}

// place gives each number its meaning.
func (d *dateParts) place(numbers []string, order []byte) bool {
	switch {
	case d.named && len(numbers[0]) == 4:
		order = []byte("yd")
	case d.named:
		order = []byte("dy")
	case len(numbers[0]) == 4:
		order, d.first = []byte("ymd"), 0
	case order[0] == 'y':
		return false // a year of two digits in front is nobody's habit
	}
	for i, s := range numbers {
		n, err := strconv.Atoi(s)
		if err != nil || len(s) > 4 || order[i] != 'y' && len(s) > 2 || order[i] == 'y' && len(s) != 4 && len(s) != 2 {
			return false
		}
		switch order[i] {
		case 'y':
			if len(s) == 2 {
				n += 2000 // helpdesks are younger than that
			}
			d.year = n
		case 'm':
			d.month = n
		case 'd':
			d.day = n
		}
	}
	return true
}

func ordinal(word string) string {
	for _, end := range []string{"st", "nd", "rd", "th", "º", "er"} {
		if n, ok := strings.CutSuffix(word, end); ok && n != "" && strings.Trim(n, "0123456789") == "" {
			return n
		}
	}
	return ""
}

// filler tells words that dates are dressed with: the day of the week, "at", "г".
func filler(word string) bool {
	switch word {
	case "t", "г", "года", "в", "at", "of", "de", "del", "um", "uhr", "à", "le", "den", "r", "год", "alle", "às", "om":
		return true
	}
	for _, day := range strings.Fields("mon tue wed thu fri sat sun пн вт ср чт пт сб вс понедельник вторник среда четверг пятница " +
		"суббота воскресенье mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag lun mar mer jeu ven sam dim") {
		if word == day || len(day) == 3 && day[0] < 128 && strings.HasPrefix(word, day) && strings.HasSuffix(word, "day") {
			return true
		}
	}
	return false
}

// readNumber reads a moment written as one number.
func readNumber(s, order string, zone *time.Location) (time.Time, error) {
	n, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
	if err != nil || math.IsNaN(n) {
		return time.Time{}, fmt.Errorf("%q is no number, so no date written as %s", s, order)
	}
	switch {
	case order == "unix" && n >= 6e8 && n < 7e9:
		return time.Unix(0, int64(math.Round(n*1e6))*1000), nil
	case order == "unix_ms" && n >= 6e11 && n < 7e12:
		return time.UnixMilli(int64(n)), nil
	case order == "excel" && n >= 20000 && n < 80000:
		// Day 1 is 1 January 1900; Excel has a 29 February 1900 too many.
		whole, part := math.Modf(n)
		seconds := int(math.Round(part * 86400))
		return time.Date(1899, 12, 30+int(whole), 0, 0, seconds, 0, zone), nil
	}
	return time.Time{}, fmt.Errorf("%q is out of range for a date written as %s", s, order)
}
