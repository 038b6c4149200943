package zendesk

import (
	"context"
	"html"
	"io"
	"mime"
	"net/url"
	"path"
	"regexp"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
)

// tokenAddress is where an account keeps a file, as texts name it
// (https://developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments/).
const tokenAddress = `/attachments/token/([^/?"]+)[^"]*`

var anyAccount = regexp.MustCompile(`src="(https://[a-z0-9-]+\.zendesk\.com` + tokenAddress + `)"`)

// strays makes files of the images that a text shows and that are attached elsewhere,
// such as in the message that it quotes: without them the text would show nothing from
// the day on which the account is closed.
func (w *words) strays(m *desk.Message) {
	at := anyAccount
	if w.base != "" {
		at = regexp.MustCompile(`src="(` + regexp.QuoteMeta(w.base) + tokenAddress + `)"`)
	}
	m.HTML = at.ReplaceAllStringFunc(m.HTML, func(found string) string {
		parts := at.FindStringSubmatch(found)
		address, token := html.UnescapeString(parts[1]), parts[2]
		cid := "token-" + token + "@zendesk"
		if !slices.ContainsFunc(m.Files, func(f desk.File) bool { return f.CID == cid }) {
			m.Files = append(m.Files, w.stray(m.ID, token, cid, address))
		}
		return `src="cid:` + cid + `"`
	})
}

func (w *words) stray(of desk.ID, token, cid, address string) desk.File {
	f := desk.File{ID: of + "-" + desk.ID(token), Size: -1, Inline: true, CID: cid}
	if u, err := url.Parse(address); err == nil {
		f.Name = u.Query().Get("name")
	}
	f.Type = mime.TypeByExtension(path.Ext(f.Name))
	f.Open = func(ctx context.Context) (io.ReadCloser, error) { return w.open(ctx, address) }
	return f
}
