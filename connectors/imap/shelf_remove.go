package imap

import (
	"context"
	"errors"
	"fmt"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// Remove takes mails away for good, those of one folder in one command, and the last
// one behind the others. Gmail keeps in All Mail what is taken out of a label, so there
// they are moved to its trash, which it empties after 30 days.
func (sh *shelf) Remove(ctx context.Context, _ compose.Grave, mails []compose.Placed) error {
	for i := 0; i < len(mails); {
		folder, validity, uid, err := parsePlace(mails[i].Place)
		if err != nil {
			return err
		}
		uids := imap.UIDSetNum(uid)
		n := i + 1
		for ; n < len(mails)-1; n++ {
			f, v, u, err := parsePlace(mails[n].Place)
			if err != nil || f != folder || v != validity {
				break
			}
			uids.AddNum(u)
		}
		if err := sh.removeFrom(ctx, mails[i].Place, uids); err != nil {
			return err
		}
		sh.mu.Lock()
		for _, m := range mails[i:n] {
			delete(sh.ours, m.Place)
		}
		sh.mu.Unlock()
		i = n
	}
	return nil
}

// removeFrom takes mails away that lie in the folder of a place.
func (sh *shelf) removeFrom(ctx context.Context, place string, uids imap.UIDSet) error {
	trash := ""
	if sh.config.isGmail() {
		var err error
		if trash, err = sh.trash(ctx); err != nil {
			return err
		}
	}
	err := sh.at(ctx, place, true, func(s *session, _ imap.UIDSet) error {
		switch {
		case !s.caps.Has(imap.CapUIDPlus) && !s.caps.Has(imap.CapIMAP4rev2):
			return fmt.Errorf("the server cannot take away single mails (UIDPLUS): delete there by hand what lies in the folders of this project: %w", connectors.ErrUnsupported)
		case trash == "":
			return s.expunge(ctx, uids)
		}
		return s.do(ctx, func(c *imapclient.Client) error {
			_, err := c.Move(uids, trash).Wait()
			return err
		})
	})
	var answer *imap.Error
	var shut *closedFolder
	switch {
	case errors.Is(err, connectors.ErrNotFound), errors.As(err, &shut) && shut.gone:
		return nil // the folder is gone, and all in it
	case errors.As(err, &answer):
		return connectors.Refuse(connectors.ReasonRefused, "look whether the account may delete in the folder", "mail %s: the server does not delete it: %s", place, said(answer))
	}
	return err
}

// trash is the folder of what is deleted, by its name at the server.
func (sh *shelf) trash(ctx context.Context) (name string, err error) {
	err = sh.pool.with(ctx, "", func(s *session) error {
		all, err := listFolders(ctx, s)
		for _, f := range all {
			if f.has(imap.MailboxAttrTrash) {
				name = f.name
			}
		}
		return err
	})
	if err == nil && name == "" {
		err = fmt.Errorf("the server shows no folder of deleted mails: have Gmail show Trash in IMAP (settings, labels): %w", connectors.ErrUnsupported)
	}
	return name, err
}
