package rfc5322

import (
	"strings"
	"time"
)

// parseDate reads a date in whatever form.
func parseDate(s string) (time.Time, bool) {
	if t, ok := strictDate(s); ok {
		return t, true
	}
	return looseDate(s)
}

// strictDate reads a date exactly as RFC 5322 section 3.3 writes it, which nearly
// all programs do, without taking it apart into words: "Tue, 3 Nov 2026 10:12:13
// +0100", the weekday left out at will, a comment at the end. It returns false for
// all others.
func strictDate(s string) (time.Time, bool) {
	s = strings.TrimLeft(s, " \t")
	if len(s) > 5 && s[3] == ',' && s[4] == ' ' && strings.Contains("MonTueWedThuFriSatSun", s[:3]) {
		s = strings.TrimLeft(s[5:], " ")
	}
	day, s, ok := digits(s, 1, 2)
	if !ok || len(s) < len(" Nov 2026 10:12:13 +0100") || s[0] != ' ' || s[4] != ' ' {
		return time.Time{}, false
	}
	month := strings.Index("JanFebMarAprMayJunJulAugSepOctNovDec", s[1:4])
	year, s, okYear := digits(s[5:], 4, 4)
	if !okYear || month < 0 || month%3 != 0 || day < 1 || day > 31 {
		return time.Time{}, false
	}
	t, zone, ok := strictClock(s)
	if !ok || len(zone) > 5 && (!strings.HasPrefix(zone[5:], " (") || strings.IndexByte(zone, ')') != len(zone)-1) {
		return time.Time{}, false
	}
	hours, rest, okHours := digits(zone[1:], 2, 2)
	minutes, _, okMinutes := digits(rest, 2, 2)
	if !okHours || !okMinutes || hours > 24 || minutes > 59 || zone[0] != '+' && zone[0] != '-' {
		return time.Time{}, false
	}
	east := time.Duration(hours*60+minutes) * time.Minute
	if zone[0] == '-' {
		east = -east
	}
	return time.Date(year, time.Month(month/3+1), day, 0, 0, 0, 0, time.UTC).Add(t - east), true
}

// strictClock reads " 10:12:13 " and returns the time of day and what follows: five
// characters or more.
func strictClock(s string) (time.Duration, string, bool) {
	if len(s) < len(" 10:12:13 +0100") || s[0] != ' ' || s[3] != ':' || s[6] != ':' || s[9] != ' ' {
		return 0, "", false
	}
	h, _, okHour := digits(s[1:3], 2, 2)
	m, _, okMinute := digits(s[4:6], 2, 2)
	sec, _, okSecond := digits(s[7:9], 2, 2)
	if !okHour || !okMinute || !okSecond || h > 24 || m > 59 || sec > 60 {
		return 0, "", false
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec)*time.Second, s[10:], true
}

// digits reads a number of so many digits at the beginning of s.
func digits(s string, least, most int) (n int, rest string, ok bool) {
	i := 0
	for ; i < len(s) && i < most && isDigit(s[i]); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n, s[i:], i >= least && (i == len(s) || !isDigit(s[i]) || most == 2 && least == 2)
}
