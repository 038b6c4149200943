package mbox

import (
	"bytes"
	"strings"
	"time"
)

var fromWord = []byte("From ")

// mostFromLine bounds a separator line; a longer line is text.
const mostFromLine = 512

// isSeparator tells whether a line that begins with "From " begins a message. The
// line must hold a date as mailboxes write it; next, what follows it, must look
// like a header, or be the end. blank says that an empty line stands before it.
// See RFC 4155; what the field writes is looser.
func isSeparator(line, next []byte, blank bool) bool {
	if len(line) > mostFromLine || !hasDate(line[len(fromWord):]) {
		return false
	}
	next = bytes.TrimRight(next, "\r\n")
	if len(next) == 0 {
		return blank
	}
	return isField(next) || bytes.HasPrefix(next, []byte(">From ")) && blank
}

// isField tells whether a line begins a header field.
func isField(line []byte) bool {
	for i, c := range line {
		switch {
		case c == ':':
			return i > 0
		case c <= ' ' || c >= 0x7f:
			return i > 0 && c == ' ' && bytes.HasPrefix(bytes.TrimLeft(line[i:], " "), []byte(":"))
		}
	}
	return false
}

// hasDate tells whether a separator's rest holds a time of day, a year and the
// name of a month.
func hasDate(rest []byte) bool {
	hasTime, hasYear, hasMonth := false, false, false
	for word := range strings.FieldsSeq(string(rest)) {
		word = strings.TrimSuffix(word, ",")
		hasTime = hasTime || len(word) >= 4 && strings.Count(word, ":") >= 1 && word[0] >= '0' && word[0] <= '9' && word[len(word)-1] >= '0' && word[len(word)-1] <= '9'
		hasYear = hasYear || len(word) == 4 && word >= "1970" && word <= "2999"
		hasMonth = hasMonth || len(word) == 3 && strings.Contains(" jan feb mar apr may jun jul aug sep oct nov dec ", " "+strings.ToLower(word)+" ")
	}
	return hasTime && hasYear && hasMonth
}

// fromDates are the forms of the date in a separator, its fields parted by one
// space.
var fromDates = []string{
	"Mon Jan 2 15:04:05 2006", "Mon Jan 2 15:04:05 2006 -0700", "Mon Jan 2 15:04:05 -0700 2006",
	"Mon Jan 2 15:04:05 MST 2006", "Mon Jan 2 15:04:05 2006 MST", "Mon Jan 2 15:04 2006", "Mon Jan 2 15:04 MST 2006",
	"Mon 2 Jan 2006 15:04:05 -0700", "Mon 2 Jan 2006 15:04:05", "Mon 2 Jan 15:04:05 2006",
}

// fromDate reads the date of a separator line; zero if it cannot. Without a zone
// it is taken for UTC, as RFC 4155 asks.
func fromDate(line []byte) time.Time {
	fields := strings.Fields(strings.ReplaceAll(string(line), ",", " "))
	for i := 1; i < len(fields); i++ {
		if len(fields[i]) != 3 || !strings.Contains("MonTueWedThuFriSatSun", fields[i]) {
			continue
		}
		text := strings.Join(fields[i:min(len(fields), i+6)], " ")
		for _, layout := range fromDates {
			if at, err := time.Parse(layout, text); err == nil {
				return at.UTC()
			}
		}
	}
	return time.Time{}
}
