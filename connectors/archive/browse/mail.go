package browse

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// mail is the document in the frame of a mail that was sent as HTML.
func (s *Site) mail(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	// The pictures' address is written out: a frame without an origin has no 'self'.
	h.Set("Content-Security-Policy", "default-src 'none'; img-src data: http://"+r.Host+"/file/; style-src 'unsafe-inline'; "+
		"base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	q := r.URL.Query()
	m, err := s.message(r, desk.ID(q.Get("ticket")), desk.ID(q.Get("id")))
	switch {
	case errors.Is(err, connectors.ErrNotFound):
		http.Error(w, "There is no such message.", http.StatusNotFound)
		return
	case err != nil:
		http.Error(w, "The message cannot be read: "+err.Error(), http.StatusInternalServerError)
		return
	}
	c, err := s.cleaner.clean(m.HTML, func(cid string) string { return pictureAddress(m, cid) })
	if err != nil {
		http.Error(w, "The HTML of this message is not shown: "+err.Error()+". Its text form is.", http.StatusOK)
		return
	}
	s.render(w, http.StatusOK, "mail", map[string]any{
		"Body":   template.HTML(c.html), //nolint:gosec // this is what clean is for
		"Hosts":  c.hosts,
		"Nobody": strings.TrimSpace(c.html) == "",
	})
}

// message finds one message of a ticket, as the view shows it.
func (s *Site) message(r *http.Request, ticket, id desk.ID) (*desk.Message, error) {
	t, err := s.library.Ticket(r.Context(), ticket)
	if err != nil {
		return nil, err
	}
	if left, err := s.view(r.Context(), t); err != nil || left != "" {
		return nil, errors.Join(err, connectors.ErrNotFound)
	}
	for i := range t.Messages {
		if t.Messages[i].ID == id {
			return &t.Messages[i], nil
		}
	}
	return nil, connectors.ErrNotFound
}

// pictureAddress is where the file with that Content-ID is, "" if the message has
// none such.
func pictureAddress(m *desk.Message, cid string) string {
	for i := range m.Files {
		if m.Files[i].CID != "" && m.Files[i].CID == cid {
			return fileAddress(&m.Files[i])
		}
	}
	return ""
}

func mailAddress(ticket, message desk.ID) string {
	return "/mail?" + url.Values{"ticket": {string(ticket)}, "id": {string(message)}}.Encode()
}
