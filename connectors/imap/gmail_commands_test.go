package imap

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
)

// Each UID FETCH asks for Gmail's items too; nothing else is touched, least of all a
// message that is written; a literal that the server does not want is none.
func TestGmailCommands(t *testing.T) {
	const all = "X-GM-LABELS X-GM-THRID X-GM-MSGID "
	message := "T9 UID FETCH 1 (UID)|T9 UID FETCH 1 (UID)|"
	size := len(lines(message))
	for _, c := range []struct {
		name, says, sends string
		goOn              string // where the server says to go on, if anywhere
	}{
		{"headers", "T1 UID FETCH 1:5,7 (UID FLAGS BODY.PEEK[HEADER]<0.1048576>)|", "T1 UID FETCH 1:5,7 (" + all + "UID FLAGS BODY.PEEK[HEADER]<0.1048576>)|", ""},
		{"changes", "T1 UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 9)|T2 NOOP|T3 uid fetch 1 (UID)|", "T1 UID FETCH 1:* (" + all + "UID FLAGS) (CHANGEDSINCE 9)|T2 NOOP|T3 uid fetch 1 (" + all + "UID)|", ""},
		{"other commands", "T1 FETCH 1 (FLAGS)|T2 UID SEARCH RETURN (ALL) UID 1:*|T3 UID STORE 1 (UID FETCH)|T4 UID FETCH 1 ALL|T5 LOGOUT|", "", ""},
		{"a message written at once", fmt.Sprintf("T1 APPEND x (\\Seen) {%d+}|%s|T2 UID FETCH 1 (UID)|", size, message), fmt.Sprintf("T1 APPEND x (\\Seen) {%d+}|%s|T2 UID FETCH 1 (%sUID)|", size, message, all), ""},
		{"a message that the server wants", fmt.Sprintf("T1 APPEND x {%d}|%s|T2 UID FETCH 1 (UID)|", size, message), fmt.Sprintf("T1 APPEND x {%d}|%s|T2 UID FETCH 1 (%sUID)|", size, message, all), fmt.Sprintf("T1 APPEND x {%d}|", size)},
		{"one that it refuses", "T1 APPEND x {9999}|T2 UID FETCH 1 (UID)|T3 UID FETCH 1 (UID)|", "T1 APPEND x {9999}|T2 UID FETCH 1 (" + all + "UID)|T3 UID FETCH 1 (" + all + "UID)|", ""},
		{"many numbers", "T1 UID FETCH " + strings.Repeat("1,", 5000) + "2 (UID)|", "T1 UID FETCH " + strings.Repeat("1,", 5000) + "2 (" + all + "UID)|", ""},
		{"a name that looks like one", "T1 SELECT \"a UID FETCH 1 (UID)\"|T2 UID FETCH 1 (UID)|", "T1 SELECT \"a UID FETCH 1 (UID)\"|T2 UID FETCH 1 (" + all + "UID)|", ""},
	} {
		if c.sends == "" {
			c.sends = c.says
		}
		says, want := lines(c.says), lines(c.sends)
		for _, size := range []int{1, 2, 3, 7, 64, 4096, 1 << 20} {
			var goOns atomic.Int64
			m := &commands{goOns: &goOns}
			m.on.Store(true)
			var got []byte
			wanted := len(lines(c.goOn))
			for at := 0; at < len(says); {
				to := min(len(says), at+size)
				if at < wanted {
					to = min(to, wanted) // the library waits for the server here
				}
				got = m.translate(got, []byte(says[at:to]))
				if at = to; wanted > 0 && at == wanted {
					goOns.Add(1)
				}
			}
			if string(got) != want {
				t.Errorf("%s, %d bytes at once:\ngot  %q\nwant %q", c.name, size, got, want)
			}
		}
	}
}
