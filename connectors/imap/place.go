package imap

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors/mail"
)

// between stands in a place's path between the folder's name at the server and the
// message's number, as in RFC 5092.
const between = "/;UID="

func pathOf(folder string, uid imap.UID) string {
	return folder + between + strconv.FormatUint(uint64(uid), 10)
}

// parsePath is the way back.
func parsePath(path string) (folder string, uid imap.UID, err error) {
	i := strings.LastIndex(path, between)
	if i < 0 {
		return "", 0, fmt.Errorf("%q is no place in a mailbox", path)
	}
	n, err := strconv.ParseUint(path[i+len(between):], 10, 32)
	return path[:i], imap.UID(n), err
}

// named says for people which message lies at a path; subject may be "".
func named(path, subject string) string {
	folder, uid, err := parsePath(path)
	if err != nil {
		return path
	}
	name := fmt.Sprintf("message %d of the folder %s", uid, strings.TrimSuffix(folder, wrongMark))
	if subject != "" {
		name += fmt.Sprintf(" (%q)", subject)
	}
	return name
}

func keyOf(p mail.Place) string { return strconv.FormatUint(uint64(p.Gen), 10) + " " + p.Path }
