package okdesk

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// A contact has room for one address, and for a mark nowhere but in what is written about
// him. So both stand there, at the end:
//
//	[deskhaul c dh0123… olga@home.test, o.petrova@a.test]

var markInNote = regexp.MustCompile(`(?s)^(.*?)\s*\[deskhaul c (\S+)([^\]]*)\]\s*$`)

// noteOf is what is written about a contact.
func noteOf(note, mark string, others []string) string {
	if mark == "" && len(others) == 0 {
		return note
	}
	end := "[deskhaul c " + cmp.Or(mark, "-")
	if len(others) > 0 {
		end += " " + strings.Join(others, ", ")
	}
	return strings.TrimSpace(note + "\n\n" + end + "]")
}

// unnote takes apart what noteOf put together.
func unnote(said string) (note, mark string, others []string) {
	m := markInNote.FindStringSubmatch(said)
	if m == nil {
		return said, "", nil
	}
	if mark = strings.TrimSuffix(m[2], "]"); mark == "-" {
		mark = ""
	}
	for mail := range strings.SplitSeq(m[3], ",") {
		if mail = strings.TrimSpace(mail); mail != "" {
			others = append(others, desk.Normal(mail))
		}
	}
	return m[1], mark, others
}

// others are the addresses for which there is no room.
func others(mails []string) []string { return mails[min(1, len(mails)):] }
