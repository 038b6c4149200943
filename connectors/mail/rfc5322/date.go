package rfc5322

import (
	"strconv"
	"strings"
	"time"
)

// Date returns when the message says it was written, UTC. It reads RFC 5322
// section 3.3 and what the field writes instead: years 102 and 02, no zone, named
// zones, asctime, ISO 8601, a weekday that does not fit. Where there is no Date
// that can be read, the newest Received field counts. A year that is merely odd,
// such as 1979, is returned as written; ok is false only if nothing could be read.
func (h Header) Date() (t time.Time, ok bool) {
	for i := range h.Fields {
		if equalName(h.Fields[i].Name, "Date") {
			if t, ok = parseDate(h.Fields[i].Value); ok {
				return t, true
			}
		}
	}
	return h.ReceivedDate()
}

// ReceivedDate returns when the last mail server got the message, UTC: the
// newest time in its Received fields, those before 1980 or years ahead of the
// others left out.
func (h Header) ReceivedDate() (newest time.Time, ok bool) {
	first := time.Time{}
	for i := range h.Fields {
		if !equalName(h.Fields[i].Name, "Received") {
			continue
		}
		v := h.Fields[i].Value
		t, read := parseDate(v[strings.LastIndexByte(v, ';')+1:])
		if !read || t.Year() < 1980 {
			continue
		}
		if first.IsZero() {
			first = t // the topmost was written last
		}
		if !ok || t.After(newest) && t.Sub(first) < 48*time.Hour {
			newest, ok = t, true
		}
	}
	return newest, ok
}

// clock is what has been read of a date so far; -1 is not yet.
type clock struct {
	year, month, day, hour, min, sec, nano int
	zone                                   int // seconds east
	hasZone, pm, am                        bool
}

// looseDate reads a date word by word, whatever their order.
func looseDate(s string) (time.Time, bool) {
	if len(s) > 200 {
		s = s[:200]
	}
	c := clock{year: -1, month: -1, day: -1, hour: -1}
	for s = strings.TrimLeft(s, " \t"); s != ""; s = strings.TrimLeft(s, " \t,") {
		if s[0] == '(' { // a comment
			end := strings.IndexByte(s, ')')
			if end < 0 {
				break
			}
			s = s[end+1:]
			continue
		}
		n := strings.IndexAny(s, " \t,(")
		if n < 0 {
			n = len(s)
		}
		if n == 0 {
			n = 1
		}
		c.word(s[:n])
		s = s[n:]
	}
	return c.time()
}

// word takes one word of a date.
func (c *clock) word(w string) {
	w = strings.Trim(w, `.;"'[]<>`)
	if w == "" {
		return
	}
	switch first := w[0]; {
	case strings.IndexByte(w, ':') > 0 && isDigit(first):
		c.clockWord(w)
	case (first == '+' || first == '-') && len(w) > 1 && isDigit(w[1]):
		c.offset(w)
	case isDigit(first):
		c.number(w)
	default:
		c.name(w)
	}
}

// clockWord takes 12:34, 12:34:56.7, 12:34:56+0200 and 2001-02-03T12:34:56Z.
func (c *clock) clockWord(w string) {
	if day, rest, ok := strings.Cut(w, "T"); ok && strings.Contains(day, "-") {
		c.number(day)
		w = rest
	}
	if rest, ok := strings.CutSuffix(w, "Z"); ok {
		c.hasZone = true
		w = rest
	}
	if i := strings.IndexAny(w, "+-"); i > 0 {
		c.offset(w[i:])
		w = w[:i]
	}
	if i := strings.IndexFunc(w, func(r rune) bool { return r != ':' && r != '.' && (r < '0' || r > '9') }); i > 0 {
		c.name(w[i:]) // 10:30PM, 12:34:56GMT
		w = w[:i]
	}
	parts := strings.Split(w, ":")
	if c.hour >= 0 || len(parts) < 2 {
		return
	}
	c.hour = atoi(parts[0])
	c.min = atoi(parts[1])
	if len(parts) > 2 {
		whole, frac, _ := strings.Cut(parts[2], ".")
		c.sec = atoi(whole)
		if frac = (frac + "000000000")[:9]; frac != "000000000" {
			c.nano = max(0, atoi(frac))
		}
	}
}

// number takes a day, a year, a zone without its sign or a whole date.
func (c *clock) number(w string) {
	if i := strings.IndexAny(w, "-/."); i > 0 {
		c.dashed(strings.FieldsFunc(w, func(r rune) bool { return r == '-' || r == '/' || r == '.' }))
		return
	}
	digits := strings.TrimRightFunc(w, func(r rune) bool { return r < '0' || r > '9' }) // 1st, 2nd
	n := atoi(digits)
	switch {
	case n < 0:
	case c.day < 0 && n >= 1 && n <= 31 && len(digits) <= 2:
		c.day = n
	case c.year < 0 && (c.month >= 0 || len(digits) == 4):
		c.year = fullYear(n, len(digits))
	case c.hour >= 0 && !c.hasZone && len(digits) == 4:
		c.offset("+" + digits)
	}
}

