package okdesk

import (
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// A link to a file works for 30 seconds: it is asked for when the file is opened, once again
// each time, and leads to a host that gets no token.

// ownFiles are the files of an issue that are of none of its comments.
func ownFiles(issue issueShape, talk []commentShape) (own []attachmentShape) {
	theirs := map[number]bool{}
	for _, c := range talk {
		for _, f := range c.Attachments {
			theirs[f.ID] = true
		}
	}
	for _, f := range issue.Attachments {
		if !theirs[f.ID] {
			own = append(own, f)
		}
	}
	return own
}

// file is an attachment.
func (a *api) file(f attachmentShape, issue number, message desk.ID, ours bool) desk.File {
	out := desk.File{ID: idOf(f.ID), Name: f.Name, Type: typeOf(f.Name), Size: f.Size}
	if ours {
		out.Name = rest.RealName(f.Name)
	}
	if f.Size <= 0 {
		out.Size = -1
	}
	what := fmt.Sprintf("file %q of issue %d, message %s", f.Name, issue, message)
	out.Open = func(ctx context.Context) (io.ReadCloser, error) {
		for again := false; ; again = true {
			link, err := a.link(ctx, issue, f.ID)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", what, err)
			}
			body, err := a.client.Download(ctx, link)
			if code := status(err); code != 403 && code != 404 && code != 410 {
				return body, err
			}
			if again {
				return nil, connectors.Refuse(connectors.ReasonVanished, "open the issue in Okdesk and look whether the file opens there", "%s: the link that Okdesk gives for it does not work", what)
			}
		}
	}
	return out
}

// link is a fresh link to a file.
func (a *api) link(ctx context.Context, issue, id number) (string, error) {
	var f attachmentShape
	err := a.get(ctx, "issues/"+string(idOf(issue))+"/attachments/"+string(idOf(id)), nil, &f)
	switch {
	case status(err) == 404:
		return "", connectors.Refuse(connectors.ReasonVanished, "", "it was taken away")
	case err != nil:
		return "", err
	case f.URL == "":
		return "", connectors.Refuse(connectors.ReasonVanished, "open the issue in Okdesk and look whether the file opens there", "Okdesk gives no link for it")
	}
	return f.URL, nil
}

// types are media types by the ends of names: Okdesk tells none.
var types = map[string]string{
	".txt": "text/plain", ".log": "text/plain", ".csv": "text/csv", ".html": "text/html", ".htm": "text/html", ".xml": "application/xml", ".json": "application/json",
	".pdf": "application/pdf", ".zip": "application/zip", ".7z": "application/x-7z-compressed", ".rar": "application/vnd.rar", ".gz": "application/gzip",
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".bmp": "image/bmp", ".webp": "image/webp", ".svg": "image/svg+xml", ".heic": "image/heic",
	".doc": "application/msword", ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xls": "application/vnd.ms-excel", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".ppt": "application/vnd.ms-powerpoint", ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".odt": "application/vnd.oasis.opendocument.text", ".ods": "application/vnd.oasis.opendocument.spreadsheet", ".rtf": "application/rtf",
	".eml": "message/rfc822", ".mp3": "audio/mpeg", ".wav": "audio/wav", ".ogg": "audio/ogg", ".mp4": "video/mp4", ".mov": "video/quicktime",
}

func typeOf(name string) string { return types[strings.ToLower(path.Ext(name))] }
