package rt

import (
	"encoding/base64"
	"fmt"
	"mime"
	"net/url"
	"regexp"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// RT changes what it is given of files: it decodes names, cuts them at slashes, at
// line ends and after 255 bytes, and turns the bytes of every text into UTF-8, also
// of such as are none. What it would change travels in a parameter of the media
// type, which RT keeps as it is.

var tagged = regexp.MustCompile(`(?i)x-deskhaul="([^"]*)"`)

// fileLabel is the name that RT shows of a file, and the media type it is written
// with.
func fileLabel(f *desk.File) (name, kind string) {
	kind = f.Type
	if media, _, err := mime.ParseMediaType(kind); err != nil || media != kind || !strings.Contains(kind, "/") {
		kind = "application/octet-stream"
	}
	switch group, _, _ := strings.Cut(kind, "/"); group {
	case "text", "message", "multipart":
		kind = "application/octet-stream"
	}
	name = f.Name[strings.LastIndexAny(f.Name, "/\\")+1:]
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '"' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "")))
	for len(name) > 200 {
		name = strings.ToValidUTF8(name[:200], "")
	}
	if name == "" || name == "0" {
		name = "file"
	}
	tag := url.Values{}
	if name != f.Name || !isASCII(name) { // whatever RT makes of it, we know it again
		tag.Set("name", f.Name)
	}
	if kind != f.Type {
		tag.Set("type", f.Type)
	}
	if f.CID != "" {
		tag.Set("cid", f.CID)
	}
	if f.Inline {
		tag.Set("inline", "1")
	}
	if len(tag) > 0 {
		kind += fmt.Sprintf("; x-deskhaul=%q", tag.Encode())
	}
	return name, kind
}

func isASCII(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > '~' }) }

// encodeName writes a name so that RT 5 reads it: it decodes encoded words (RFC 2047)
// of what is added to a ticket, and takes the names of what comes with a new one for
// bytes, each character one. What it then shows is looked at afterwards.
func encodeName(name string, opening bool) string {
	switch {
	case isASCII(name):
		return name
	case opening:
		bytes := make([]rune, len(name))
		for i := range len(name) {
			bytes[i] = rune(name[i])
		}
		return string(bytes)
	}
	return "=?UTF-8?B?" + base64.StdEncoding.EncodeToString([]byte(name)) + "?="
}

// relabel gives a file the name and type that it was written with.
func relabel(f *desk.File, headers string) {
	found := tagged.FindStringSubmatch(headers)
	if found == nil {
		return
	}
	tag, err := url.ParseQuery(found[1])
	if err != nil {
		return
	}
	if tag.Has("name") {
		f.Name = tag.Get("name")
	}
	if tag.Has("type") {
		f.Type = tag.Get("type")
	}
	if tag.Has("cid") {
		f.CID = tag.Get("cid")
	}
	f.Inline = f.Inline || tag.Has("inline")
}