// dashed takes 2001-02-03, 03-Feb-2001, 03/02/2001 and 03.02.2001.
func (c *clock) dashed(p []string) {
	if len(p) < 3 {
		for _, w := range p {
			c.word(w)
		}
		return
	}
	a, b, d := atoi(p[0]), atoi(p[1]), atoi(p[2])
	switch {
	case b < 0:
		c.number(p[0])
		c.name(p[1])
		c.number(p[2])
	case len(p[0]) == 4:
		c.year, c.month, c.day = a, b, d
	case b > 12:
		c.year, c.month, c.day = fullYear(d, len(p[2])), a, b // American
	default:
		c.year, c.month, c.day = fullYear(d, len(p[2])), b, a
	}
}

// fullYear completes a year of two or three digits (RFC 5322 section 4.3).
func fullYear(n, digits int) int {
	switch {
	case digits <= 2 && n < 50:
		return 2000 + n
	case digits <= 3 && n < 1000:
		return 1900 + n
	}
	return n
}

// offset takes +0200, -8, +02:00, -600.
func (c *clock) offset(w string) {
	sign := 1
	if w[0] == '-' {
		sign = -1
	}
	digits := w[1:]
	if i := strings.IndexByte(digits, ':'); i > 0 {
		digits = digits[:i] + digits[i+1:]
	}
	end := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
	if end >= 0 {
		digits = digits[:end]
	}
	n := atoi(digits)
	if n < 0 {
		return
	}
	h, m := n/100, n%100
	if len(digits) <= 2 {
		h, m = n, 0
	}
	if h > 24 || m > 59 {
		return // nonsense such as -2400 is read as UTC
	}
	c.zone, c.hasZone = sign*(h*3600+m*60), true
}

// zones are the names of RFC 5322 section 4.3 and those that are met besides, in
// hours east.
var zones = map[string]float64{
	"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
	"PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "NST": -3.5, "NDT": -2.5, "AST": -4, "ADT": -3,
	"WET": 0, "WEST": 1, "BST": 1, "IST": 5.5, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "MESZ": 2, "MEZ": 1,
	"EET": 2, "EEST": 3, "MSK": 3, "MSD": 4, "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "AWST": 8,
	"ACST": 9.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "BRT": -3, "BRST": -2, "ART": -3, "CLT": -4,
}

// months are their English names and those of other languages that broken mail
// programs write, by their first letters.
var months = map[string]int{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	"mai": 5, "okt": 10, "dez": 12, "mrz": 3, "fev": 2, "avr": 4, "ene": 1, "abr": 4, "ago": 8, "dic": 12, "gen": 1, "mag": 5,
	"giu": 6, "lug": 7, "set": 9, "ott": 10, "out": 10, "mei": 5, "янв": 1, "фев": 2, "мар": 3, "апр": 4, "май": 5, "мая": 5,
	"июн": 6, "июл": 7, "авг": 8, "сен": 9, "окт": 10, "ноя": 11, "дек": 12,
}

// name takes a month, a zone or half of the day; weekdays say nothing.
func (c *clock) name(w string) {
	if i := strings.IndexAny(w, "+-"); i > 0 { // GMT+2, UTC-0500
		if _, ok := zones[strings.ToUpper(w[:i])]; ok && i+1 < len(w) && isDigit(w[i+1]) {
			c.offset(w[i:])
			return
		}
	}
	upper := strings.ToUpper(w)
	switch upper {
	case "AM":
		c.am = true
		return
	case "PM":
		c.pm = true
		return
	}
	if c.month < 0 {
		if r := []rune(strings.ToLower(w)); len(r) >= 3 {
			if m, ok := months[string(r[:3])]; ok {
				c.month = m
				return
			}
		}
	}
	if z, ok := zones[upper]; ok && c.hour >= 0 && !c.hasZone {
		c.zone, c.hasZone = int(z*3600), true
	}
}

// time makes a time of what was read; a date without a clock is midnight.
func (c *clock) time() (time.Time, bool) {
	if c.year < 0 || c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31 || c.year > 9999 {
		return time.Time{}, false
	}
	if c.hour < 0 {
		c.hour = 0
	}
	if c.pm && c.hour < 12 {
		c.hour += 12
	} else if c.am && c.hour == 12 {
		c.hour = 0
	}
	if c.hour > 24 || c.min < 0 || c.min > 59 || c.sec < 0 || c.sec > 60 {
		return time.Time{}, false
	}
	t := time.Date(c.year, time.Month(c.month), c.day, c.hour, c.min, c.sec, c.nano, time.UTC)
	return t.Add(-time.Duration(c.zone) * time.Second), true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func atoi(s string) int {
	if s == "" || len(s) > 9 {
		return -1
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}
