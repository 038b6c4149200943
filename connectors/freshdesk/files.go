package freshdesk

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// linkLife is how long a link to a file is taken to work: the recorded ones say 300
// seconds, and some of them go by on the way.
const linkLife = 4 * time.Minute

// file is an attachment. Its link leads to another host, gets no credentials, and
// works for a few minutes: a later reader asks for the ticket again.
func (a *api) file(f attachmentShape, ticket int64, message desk.ID, ours bool) desk.File {
	kind, _, _ := strings.Cut(strings.ToLower(f.Type), ";")
	out := desk.File{ID: idOf(f.ID), Name: f.Name, Type: strings.TrimSpace(kind), Size: f.Size}
	if ours {
		out.Name = rest.RealName(f.Name)
	}
	read := a.env.Now()
	out.Open = func(ctx context.Context) (io.ReadCloser, error) {
		link := f.URL
		if a.env.Now().Sub(read) < linkLife {
			body, err := a.client.Download(ctx, link)
			if status(err) != 403 {
				return body, err
			}
		}
		link, err := a.relink(ctx, ticket, f.ID)
		if err != nil {
			return nil, fmt.Errorf("file %q of ticket %d, message %s: %w", f.Name, ticket, message, err)
		}
		body, err := a.client.Download(ctx, link)
		if status(err) == 403 { // S3's way to say that it is not there
			return nil, connectors.Refuse(connectors.ReasonVanished, "open the ticket in Freshdesk and look whether the file opens there",
				"file %q of ticket %d, message %s: the link that Freshdesk gives for it does not work", f.Name, ticket, message)
		}
		return body, err
	}
	return out
}

// relink is a fresh link to a file.
func (a *api) relink(ctx context.Context, ticket, id int64) (string, error) {
	t, err := a.fetchShape(ctx, ticket)
	if err != nil {
		return "", err
	}
	lists := [][]attachmentShape{t.Attachments}
	for _, k := range t.Talks {
		lists = append(lists, k.Attachments)
	}
	for _, list := range lists {
		for _, f := range list {
			if f.ID == id {
				return f.URL, nil
			}
		}
	}
	return "", connectors.Refuse(connectors.ReasonVanished, "", "it was taken off the ticket")
}

// images are the addresses of pictures inside a text.
var images = regexp.MustCompile(`(<img\b[^>]*?\bsrc\s*=\s*)("[^"]*"|'[^']*')`)

// inline makes files of the images that Freshdesk keeps for a text, and names them
// by a Content-ID in it: their addresses end with the account.
func (a *api) inline(page string, m *desk.Message) string {
	if a.files.alone() {
		return page
	}
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
			m.Files = append(m.Files, desk.File{
				ID: desk.ID("inline-" + id), Name: "image-" + id, Size: -1, CID: id + "@freshdesk", Inline: true,
				Open: func(ctx context.Context) (io.ReadCloser, error) {
					body, err := a.client.Download(ctx, address)
					if code := status(err); code == 403 || code == 404 {
						return nil, connectors.Refuse(connectors.ReasonVanished, "", "image %s of message %s is no longer there", id, m.ID)
					}
					return body, err
				},
			})
		}
		return parts[1] + `"cid:` + id + `@freshdesk"`
	})
}

// imageHost is where Freshdesk keeps the images inside texts, by region: a recorded
// account names eucattachment.freshdesk.com.
var imageHost = regexp.MustCompile(`^[a-z]*attachment\.freshdesk\.com$`)

// keepsImage tells whether an image is Freshdesk's: any other stays a link, and is
// never asked for. A text is the customer's, who may name what he likes in it, other
// accounts of Freshdesk's too.
func (a *api) keepsImage(u *url.URL) bool {
	if u.Scheme != "https" && u.Scheme != "http" || !strings.HasSuffix(u.Path, "/inline/attachment") {
		return false
	}
	host := strings.ToLower(u.Hostname())
	if u.Host == a.host || imageHost.MatchString(host) {
		return true
	}
	for _, own := range strings.Split(a.config.Images, ",") {
		if own = strings.TrimSpace(own); own != "" && strings.EqualFold(own, host) {
			return true
		}
	}
	return false
}

// imageID is the number in the token of an image's address, which is a JSON web
// token; the token itself may be another each time.
func imageID(u *url.URL) string {
	token := u.Query().Get("token")
	if parts := strings.Split(token, "."); len(parts) == 3 {
		b, err := base64.RawURLEncoding.DecodeString(parts[1])
		var claims struct {
			ID int64 `json:"id"`
		}
		if err == nil && json.Unmarshal(b, &claims) == nil && claims.ID > 0 {
			return strconv.FormatInt(claims.ID, 10)
		}
	}
	sum := sha256.Sum256([]byte(token + u.Path))
	return hex.EncodeToString(sum[:8])
}
