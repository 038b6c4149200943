package maildir

import (
	"encoding/base64"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// recordsFolder holds the mails that are no conversation.
const recordsFolder = ".deskhaul"

// flags are the name's end of a mail that has been seen.
const flags = ":2,S"

// newShelf lays mails out as a Maildir with sub-folders (Maildir++): ticket mails
// in the folder of their category, ".Sales.North" below the root.
func newShelf(root string) *compose.Files {
	return &compose.Files{
		Root: root, End: "\n", Temp: "tmp",
		Layout: layout, Make: makeFolder, Find: find,
	}
}

func layout(s compose.Slip) (folder, name string) {
	folder = folderName(s.Folder)
	if s.Record {
		folder = recordsFolder
	}
	return filepath.Join(folder, "cur"), fmt.Sprintf("%d.%s.deskhaul%s", s.At.Unix(), s.Name, flags)
}

// folderName is the folder of a category: "" for the inbox. Levels are separated
// by dots; names are in the modified UTF-7 of IMAP, as mail servers expect.
func folderName(path []string) string {
	var b strings.Builder
	for _, name := range path {
		level := encodeUTF7(compose.SafeName(name, ".", 60))
		if b.Len()+1+len(level) > 240 {
			break // a file name has at most 255 bytes
		}
		b.WriteByte('.')
		b.WriteString(level)
	}
	if strings.EqualFold(b.String(), recordsFolder) {
		return b.String() + "_"
	}
	return b.String()
}

// encodeUTF7 encodes a mailbox name (RFC 3501 section 5.1.3).
func encodeUTF7(s string) string {
	var b strings.Builder
	var run []rune
	flush := func() {
		if len(run) == 0 {
			return
		}
		var raw []byte
		for _, u := range utf16.Encode(run) {
			raw = append(raw, byte(u>>8), byte(u))
		}
		b.WriteByte('&')
		b.WriteString(strings.ReplaceAll(base64.RawStdEncoding.EncodeToString(raw), "/", ","))
		b.WriteByte('-')
		run = run[:0]
	}
	for _, r := range s {
		if r < ' ' || r > '~' {
			run = append(run, r)
			continue
		}
		flush()
		b.WriteRune(r)
		if r == '&' {
			b.WriteByte('-')
		}
	}
	flush()
	return b.String()
}

// makeFolder makes the folder that holds cur, with what makes it a Maildir.
func makeFolder(root, cur string) error {
	folder := filepath.Join(root, filepath.Dir(cur))
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(folder, sub), 0o700); err != nil {
			return err
		}
	}
	if folder == filepath.Clean(root) {
		return nil
	}
	// By this file delivery programs know a sub-folder.
	f, err := os.OpenFile(filepath.Join(folder, "maildirfolder"), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// find finds a mail whose flags have changed since, or that a mail program has
// put into new.
func find(path string) (string, error) {
	base, _, _ := strings.Cut(filepath.Base(path), ":2,")
	folder := filepath.Dir(filepath.Dir(path))
	for _, sub := range []string{"cur", "new"} {
		names, err := filepath.Glob(filepath.Join(escapeGlob(folder), sub, base+"*"))
		if err != nil {
			return "", err
		}
		if len(names) > 0 {
			return names[0], nil
		}
	}
	return "", fmt.Errorf("mail %s: %w", path, fs.ErrNotExist)
}

func escapeGlob(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(s)
}
