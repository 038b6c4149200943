//go:build integration

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// leafOf is what threading is held to: the ticket of a mail, and whether it opens it.
type leafOf struct {
	ticket string
	id     string // Message-ID
	opens  bool
	refs   string // References
}

// sharing are the tickets with a mail whose Message-ID another mail has too: with those
// servers do what they like.
func sharing(leaves map[imap.UID]leafOf) map[string]bool {
	with := map[string][]string{}
	for _, l := range leaves {
		with[l.id] = append(with[l.id], l.ticket)
	}
	tickets := map[string]bool{}
	for _, ts := range with {
		for _, t := range ts {
			tickets[t] = tickets[t] || len(ts) > 1
		}
	}
	return tickets
}

// threads asks a server how it would show the mails of an account: each ticket is one
// thread that begins with the mail that opened it. (REFS is REFERENCES of RFC 5256 without its last step, which also puts
// together what is called alike and refers to nothing in common. The folder Odd is full
// of mails with one Message-ID.)
func (o *office) threads(n int) {
	o.t.Helper()
	c := o.d.Login(n)
	all, err := c.List("", "*", nil).Collect()
	if err != nil {
		o.t.Fatal(err)
	}
	tickets, several := 0, 0
	for _, f := range all {
		if f.Mailbox == "deskhaul" || f.Mailbox == "Odd" || slices.Contains(f.Attrs, imap.MailboxAttrNoSelect) {
			continue
		}
		leaves := o.leaves(c, f.Mailbox)
		if len(leaves) == 0 {
			continue
		}
		for _, algorithm := range []string{"REFS", "REFERENCES"} {
			shared := sharing(leaves)
			seen := map[string]bool{}
			for _, uids := range o.asked(n, f.Mailbox, algorithm) {
				in := map[string]bool{}
				for _, uid := range uids {
					in[leaves[uid].ticket] = true
				}
				for ticket := range in {
					if shared[ticket] {
						continue
					}
					if seen[ticket] {
						o.t.Errorf("%s by %s: ticket %s is in two threads", f.Mailbox, algorithm, ticket)
					}
					seen[ticket] = true
				}
				if algorithm != "REFS" || shared[leaves[uids[0]].ticket] {
					continue // what is called alike is put together
				}
				if !begins(leaves, uids) || len(in) > 1 && !related(leaves, uids) {
					o.t.Errorf("%s: a thread of %d tickets, %v, begins with %+v", f.Mailbox, len(in), in, leaves[uids[0]])
				}
				if tickets++; len(uids) > 1 {
					several++
				}
			}
		}
	}
	o.t.Logf("%d tickets are one thread each, %d of several mails", tickets, several)
}

// begins tells whether a thread begins with the mail that opened the ticket, or with
// what that answers, where clocks went wrong.
func begins(leaves map[imap.UID]leafOf, uids []imap.UID) bool {
	first := leaves[uids[0]]
	return first.opens || slices.ContainsFunc(uids, func(uid imap.UID) bool {
		return leaves[uid].opens && slices.Contains(strings.Fields(leaves[uid].refs), first.id)
	})
}

// related tells whether mails that open tickets refer to a mail in common that nobody
// has: we keep such tickets apart where nothing else ties them, a mail program does not.
func related(leaves map[imap.UID]leafOf, uids []imap.UID) bool {
	named := map[string]int{}
	opened := 0
	for _, uid := range uids {
		if leaves[uid].opens {
			opened++
			for _, ref := range strings.Fields(leaves[uid].refs) {
				named[ref]++
			}
		}
	}
	return slices.Max(append(slices.Collect(maps.Values(named)), 0)) == opened
}

// asked asks for the threads of a folder in the server's own words (RFC 5256), and gives
// the numbers of each as they are shown, from above to below. (The library's parser
// wants spaces between threads.)
func (o *office) asked(n int, folder, algorithm string) (threads [][]imap.UID) {
	o.t.Helper()
	user, password := o.d.Account(n)
	conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(o.d.Port))
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprintf(conn, "a LOGIN %s %s\r\nb EXAMINE \"%s\"\r\nc UID THREAD %s UTF-8 ALL\r\nd LOGOUT\r\n", user, password, folder, algorithm); err != nil {
		o.t.Fatal(err)
	}
	said, err := io.ReadAll(conn)
	if err != nil {
		o.t.Fatal(err)
	}
	_, answer, found := strings.Cut(string(said), "\r\n* THREAD ")
	answer, rest, _ := strings.Cut(answer, "\r\n")
	if !found || !strings.Contains(rest, "c OK") {
		o.t.Fatalf("no threads of %s: %.1000s", folder, said)
	}
	depth := 0
	for _, word := range regexp.MustCompile(`[()]|\d+`).FindAllString(answer, -1) {
		switch word {
		case "(":
			if depth++; depth == 1 {
				threads = append(threads, nil)
			}
		case ")":
			depth--
		default:
			uid, err := strconv.ParseUint(word, 10, 32)
			if err != nil {
				o.t.Fatal(err)
			}
			threads[len(threads)-1] = append(threads[len(threads)-1], imap.UID(uid))
		}
	}
	return threads
}

// leaves are the mails of a folder, by number.
func (o *office) leaves(c *imapclient.Client, folder string) map[imap.UID]leafOf {
	o.t.Helper()
	box, err := c.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		o.t.Fatal(err)
	}
	leaves := map[imap.UID]leafOf{}
	if box.NumMessages == 0 {
		return leaves
	}
	part := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, Peek: true}
	mails, err := c.Fetch(imap.SeqSet{{Start: 1, Stop: 0}}, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{part}}).Collect()
	if err != nil {
		o.t.Fatal(err)
	}
	for _, m := range mails {
		h, err := mail.ReadMessage(bufio.NewReader(bytes.NewReader(m.FindBodySection(part))))
		if err != nil {
			o.t.Fatal(err)
		}
		leaves[m.UID] = leafOf{h.Header.Get("X-Deskhaul-Ticket"), h.Header.Get("Message-ID"), h.Header.Get("X-Deskhaul-Cover") != "", h.Header.Get("References")}
	}
	return leaves
}
