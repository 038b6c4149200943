package freshdesk

import (
	"context"
	"io"

	"github.com/deskhaul/deskhaul/connectors/saved"
	"github.com/deskhaul/deskhaul/desk"
)

// localFiles are the files that lie beside what an account exported. Nil there are none, for
// the account is read itself.
type localFiles struct {
	beside  *saved.Attachments
	account bool // there is one besides, from which the others are fetched
}

// alone tells that there is no account to ask.
func (l *localFiles) alone() bool { return l != nil && !l.account }

// find is the file of an attachment: from beside the export, else from the account; ok is
// false where there is neither.
func (l *localFiles) find(a *api, f attachmentShape, ticket int64, message desk.ID, ours bool) (out desk.File, ok bool) {
	if l == nil {
		return a.file(f, ticket, message, ours), true
	}
	never := func() (bool, error) { return false, nil } // another attachment may be called so
	there, ok, _ := l.beside.Find(string(idOf(f.ID)), string(idOf(ticket)), f.Name, never)
	switch {
	case ok:
		out = a.file(f, ticket, message, ours)
		out.Size = there.Size
		out.Open = func(context.Context) (io.ReadCloser, error) { return there.Open() }
		out.Stat = func(context.Context) (int64, error) { return there.Size, nil }
		return out, true
	case l.account:
		return a.file(f, ticket, message, ours), true
	}
	return out, false
}
