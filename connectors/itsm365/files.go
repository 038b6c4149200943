package itsm365

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// file is an attachment; its bytes are asked for when it is opened.
func (a *api) file(r row, ticket desk.ID, ours bool) desk.File {
	k := a.config.kind(desk.KindFile)
	f := desk.File{ID: r.id(), Name: r.text(k.code("name")), Type: mediaType(r.text(k.code("type"))), Size: -1}
	if n, ok := r[k.code("size")].(float64); ok && n >= 0 {
		f.Size = int64(n)
	}
	what := fmt.Sprintf("file %q (%s) of ticket %s", f.Name, f.ID, ticket)
	if ours {
		f.Name = rest.RealName(f.Name)
	}
	if f.Type == "" {
		f.Type = types[strings.ToLower(path.Ext(f.Name))]
	}
	id := r.id()
	f.Open = func(ctx context.Context) (io.ReadCloser, error) {
		body, err := a.client.Download(ctx, "get-file/"+url.PathEscape(string(id)))
		if absent(err) {
			return nil, connectors.Refuse(connectors.ReasonVanished, "open the ticket and look whether the file opens there", "%s: it is not there any more", what)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		return body, nil
	}
	return f
}

// mediaType is a media type without its parameters; "" for what is none.
func mediaType(said string) string {
	sort, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(said)), ";")
	if !strings.Contains(sort, "/") {
		return ""
	}
	return strings.TrimSpace(sort)
}

// types are media types by the ends of names, where an installation tells none.
var types = map[string]string{
	".txt": "text/plain", ".log": "text/plain", ".csv": "text/csv", ".html": "text/html", ".xml": "application/xml", ".json": "application/json", ".pdf": "application/pdf",
	".zip": "application/zip", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".eml": "message/rfc822", ".doc": "application/msword",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".xls": "application/vnd.ms-excel",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
