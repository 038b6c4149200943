package intercom

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// linkLife is how long a link to a file is taken to work: of files in attributes the
// description says 30 minutes, of attachments that they expire.
const linkLife = 10 * time.Minute

// file is the nth attachment of a message. Its link leads to another host, gets no
// credentials, and expires: a later reader asks for the conversation again.
func (a *api) file(f attachmentShape, ticket, message desk.ID, nth int) desk.File {
	kind, _, _ := strings.Cut(strings.ToLower(f.Content), ";")
	out := desk.File{ID: desk.ID(fmt.Sprintf("%s-%d", message, nth)), Name: f.Name, Type: strings.TrimSpace(kind), Size: f.Size}
	if f.Size == 0 {
		out.Size = -1 // some answers do not tell
	}
	read := a.env.Now()
	out.Open = func(ctx context.Context) (io.ReadCloser, error) {
		if a.env.Now().Sub(read) < linkLife {
			body, err := a.client.Download(ctx, f.URL)
			if !expired(err) {
				return body, err
			}
		}
		link, err := a.relink(ctx, ticket, message, nth, f.Name)
		if err != nil {
			return nil, fmt.Errorf("file %q of ticket %s, message %s: %w", f.Name, ticket, message, err)
		}
		body, err := a.client.Download(ctx, link)
		if expired(err) {
			return nil, connectors.Refuse(connectors.ReasonVanished, "open the conversation in Intercom and look whether the file opens there",
				"file %q of ticket %s, message %s: the link that Intercom gives for it does not work", f.Name, ticket, message)
		}
		return body, err
	}
	return out
}

// expired tells that a link is good no more, or that there is nothing behind it.
func expired(err error) bool {
	code := status(err)
	return code == 401 || code == 403 || code == 404 || code == 410
}

// relink is a fresh link to a file.
func (a *api) relink(ctx context.Context, ticket, message desk.ID, nth int, name string) (string, error) {
	link := ""
	err := a.again(ctx, ticket, message, func(k partShape) bool {
		if nth < len(k.Files) && k.Files[nth].Name == name {
			link = k.Files[nth].URL
		}
		return link != ""
	})
	return link, err
}

// again asks for a message anew, as a ticket's and as a conversation's, until found says that
// it has what is looked for.
func (a *api) again(ctx context.Context, ticket, message desk.ID, found func(partShape) bool) error {
	if a.config.Token == "" {
		return connectors.Refuse(connectors.ReasonVanished, "give workspace and token besides path to have it asked for anew", "its address in the file has expired")
	}
	var t ticketShape
	err := a.get(ctx, "tickets/"+url.PathEscape(string(ticket)), nil, &t)
	if err != nil && status(err) != 404 {
		return err
	}
	parts := append(t.Parts.all(), partShape{ID: opening, Files: t.files()})
	for n := range 2 {
		for _, k := range parts {
			if desk.ID(k.ID) == message && found(k) {
				return nil
			}
		}
		if n > 0 {
			break
		}
		var c conversationShape
		if err := a.get(ctx, "conversations/"+url.PathEscape(string(ticket)), nil, &c); err != nil && status(err) != 404 {
			return err
		}
		parts = append(c.Parts.all(), partShape{ID: opening, Body: c.Source.Body, Files: c.Source.Files})
	}
	return connectors.Refuse(connectors.ReasonVanished, "", "it was taken off the conversation")
}

// images are the addresses of pictures inside a text.
var images = regexp.MustCompile(`(<img\b[^>]*?\bsrc\s*=\s*)("[^"]*"|'[^']*')`)

// inline makes files of the images that Intercom keeps for a text, and names them by a
// Content-ID in it: their addresses expire, and end with the workspace.
func (a *api) inline(page string, ticket desk.ID, m *desk.Message) string {
	had := map[string]bool{}
	return images.ReplaceAllStringFunc(page, func(tag string) string {
		parts := images.FindStringSubmatch(tag)
		address := html.UnescapeString(parts[2][1 : len(parts[2])-1])
		u, err := url.Parse(address)
		if err != nil || !a.keepsImage(u) {
			return tag
		}
		id := imageID(u)
		if !had[id] {
			had[id] = true
			m.Files = append(m.Files, a.image(u, id, ticket, m.ID))
		}
		return parts[1] + `"cid:` + id + `@intercom"`
	})
}

func (a *api) image(u *url.URL, id string, ticket, message desk.ID) desk.File {
	name := u.Path[strings.LastIndexByte(u.Path, '/')+1:]
	if name == "" {
		name = "image-" + id
	}
	return desk.File{
		ID: desk.ID("inline-" + id), Name: name, Size: -1, CID: id + "@intercom", Inline: true,
		Open: func(ctx context.Context) (io.ReadCloser, error) {
			body, err := a.client.Download(ctx, u.String())
			if !expired(err) {
				return body, err
			}
			link, err := a.reimage(ctx, id, ticket, message)
			if err != nil {
				return nil, fmt.Errorf("image %q of ticket %s, message %s: %w", name, ticket, message, err)
			}
			if body, err = a.client.Download(ctx, link); expired(err) {
				return nil, connectors.Refuse(connectors.ReasonVanished, "", "image %q of ticket %s, message %s is no longer there", name, ticket, message)
			}
			return body, err
		},
	}
}

// reimage is a fresh address of an image, which the text names when it is asked for anew.
func (a *api) reimage(ctx context.Context, id string, ticket, message desk.ID) (string, error) {
	link := ""
	err := a.again(ctx, ticket, message, func(k partShape) bool {
		for _, tag := range images.FindAllStringSubmatch(k.Body, -1) {
			address := html.UnescapeString(tag[2][1 : len(tag[2])-1])
			if u, err := url.Parse(address); err == nil && imageID(u) == id {
				link = address
			}
		}
		return link != ""
	})
	return link, err
}

// imageHost is where Intercom keeps the images inside texts.
var imageHost = regexp.MustCompile(`^([a-z0-9-]+\.)*(intercomcdn\.(com|eu)|intercomassets\.(com|eu)|intercom-attachments-[0-9]+\.com|intercom-attachments\.(com|eu))$`)

// keepsImage tells whether an image is Intercom's: any other stays a link, and is never
// asked for. A text is the customer's, who may name what he likes in it.
func (a *api) keepsImage(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	if u.Scheme != "https" {
		return false
	}
	if imageHost.MatchString(host) {
		return true
	}
	for own := range strings.SplitSeq(a.config.Images, ",") {
		if own = strings.TrimSpace(own); own != "" && strings.EqualFold(own, host) {
			return true
		}
	}
	return false
}

// imageID names an image: what signs its address is another each time.
func imageID(u *url.URL) string {
	sum := sha256.Sum256([]byte(strings.ToLower(u.Host) + u.Path))
	return hex.EncodeToString(sum[:8])
}
