package main

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
)

// surroundings are what lies about where init runs.
type surroundings struct{ found []lying }

// lying is a file or folder that can be read from.
type lying struct{ connector, path, doc string }

// mostLying is how many are offered: a folder with more is no place to choose from.
const mostLying = 12

// lookAround looks for mailboxes and tables in the working directory and the project's
// folder, not below them.
func lookAround(folder string) (s surroundings) {
	dirs := []string{"."}
	if filepath.Clean(folder) != "." {
		dirs = append(dirs, folder)
	}
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue // it is not there yet
		}
		if n := count(entries, ".csv"); n > 1 {
			s.found = append(s.found, lying{"csv", dir, humanize.Comma(int64(n)) + " tables, found here: read together, so that tickets find their people"})
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".") || len(s.found) == mostLying {
				continue
			}
			path := filepath.Join(dir, e.Name())
			if l, ok := recognised(path, e); ok {
				s.found = append(s.found, l)
			}
		}
	}
	return s
}

// recognised tells what can be read from a file or folder, by its name, what is in it and
// how it begins.
func recognised(path string, e fs.DirEntry) (lying, bool) {
	if e.IsDir() {
		inner, err := os.ReadDir(path)
		switch {
		case err != nil:
		case hasFolder(inner, "cur") && hasFolder(inner, "new"):
			return lying{"maildir", path, "a mailbox, found here"}, true
		case count(inner, ".eml") > 0:
			return lying{"eml", path, humanize.Comma(int64(count(inner, ".eml"))) + " mails, found here"}, true
		case count(inner, ".csv") > 0:
			return lying{"csv", path, humanize.Comma(int64(count(inner, ".csv"))) + " tables, found here"}, true
		case count(inner, ".xlsx") > 0:
			return lying{"xlsx", path, humanize.Comma(int64(count(inner, ".xlsx"))) + " workbooks, found here"}, true
		}
		return lying{}, false
	}
	info, err := e.Info()
	if err != nil || !info.Mode().IsRegular() {
		return lying{}, false
	}
	doc := humanize.IBytes(uint64(info.Size())) + ", found here"
	switch strings.ToLower(filepath.Ext(path)) {
	case ".mbox":
		return lying{"mbox", path, doc}, true
	case ".csv", ".tsv":
		return lying{"csv", path, doc}, true
	case ".xlsx", ".xlsm":
		return lying{"xlsx", path, doc}, !strings.HasPrefix(e.Name(), "~$") // Excel's mark of one that is open
	case ".jsonl", ".ndjson":
		return lying{"jsonl", path, doc}, true
	}
	return lying{"mbox", path, doc}, startsWith(path, "From ")
}

func hasFolder(entries []os.DirEntry, name string) bool {
	return slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == name && e.IsDir() })
}

func count(entries []os.DirEntry, ext string) (n int) {
	for _, e := range entries {
		if strings.EqualFold(filepath.Ext(e.Name()), ext) {
			n++
		}
	}
	return n
}

func startsWith(path, with string) bool {
	head := head(path, int64(len(with)))
	return string(head) == with
}

// head is how a file begins; what cannot be read is empty.
func head(path string, size int64) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close() //nolint:errcheck // it was only read
	b, err := io.ReadAll(io.LimitReader(f, size))
	if err != nil {
		return nil
	}
	return b
}

// envName is how a setting of a connector is usually called in an environment.
func envName(connector, key string) string {
	return strings.ToUpper(connector) + "_" + strings.ToUpper(key)
}

// env is what the environment says of a setting that is no secret.
func (s surroundings) env(connector, key string) string { return os.Getenv(envName(connector, key)) }

// place is where the environment says that a system is.
func (s surroundings) place(connector string) string {
	for _, key := range []string{"url", "subdomain", "domain", "host"} {
		if v := s.env(connector, key); v != "" {
			return v
		}
	}
	return ""
}

// How much of a mailbox is read for the addresses that it was sent to.
const (
	peekFile  = 2 << 20
	peekMail  = 8 << 10
	peekMails = 300
)

// sentTo are the header lines that say to whom a mail went.
var (
	sentTo   = regexp.MustCompile(`(?i)^(?:to|delivered-to|x-original-to):(.*)$`)
	atDomain = regexp.MustCompile(`@([\pL\pN-]+(?:\.[\pL\pN-]+)+)`)
)

// domainsOf guesses whose mailbox one is: the domain that most of its mails were sent to,
// if it is most by far.
func domainsOf(paths []string) []string {
	sent := map[string]int{}
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err != nil:
		case info.Mode().IsRegular():
			recipients(head(path, peekFile), sent)
		case info.IsDir():
			peek(path, sent)
		}
	}
	all := 0
	for _, n := range sent {
		all += n
	}
	if all == 0 {
		return nil
	}
	most := slices.MinFunc(slices.Collect(maps.Keys(sent)), func(a, b string) int { return cmp.Or(sent[b]-sent[a], strings.Compare(a, b)) })
	if sent[most]*10 < all*3 {
		return nil
	}
	return []string{most}
}

// peek looks at the first mails of a folder of them.
func peek(dir string, sent map[string]int) {
	n := 0
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error { // what cannot be read says nothing
		if err != nil || n >= peekMails {
			return fs.SkipAll
		}
		if e.Type().IsRegular() {
			n++
			recipients(head(path, peekMail), sent)
		}
		return nil
	})
}

func recipients(b []byte, sent map[string]int) {
	for lines := bufio.NewScanner(bytes.NewReader(b)); lines.Scan(); {
		m := sentTo.FindSubmatch(lines.Bytes())
		if m == nil {
			continue
		}
		if d := atDomain.FindSubmatch(m[1]); d != nil {
			sent[strings.ToLower(string(d[1]))]++
		}
	}
}
