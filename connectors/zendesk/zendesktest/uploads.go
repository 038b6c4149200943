package zendesktest

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

// file is an attachment. Its token is the secret part of its address.
type file struct {
	data    obj
	bytes   []byte
	tickets bool // it belongs to one, and is no loose upload any more
}

// upload is one or more files that wait for a comment, for an hour.
type upload struct {
	files []*file
	until time.Time
}

func (a *Account) upload(c *call) reply {
	q := c.URL.Query()
	name := q.Get("filename")
	switch {
	case name == "":
		return refuse(invalid{"filename", "Filename: cannot be blank"})
	case int64(len(c.raw)) > orSize(a.o.MaxUpload):
		return reply{status: http.StatusRequestEntityTooLarge, body: obj{"error": "AttachmentTooLarge", "description": "The attachment is too large"}}
	}
	token := q.Get("token")
	u := a.uploads[token]
	if token == "" || u == nil {
		token = rand.Text()
		u = &upload{until: a.now().Add(time.Hour)}
		a.uploads[token] = u
	}
	f := a.addFile(name, c.Header.Get("Content-Type"), c.raw, false)
	u.files = append(u.files, f)
	var all []obj
	for _, f := range u.files {
		all = append(all, f.data)
	}
	return reply{status: http.StatusCreated, body: obj{"upload": obj{"token": token, "expires_at": stampOf(u.until), "attachment": f.data, "attachments": all}}}
}

func orSize(n int64) int64 {
	if n == 0 {
		return 50 << 20
	}
	return n
}

func (a *Account) addFile(name, kind string, b []byte, inline bool) *file {
	a.nextID++
	token := rand.Text()
	address := a.o.Base + "/attachments/token/" + token + "/?name=" + url.QueryEscape(name)
	f := &file{bytes: b, data: obj{
		"url": a.o.Base + "/api/v2/attachments/" + token + ".json", "id": a.nextID, "file_name": name, "content_url": address, "mapped_content_url": address,
		"content_type": kind, "size": len(b), "width": nil, "height": nil, "inline": inline, "deleted": false, "malware_access_override": false,
		"malware_scan_result": "not_scanned", "thumbnails": []obj{},
	}}
	a.files[token] = f
	return f
}

// spendUploads takes the files of tokens, each of which is good for one comment.
func (a *Account) spendUploads(tokens []any) []obj {
	out := []obj{}
	for _, t := range tokens {
		u := a.uploads[text(t)]
		if u == nil || a.now().After(u.until) {
			continue // as the vendor does, without a word
		}
		for _, f := range u.files {
			f.tickets = true
			out = append(out, f.data)
		}
		delete(a.uploads, text(t))
	}
	return out
}

// attachment leads to where the bytes lie, which is another host.
func (a *Account) attachment(c *call) reply {
	token := c.PathValue("token")
	if a.files[token] == nil {
		return notFound()
	}
	to := a.o.Content + "/attachment/776149/" + token + "?token=eyJhbGciOiJkaXIifQ"
	return reply{status: http.StatusFound, header: http.Header{"Location": {to}, "Content-Type": {"text/html; charset=utf-8"}}, body: []byte("<html>moved</html>")}
}

// content gives the bytes. Credentials must not come here: it is another company's
// machine.
func (a *Account) content(r *http.Request) reply {
	f := a.files[path.Base(r.URL.Path)]
	switch {
	case r.Header.Get("Authorization") != "":
		return reply{status: http.StatusBadRequest, body: []byte("credentials were sent to a host of attachments")}
	case f == nil || !strings.HasPrefix(r.URL.Path, "/attachment/"):
		return reply{status: http.StatusNotFound, body: []byte("not found")}
	}
	return reply{status: http.StatusOK, header: http.Header{"Content-Type": {text(f.data["content_type"])}}, body: f.bytes}
}
