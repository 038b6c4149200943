package xlsx

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// The library gives a cell as its number format shows it: a date in the habit of some
// country, an id of twelve digits as 1.23457E+11. So before rows are read its formats are
// put in the place of others: numbers come as they are, dates as their number behind a
// word that nobody can guess, and one of these letters. Only a format of zeros, as of ids
// that are filled up with them, stays.
const (
	dateSign    = "d"
	clockSign   = "c"
	elapsedSign = "e"
)

// unknownFormat is the number of no format: the library gives such numbers as they are.
const unknownFormat = 1<<31 - 2

// plainNumbers changes the formats of an open workbook.
func plainNumbers(f *excelize.File, word string) error {
	ids := map[string]int{}
	last := len(f.Styles.CellXfs.Xf)
	for _, sign := range []string{dateSign, clockSign, elapsedSign} {
		code := `"` + word + sign + `"0.0000000000`
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		if err != nil {
			return err
		}
		ids[sign] = *f.Styles.CellXfs.Xf[style].NumFmtID
	}
	for i := range last {
		xf := &f.Styles.CellXfs.Xf[i]
		style, err := f.GetStyle(i)
		if err != nil {
			return err
		}
		id := unknownFormat
		sign, keeps := signOf(style)
		if sign != "" {
			id = ids[sign]
		}
		if !keeps {
			xf.NumFmtID = &id
		}
	}
	return nil
}

// signOf tells what the numbers of a style are; keeps is whether its format stays.
func signOf(s *excelize.Style) (sign string, keeps bool) {
	if s.CustomNumFmt == nil {
		return builtIn(s.NumFmt), false
	}
	code, _, _ := strings.Cut(*s.CustomNumFmt, ";") // of numbers above zero
	return custom(code), zeros.MatchString(code)
}

// zeros are formats that fill an id up: 00000, "INC-"00000, 000-000.
var zeros = regexp.MustCompile(`^("[^"#]*"|\\.|[-_ ])*0{2,}("[^"]*"|\\.|[-_ ]|0)*$`)

// builtIn knows the formats that have a number and no text (ECMA-376, part 1, 18.8.30).
func builtIn(id int) string {
	switch {
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 58:
		return dateSign
	case id >= 18 && id <= 21, id >= 32 && id <= 35:
		return clockSign
	case id >= 45 && id <= 47:
		return elapsedSign
	}
	return ""
}

// asides are what no letter of a format counts in: literals, colours, countries.
var asides = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|(?i:am/pm|a/p|general)`)

var elapsed = regexp.MustCompile(`(?i)\[(h+|m+|s+)\]`)

// custom reads a format's text.
func custom(code string) string {
	if elapsed.MatchString(code) {
		return elapsedSign
	}
	letters := strings.ToLower(asides.ReplaceAllString(code, ""))
	has := func(any string) bool { return strings.ContainsAny(letters, any) }
	switch {
	case has("yd"), has("e") && !has("0#?"), has("m") && !has("hs"):
		return dateSign
	case has("hs"):
		return clockSign
	}
	return ""
}

// shown is the text of a cell, as it came from the library: dates as ISO 8601 has them.
func (b *book) shown(cell string) string {
	rest, ours := strings.CutPrefix(strings.TrimPrefix(cell, "-"), b.word)
	if !ours || rest == "" {
		return cell
	}
	sign, number := rest[:1], rest[1:]
	if cell[0] == '-' {
		number = "-" + number
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return number
	}
	if sign == elapsedSign || sign == clockSign && n < 1 {
		return clock(n)
	}
	t, ok := fromSerial(n, b.from1904)
	switch {
	case !ok:
		return strings.TrimRight(strings.TrimRight(number, "0"), ".")
	case t.Equal(t.Truncate(24 * time.Hour)):
		return t.Format(time.DateOnly)
	case t.Nanosecond() == 0:
		return t.Format(time.DateTime)
	}
	return t.Format("2006-01-02 15:04:05.000")
}

// clock is a time of the day, or how long something took.
func clock(days float64) string {
	s := int64(math.Round(days * 86400))
	sign := ""
	if s < 0 {
		sign, s = "-", -s
	}
	two := func(n int64) string { return strconv.FormatInt(100+n, 10)[1:] }
	hours := strconv.FormatInt(s/3600, 10)
	if s < 36000 {
		hours = "0" + hours
	}
	return sign + hours + ":" + two(s/60%60) + ":" + two(s%60)
}

// lastSerial is 31 December 9999.
const lastSerial = 2958466

// first1904 is the serial of 1 January 1904 where days count from 1900.
const first1904 = 1462

// fromSerial is the moment of a number of days, to the millisecond. Day 1 is 1 January
// 1900 or, in workbooks of old Macs, day 0 is 1 January 1904; before March 1900 Excel is
// a day off, for it has a 29 February 1900.
func fromSerial(n float64, from1904 bool) (time.Time, bool) {
	if from1904 {
		n += first1904
	}
	if n < 1 || n >= lastSerial {
		return time.Time{}, false
	}
	if n < 60 {
		n++
	}
	day := math.Floor(n)
	ms := math.Round((n - day) * 86_400_000)
	return time.Date(1899, 12, 30+int(day), 0, 0, 0, 0, time.UTC).Add(time.Duration(ms) * time.Millisecond), true
}

// toSerial is the number of days of a moment, as a workbook that we write has it; false
// if none would come back as it was.
func toSerial(t time.Time) (float64, bool) {
	t = t.UTC()
	if t.Year() < 1901 || t.Year() > 9998 {
		return 0, false
	}
	day := t.Truncate(24 * time.Hour)
	days := day.Unix()/86400 + 25569 // 1 January 1970
	n := float64(days) + float64(t.Sub(day).Milliseconds())/86_400_000
	back, ok := fromSerial(n, false)
	return n, ok && back.Equal(t)
}
