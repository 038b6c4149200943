package imaptest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Lying is a mail as it lies in a server's own Maildir: what the server knows of it, read
// without asking the server.
type Lying struct {
	Folder string // INBOX, or the name with / between levels, as Maildir++ writes it
	Name   string // of the file, without flags
	New    bool   // no mail program has seen the folder since it came
	Flags  string // letters of Maildir, sorted: S seen, R answered, F flagged
	Words  []string
	At     time.Time // INTERNALDATE
	Path   string
}

// Spool reads a Maildir++ of Dovecot's: the files of a folder and the keywords that
// their letters stand for.
func Spool(root string) (all []Lying, err error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	folders := []string{""}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), ".") {
			folders = append(folders, e.Name())
		}
	}
	for _, f := range folders {
		name := "INBOX"
		if f != "" {
			name = strings.ReplaceAll(f[1:], ".", "/")
		}
		words, err := keywordsOf(filepath.Join(root, f, "dovecot-keywords"))
		if err != nil {
			return nil, err
		}
		for _, sub := range []string{"cur", "new"} {
			files, err := os.ReadDir(filepath.Join(root, f, sub))
			if err != nil && !os.IsNotExist(err) {
				return nil, err
			}
			for _, file := range files {
				st, err := file.Info()
				if err != nil {
					return nil, err
				}
				l := Lying{Folder: name, New: sub == "new", At: st.ModTime().UTC(), Path: filepath.Join(root, f, sub, file.Name())}
				l.letters(file.Name(), words)
				all = append(all, l)
			}
		}
	}
	return all, nil
}

// letters takes a file's name apart: what stands behind ":2," are flags, small letters
// keywords.
func (l *Lying) letters(file string, words map[byte]string) {
	name, letters, _ := strings.Cut(file, ":2,")
	l.Name = name
	for _, c := range []byte(letters) {
		if w := words[c]; w != "" {
			l.Words = append(l.Words, w)
		} else {
			l.Flags += string(c)
		}
	}
	slices.Sort(l.Words)
}

func keywordsOf(file string) (map[byte]string, error) {
	words := map[byte]string{}
	b, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return words, nil
	}
	for line := range strings.Lines(string(b)) {
		var n byte
		var word string
		if _, err := fmt.Sscan(line, &n, &word); err != nil {
			return nil, err
		}
		words['a'+n] = word
	}
	return words, err
}

// Letter is the mail.
func (l Lying) Letter() ([]byte, error) { return os.ReadFile(l.Path) }
