package imap

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"
)

// gmailLabels reads the value of X-GM-LABELS: a list of atoms, quoted strings and
// literals, in modified UTF-7. Gmail's own labels begin with a "\".
func gmailLabels(value []byte) (labels []string) {
	s := string(value)
	s = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s), "("), ")")
	for {
		if s = strings.TrimLeft(s, " "); s == "" {
			return labels
		}
		var label string
		switch s[0] {
		case '"':
			label, s = quotedString(s[1:])
		case '{':
			label, s = literalString(s)
		default:
			label, s, _ = strings.Cut(s, " ")
		}
		labels = append(labels, fromUTF7(label))
	}
}

// quotedString reads up to the closing quote.
func quotedString(s string) (text, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return b.String(), s[i+1:]
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}

func literalString(s string) (text, rest string) {
	mark, after, _ := strings.Cut(s, "\n")
	n, ok := literalSize([]byte(mark))
	if !ok || n > int64(len(after)) {
		return s, ""
	}
	return after[:n], after[n:]
}

var base64Names = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding)

// fromUTF7 reads a name in modified UTF-7 (RFC 3501, section 5.1.3). What is none is
// left as it is.
func fromUTF7(s string) string {
	if !utf8.ValidString(s) {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	var b strings.Builder
	for rest := s; rest != ""; {
		plain, after, found := strings.Cut(rest, "&")
		b.WriteString(plain)
		if !found {
			break
		}
		coded, after, closed := strings.Cut(after, "-")
		switch text, ok := fromBase64(coded); {
		case closed && coded == "":
			b.WriteByte('&')
		case closed && ok:
			b.WriteString(text)
		default:
			return s
		}
		rest = after
	}
	return b.String()
}

func fromBase64(coded string) (string, bool) {
	raw, err := base64Names.DecodeString(coded)
	if err != nil || len(raw)%2 != 0 {
		return "", false
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	return string(utf16.Decode(units)), true
}

// The labels of Gmail's own that say more than a folder's name. That a draft's is
// \Draft is what is seen of Gmail, \Drafts what it documents; of a chat's label
// nothing is documented.
func isGmailLabel(labels []string, names ...string) bool {
	return slices.ContainsFunc(labels, func(l string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(l, n) })
	})
}

func isSent(labels []string) bool { return isGmailLabel(labels, `\Sent`) }

func isStarred(labels []string) bool { return isGmailLabel(labels, `\Starred`, `\Flagged`) }

// leftOut tells whether a message of All Mail is a draft or a chat, whose folders are
// not read.
func leftOut(f *fetched) bool {
	return isGmailLabel(f.labels, `\Draft`, `\Drafts`, `\Chat`, `\Chats`) ||
		slices.ContainsFunc(f.flags, func(x imap.Flag) bool { return strings.EqualFold(string(x), `\Draft`) })
}

// ownLabel is the label that a folder of Gmail's stands for. Gmail does not name it
// among the labels of the messages that are looked at in that folder.
func ownLabel(folder string) string {
	top, _, _ := strings.Cut(folder, "/")
	if strings.EqualFold(top, "INBOX") && top == folder || top == "[Gmail]" || top == "[Google Mail]" {
		return ""
	}
	return folder
}
