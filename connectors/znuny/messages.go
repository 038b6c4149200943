package znuny

import (
	"cmp"
	"context"
	"io"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/connectors/mail/charset"
	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/desk"
)

// messages are the articles of a ticket. Those that we wrote ourselves say in their first
// line who wrote them and when; it is believed of articles alone that are of the user who
// made the ticket, which carries our mark, and that no mail brought.
func (a *api) messages(ctx context.Context, s *spool, t *ticketShape, who people) (ms []desk.Message, err error) {
	for i := range t.Articles {
		art := &t.Articles[i]
		ours := t.mark(a.config.mark()) != "" && art.CreateBy == t.CreateBy && art.MessageID == ""
		if ours && isPlaceholder(art.Body) {
			continue
		}
		m, err := a.message(ctx, s, t, art, ours)
		if err != nil {
			return nil, err
		}
		if m.Author, err = a.author(ctx, art, &m, who); err != nil {
			return nil, err
		}
		m.Folds = plaintext.Folds(m.Text)
		ms = append(ms, m)
	}
	return ms, nil
}

// author is who wrote an article. One that we wrote is of who its line says, and one that
// the system sent of nobody.
func (a *api) author(ctx context.Context, art *articleShape, m *desk.Message, who people) (desk.Ref, error) {
	switch {
	case art.Sender == "customer" && m.From.Email != "":
		return who.customer(ctx, m.From.Email)
	case art.Sender == "agent" && m.Mark != "":
		return who.colleague(ctx, m.From.Email)
	case art.Sender == "agent" && isPerson(art.CreateBy):
		return who.user(ctx, art.CreateBy)
	}
	return desk.Ref{}, nil
}

func (a *api) message(ctx context.Context, s *spool, t *ticketShape, art *articleShape, ours bool) (desk.Message, error) {
	m := desk.Message{
		ID: desk.ID(art.ID), At: a.config.moment(art), Note: !art.Visible.set(), From: address(art.From),
		To: addresses(art.To), CC: addresses(art.Cc), BCC: addresses(art.Bcc),
		MessageID: bare(art.MessageID), InReplyTo: bare(art.InReplyTo), Text: string(art.Body),
	}
	for _, id := range strings.Fields(string(art.References)) {
		m.References = append(m.References, bare(text(id)))
	}
	if art.Subject != t.Title {
		m.Subject = string(art.Subject)
	}
	if art.Sender == "system" {
		m.Fields = map[string]any{"sender_type": "system"}
	}
	if first := t.Articles[0].ID == art.ID; !first {
		if door := channel(art); door != channel(&t.Articles[0]) {
			m.Channel = door
		}
	}
	page, err := a.files(ctx, s, t, art, &m)
	if err != nil {
		return m, err
	}
	a.readBody(&m, art, page, ours)
	return m, nil
}

// readBody tells the text and HTML of a message, and takes off what we put there.
func (a *api) readBody(m *desk.Message, art *articleShape, page string, ours bool) {
	p, rest, ok := preface{}, "", false
	if ours {
		p, rest, ok = unwrap(string(art.Body), page)
	}
	switch {
	case ok:
		m.Mark, m.From, m.To, m.CC, m.Subject = p.mark, p.From, p.To, p.CC, ""
		if m.Text, m.HTML = rest, ""; p.html && page != "" {
			m.HTML, m.Text = readPage(rest)
		}
		if p.titled {
			m.Subject = string(art.Subject)
		}
		if !p.At.IsZero() {
			m.At = p.At
		}
	default:
		m.HTML = page
		m.Text = strings.Trim(m.Text, "\n")
		if m.HTML != "" && strings.TrimSpace(m.Text) == "" {
			m.Text = plaintext.HTML(m.HTML)
		}
	}
	for i := range m.Files {
		f := &m.Files[i]
		if !ok {
			f.Inline = f.Inline || f.CID != "" && strings.Contains(m.HTML, "cid:"+f.CID)
		}
	}
}

// files are those of an article, and the HTML that Znuny keeps among them
// (Ticket/Article/Backend/MIMEBase/Base.pm, ArticleAttachmentIndex).
func (a *api) files(ctx context.Context, s *spool, t *ticketShape, art *articleShape, m *desk.Message) (page string, err error) {
	type placed struct {
		desk.File
		place int
	}
	var all []placed
	for i, f := range art.Attachments {
		key, name := fileKey(art, i), string(f.Name)
		open := func(ctx context.Context) (io.ReadCloser, error) { return a.openFile(ctx, s, t.ID.number(), key, name) }
		if page == "" && isBody(f) {
			if page, err = readHTML(ctx, f, open); err != nil {
				return "", err
			}
			continue
		}
		file := desk.File{ID: desk.ID(art.ID + "." + f.FileID), Name: name, Type: mediaType(f.Type), Size: f.Size.number(), CID: bare(f.CID), Open: open}
		file.Inline = file.CID != "" && f.Disposition == "inline"
		place := relabel(&file, string(f.Type))
		if place >= 0 {
			file.Inline = f.Disposition == "inline"
		}
		all = append(all, placed{file, place})
	}
	slices.SortStableFunc(all, func(x, y placed) int { return cmp.Compare(x.place, y.place) })
	for _, f := range all {
		m.Files = append(m.Files, f.File)
	}
	return page, nil
}

// isBody tells whether a file is the HTML of its article.
func isBody(f attachmentShape) bool {
	named := f.Name == "file-1" || f.Name == "file-2" || f.Name == "file-1.html"
	return named && mediaType(f.Type) == "text/html" && f.Disposition == "inline"
}

func readHTML(ctx context.Context, f attachmentShape, open func(context.Context) (io.ReadCloser, error)) (string, error) {
	r, err := open(ctx)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(r)
	if closing := r.Close(); err == nil {
		err = closing
	}
	label := "utf-8"
	if _, params, bad := mime.ParseMediaType(string(f.Type)); bad == nil && params["charset"] != "" {
		label = params["charset"]
	}
	if strings.EqualFold(label, "utf-8") && utf8.Valid(b) {
		return string(b), err
	}
	said, _ := new(charset.Detective).Text(b, label)
	return said, err
}

func mediaType(s text) string {
	kind, _, _ := strings.Cut(strings.ToLower(string(s)), ";")
	return strings.TrimSpace(kind)
}

// bare is an id without the brackets.
func bare(s text) string { return strings.Trim(strings.TrimSpace(string(s)), "<>") }
