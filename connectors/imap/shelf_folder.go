package imap

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors"
)

// makeFolder makes a folder unless it is there. A name that stands only because folders
// lie below it holds no mails: on a Maildir++ it becomes a folder when it is made.
func makeFolder(c *imapclient.Client, name string) error {
	there, err := c.List("", name, nil).Collect()
	if err != nil {
		return err
	}
	bare := len(there) > 0 && !holdsMails(there[0])
	if len(there) == 0 || bare {
		err := c.Create(name, nil).Wait()
		switch {
		case err != nil && bare:
			return onlyFolders(err)
		case err != nil && !alreadyThere(err):
			return err
		}
	}
	var answer *imap.Error
	if err := c.Subscribe(name).Wait(); err != nil && !errors.As(err, &answer) {
		return err
	}
	return nil
}

// holdsMails tells whether a folder can, as the server lists it.
func holdsMails(l *imap.ListData) bool {
	f := folder{attrs: l.Attrs}
	return !f.has(imap.MailboxAttrNoSelect) && !f.has(imap.MailboxAttrNonExistent)
}

// onlyFolders says what to do where a name can hold folders only.
func onlyFolders(err error) error {
	var answer *imap.Error
	if !errors.As(err, &answer) {
		return err
	}
	return &connectors.Trouble{
		Reason: connectors.ReasonTransient, Hint: "name another folder in into, or rename the category",
		Err: fmt.Errorf("it holds folders and no mails (%s): %w", said(answer), connectors.ErrDenied),
	}
}

func alreadyThere(err error) bool {
	var answer *imap.Error
	return errors.As(err, &answer) && (answer.Code == imap.ResponseCodeAlreadyExists || strings.Contains(strings.ToLower(answer.Text), "exists"))
}
