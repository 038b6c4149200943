package imap

import (
	"fmt"
	"strings"
)

// gmailItems are what Gmail tells of a message besides RFC 3501, by X-GM-EXT-1: its
// labels, its conversation, its number
// (https://developers.google.com/workspace/gmail/imap/imap-extensions).
var gmailItems = []string{labelsItem, threadItem, "X-GM-MSGID"}

const (
	labelsItem = "X-GM-LABELS"
	threadItem = "X-GM-THRID"
)

func isGmailItem(name []byte) bool {
	for _, item := range gmailItems {
		if strings.EqualFold(item, string(name)) {
			return true
		}
	}
	return false
}

// mostGmail is up to how many bytes they may take of one message. A mailbox has
// 10 000 labels at most; a message with that many got them from no person.
const mostGmail = 1 << 20

var errGmailLong = fmt.Errorf("the server names labels of one message that take more than %d bytes", mostGmail)

// asHeader is one of Gmail's items as the library reads it: a section of the header
// that has the item's name, and in it the value as the server wrote it.
func asHeader(dst, name, value []byte) []byte {
	return append(fmt.Appendf(dst, "BODY[HEADER.FIELDS (%s)] {%d}\r\n", strings.ToUpper(string(name)), len(value)), value...)
}
