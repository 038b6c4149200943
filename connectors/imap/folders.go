package imap

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors/mail"
)

// folder is one mailbox of the account.
type folder struct {
	name  string // at the server, decoded
	shown string // with "/" between levels
	attrs []imap.MailboxAttr
	skip  string // why it is not read; "" it is
}

func (f *folder) has(a imap.MailboxAttr) bool {
	return slices.ContainsFunc(f.attrs, func(b imap.MailboxAttr) bool { return strings.EqualFold(string(a), string(b)) })
}

// folders lists the folders that can hold messages, the inbox first, then by name.
func (st *store) folders(ctx context.Context) ([]folder, error) {
	var found []folder
	gmail := st.config.isGmail()
	err := st.pool.with(ctx, "", func(s *session) (err error) {
		found, err = listFolders(ctx, s)
		gmail = gmail || s.asksGmail()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("the folders cannot be listed: %w", err)
	}
	gmail = gmail && slices.ContainsFunc(found, func(f folder) bool { return f.has(imap.MailboxAttrAll) })
	for i := range found {
		found[i].skip = st.config.passesOver(&found[i], gmail)
	}
	slices.SortFunc(found, func(a, b folder) int {
		return cmp.Or(-cmp.Compare(isInbox(a.name), isInbox(b.name)), strings.Compare(a.shown, b.shown), strings.Compare(a.name, b.name))
	})
	return found, nil
}

func isInbox(name string) int {
	if strings.EqualFold(name, "INBOX") {
		return 1
	}
	return 0
}

func listFolders(ctx context.Context, s *session) (found []folder, err error) {
	prefix := ""
	err = s.do(ctx, func(c *imapclient.Client) error {
		if s.caps.Has(imap.CapNamespace) {
			if ns, err := c.Namespace().Wait(); err == nil && len(ns.Personal) > 0 {
				prefix = ns.Personal[0].Prefix
			}
		}
		o := &imap.ListOptions{ReturnSpecialUse: s.caps.Has(imap.CapSpecialUse) && s.caps.Has(imap.CapListExtended)}
		s.line.listing.Store(true)
		defer s.line.listing.Store(false)
		cmd := c.List("", "*", o)
		for m := cmd.Next(); m != nil; m = cmd.Next() {
			f := folder{name: m.Mailbox, attrs: m.Attrs}
			if f.has(imap.MailboxAttrNoSelect) || f.has(imap.MailboxAttrNonExistent) {
				continue
			}
			f.shown = shown(m.Mailbox, m.Delim, prefix)
			if f.has(imap.MailboxAttrSent) && !mail.IsOutgoing(f.shown) {
				f.shown = sentFolder
			}
			found = append(found, f)
		}
		return cmd.Close()
	})
	return found, err
}

// shown is a folder's name for people: "/" between its levels, without the prefix
// under which some servers put everything.
func shown(name string, delim rune, prefix string) string {
	name = strings.TrimSuffix(name, wrongMark)
	if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" {
		name = rest
	}
	if delim == 0 {
		return strings.ReplaceAll(name, "/", slash)
	}
	if delim == '/' {
		return strings.Trim(name, "/")
	}
	levels := strings.Split(name, string(delim))
	for i := range levels {
		levels[i] = strings.ReplaceAll(levels[i], "/", slash)
	}
	return strings.Trim(strings.Join(levels, "/"), "/")
}

// sentFolder is how a folder of sent mail is called where its own name does not tell.
const sentFolder = "Sent"

// slash stands for a "/" that is part of a name.
const slash = "∕"

// passesOver says why a folder is not read; "" if it is.
func (c *Config) passesOver(f *folder, gmail bool) string {
	if len(c.Read) > 0 {
		if !matchesAny(c.Read, f) {
			return "not among read"
		}
	} else if why := ordinarily(f, gmail); why != "" {
		return why
	}
	if matchesAny(c.Skip, f) {
		return "skip"
	}
	return ""
}

// Why a folder is not read although nothing is left out by that.
const (
	inAllMail    = "all its messages lie in All Mail"
	lieElsewhere = "shows messages that lie elsewhere"
)

// ordinarily says why a folder is not read if nobody asked for it.
func ordinarily(f *folder, gmail bool) string {
	switch {
	case f.has(imap.MailboxAttrJunk), isOneOf(junkNames, f.shown):
		return "junk"
	case f.has(imap.MailboxAttrTrash), isOneOf(trashNames, f.shown):
		return "trash"
	case f.has(imap.MailboxAttrDrafts), isOneOf(draftNames, f.shown):
		return "drafts"
	case gmail && !f.has(imap.MailboxAttrAll):
		return inAllMail
	case !gmail && f.has(imap.MailboxAttrAll), f.has(imap.MailboxAttrFlagged), f.has(`\Important`):
		return lieElsewhere
	}
	return ""
}

// matchesAny tells whether a folder, or one that it lies in, is named. "*" stands for
// anything; capitals do not count.
func matchesAny(patterns []string, f *folder) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		p = strings.ToLower(strings.Trim(p, "/"))
		return within(p, strings.ToLower(f.shown)) || within(p, strings.ToLower(f.name))
	})
}

func within(pattern, name string) bool {
	if mail.Glob(pattern, name) {
		return true
	}
	for i, c := range name {
		if c == '/' && mail.Glob(pattern, name[:i]) {
			return true
		}
	}
	return false
}
