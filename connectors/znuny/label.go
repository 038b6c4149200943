package znuny

import (
	"encoding/base32"
	"fmt"
	"regexp"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// Znuny sorts the files of an article by their names, changes names, and writes types in
// small letters (ArticleStorageDB.pm, ArticleWriteAttachment; FilenameCleanUp). What it
// would change travels in a parameter of the media type, which it keeps: the file's place,
// and its type and name where they are others.

var (
	plainType = regexp.MustCompile(`^[a-z0-9_]+/[a-z0-9_][a-z0-9_.+-]*$`)
	labelled  = regexp.MustCompile(`; x-deskhaul=([0-9]+)-([a-z2-7]*)-([a-z2-7]*)$`)
	bodyName  = regexp.MustCompile(`^file-([12]|1\.html)$`) // what Znuny calls the bodies of a mail
	letters   = base32.StdEncoding.WithPadding(base32.NoPadding)
)

const (
	mostType = 240 // bytes of a media type with its parameter; the column has room for 250
	mostName = 200 // bytes of a name; Znuny cuts at 220
)

// label is the name and the media type that a file is written with; whole tells whether its
// own name can be told from them.
func label(f *desk.File, place int, used map[string]bool) (name, kind string, whole bool) {
	kind = f.Type
	own := ""
	if !plainType.MatchString(kind) || len(kind) > 80 {
		kind, own = "application/octet-stream", "x"+spell(f.Type)
	}
	name = fileName(f.Name, used)
	said := ""
	if name != f.Name {
		said = "x" + spell(f.Name)
	}
	whole = true
	tag := func() string { return fmt.Sprintf("%s; x-deskhaul=%d-%s-%s", kind, place, own, said) }
	if len(tag()) > mostType {
		said, whole = "", false
	}
	if len(tag()) > mostType { // a type of no use
		own = ""
	}
	return name, tag(), whole
}

func spell(s string) string { return strings.ToLower(letters.EncodeToString([]byte(s))) }

func unspell(s string) (string, bool) {
	b, err := letters.DecodeString(strings.ToUpper(strings.TrimPrefix(s, "x")))
	return string(b), err == nil && strings.HasPrefix(s, "x")
}

// fileName is a name that Znuny leaves as it is, and that no other file of the message has.
func fileName(own string, used map[string]bool) string {
	name := strings.TrimLeft(strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r == 0x7f:
			return -1
		case r == '/' || r == '\\':
			return '_'
		}
		return r
	}, strings.ToValidUTF8(own, ""))), ".")
	for len(name) > mostName {
		name = strings.TrimSpace(strings.ToValidUTF8(name[:mostName], ""))
	}
	if name = strings.TrimSpace(name); name == "" || name == "0" {
		name = "file"
	}
	if bodyName.MatchString(name) {
		name = "_" + name
	}
	unique := name
	for n := 1; used[unique]; n++ {
		stem, end := name, ""
		if dot := strings.LastIndexByte(name, '.'); dot > 0 {
			stem, end = name[:dot], name[dot:]
		}
		unique = fmt.Sprintf("%s-%d%s", stem, n, end)
	}
	used[unique] = true
	return unique
}

// relabel gives a file the name and type that it was written with, and tells its place; -1
// if it was not written by us.
func relabel(f *desk.File, kind string) (place int) {
	m := labelled.FindStringSubmatch(kind)
	if m == nil {
		return -1
	}
	if own, is := unspell(m[2]); is {
		f.Type = own
	}
	if own, is := unspell(m[3]); is {
		f.Name = own
	}
	if _, err := fmt.Sscan(m[1], &place); err != nil {
		return -1
	}
	return place
}
