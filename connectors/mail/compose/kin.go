package compose

import (
	"slices"

	"github.com/deskhaul/deskhaul/desk"
)

// kin tells for the mails of one ticket, by their Message-IDs, which other of them each
// says that it answers. Messages come oldest first, and where clocks went wrong an
// answer stands before what it answers: who is under whom is then known by this alone.
type kin map[string]string

// kinOf looks through messages that have their marks.
func kinOf(ms []desk.Message) kin {
	ids := map[string]bool{}
	for i := range ms {
		ids[mailID(&ms[i])] = true
	}
	k := kin{}
	for i := range ms {
		id := mailID(&ms[i])
		for _, ref := range append([]string{ms[i].InReplyTo}, backward(ms[i].References)...) {
			if ids[ref] && ref != id && k[id] == "" {
				k[id] = ref
			}
		}
	}
	return k
}

func backward(refs []string) []string {
	refs = slices.Clone(refs)
	slices.Reverse(refs)
	return refs
}

// root is the mail that nothing stands above in the conversation of a mail; in a
// circle, the mail itself.
func (k kin) root(id string) string {
	at := id
	for range len(k) + 1 {
		if k[at] == "" {
			return at
		}
		at = k[at]
	}
	return id
}

// under tells whether a mail is another or an answer to it, however far below.
func (k kin) under(id, other string) bool {
	for range len(k) + 1 {
		if id == other {
			return true
		}
		if id = k[id]; id == "" {
			return false
		}
	}
	return true // who is in a circle is under everybody
}

// before is the thread as a mail sees it: the newest mail is what it says that it
// answers, and never one that answers it.
func (k kin) before(so thread, id string) thread {
	if above := k[id]; above != "" {
		so.Last = above
	} else if k.under(so.Last, id) {
		so.Last = ""
	}
	return so
}
