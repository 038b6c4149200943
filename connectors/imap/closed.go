package imap

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors/mail"
)

// closedFolder is a folder that the server does not open. It says nothing of its
// messages one by one.
type closedFolder struct {
	folder string
	says   string
	gone   bool
}

func (e *closedFolder) Error() string {
	return fmt.Sprintf("the server does not open the folder %s: %s", e.folder, e.says)
}

// Is makes a folder that is no more one whose messages have moved.
func (e *closedFolder) Is(target error) bool {
	return target == mail.ErrMoved && e.gone || target == mail.ErrPasses && !e.gone
}

// closed is what an error at opening a folder means.
func closed(folder string, err error) error {
	var answer *imap.Error
	if !errors.As(err, &answer) || notNow(answer) {
		return err
	}
	gone := answer.Code == imap.ResponseCodeNonExistent
	text := strings.ToLower(answer.Text)
	for _, words := range []string{"exist", "unknown mailbox", "not found", "no such"} {
		gone = gone || strings.Contains(text, words)
	}
	return &closedFolder{folder, said(answer), gone}
}
