package imap

import (
	"context"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// What people delete in a mail program is mostly still there for a while: flagged, or in
// the trash. To them it is gone, and so it is to us; but what is taken back is taken from
// there too.

type takingBack struct{}

// takeBack is the context of calls that take mails away.
func takeBack(ctx context.Context) context.Context {
	return context.WithValue(ctx, takingBack{}, true)
}

func takesBack(ctx context.Context) bool { return ctx.Value(takingBack{}) != nil }

// isDeleted tells whether somebody has deleted a mail that the server still has.
func isDeleted(ctx context.Context, flags []imap.Flag) bool {
	return !takesBack(ctx) && slices.ContainsFunc(flags, func(f imap.Flag) bool { return strings.EqualFold(string(f), string(imap.FlagDeleted)) })
}

// noteTrash notes which folders hold what was thrown away. A folder that tickets are
// written into holds tickets, whatever it is called.
func (sh *shelf) noteTrash(all []folder) {
	into := sh.folderOf(compose.Slip{})
	trash := map[string]bool{}
	for _, f := range all {
		ours := sh.config.Into != "" && (f.name == into || strings.HasPrefix(f.name, into+sh.delim))
		if !ours && (f.has(imap.MailboxAttrTrash) || isOneOf(trashNames, f.shown)) {
			trash[f.name] = true
		}
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.trashes = trash
}

// threwAway tells whether a folder is one of what was thrown away, as far as it is known.
func (sh *shelf) threwAway(ctx context.Context, folder string) bool {
	if takesBack(ctx) {
		return false
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.trashes[folder]
}
