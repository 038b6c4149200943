// Package znunytest is a stand-in for a Znuny server: its ticket operations over REST, with
// the rules of Znuny 6.5 as its source has them and a real server showed them (see the
// transcript in testdata), and an outbox of the e-mails that it would send.
package znunytest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest/line"
)

// What a new server has.
const (
	URL      = "https://znuny.test/znuny"
	User     = "deskhaul"
	Password = "secret of the stand-in"
)

type object = map[string]any

// Server is a Znuny. Its fields may be changed before it is used.
type Server struct {
	Clock func() time.Time // nil is the real one
	// Loud are the ticket notifications that are valid, by their events: NotificationOwnerUpdate
	// mails the owner, ArticleCreate and TicketStateUpdate the customer. A new Znuny has the
	// first; this has none.
	Loud map[string]bool
	// AutoResponses are the types of those that each queue has.
	AutoResponses map[string][]string
	// CheckMX has it refuse addresses of domains that end with .invalid or .gone.
	CheckMX bool
	// Routes are the operations by method and path.
	Routes map[string]string

	mu        sync.Mutex
	users     map[int64]string // logins by number
	customers map[string]string
	queues    []string
	types     []string
	fields    map[string]Field
	tickets   []*Ticket
	article   int64
	last      int64 // number of a ticket
	outbox    []string
}

// Field is a dynamic field of tickets.
type Field struct {
	Type   string   // Text, Dropdown, Multiselect, DateTime, Checkbox
	Values []string // that Dropdown and Multiselect take
}

// New makes a server as an administrator has prepared it: a user of ours, two queues, the
// field of our mark.
func New() *Server {
	s := &Server{
		Loud: map[string]bool{}, AutoResponses: map[string][]string{}, users: map[int64]string{1: "root@localhost", 2: User}, customers: map[string]string{},
		queues: []string{"Postmaster", "Raw", "Junk", "Misc", "Support"}, types: []string{"Unclassified"}, fields: map[string]Field{"deskhaul": {Type: "Text"}},
		Routes: map[string]string{},
	}
	for _, op := range []string{"TicketCreate", "TicketGet", "TicketHistoryGet", "TicketSearch", "TicketUpdate"} {
		s.Routes["POST /"+op] = op
	}
	return s
}

// Transport is the way to the server without a network.
func (s *Server) Transport() http.RoundTripper { return line.To(s) }

func (s *Server) now() time.Time {
	if s.Clock != nil {
		return s.Clock().UTC().Truncate(time.Second)
	}
	return time.Now().UTC().Truncate(time.Second)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, path, found := strings.Cut(r.URL.Path, "/nph-genericinterface.pl/Webservice/deskhaul")
	if !found {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, "<html>\n<head><title>An Error Occurred</title></head>\n<body>\n<h1>An Error Occurred</h1>\n<p>500 Internal Server Error</p>\n</body>\n</html>\n")
		return
	}
	op := s.Routes[r.Method+" "+path]
	if op == "" {
		plain(w, "HTTP::REST Error while determine Operation for request URI '"+path+"'.")
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the line broke
	}
	var args object
	if json.Unmarshal(body, &args) != nil || args == nil {
		plain(w, "Error while decoding request content.")
		return
	}
	s.mu.Lock()
	answer := s.do(op, args)
	date := s.now()
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Date", date.Format(http.TimeFormat))
	_ = json.NewEncoder(w).Encode(answer)
}

func plain(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(w, text)
}

// do calls an operation. The caller holds mu.
func (s *Server) do(op string, args object) object {
	if said(args["UserLogin"]) != User || said(args["Password"]) != Password {
		words := "Authorization failing!"
		if op == "TicketCreate" || op == "TicketUpdate" {
			words = "User could not be authenticated!"
		}
		return failed(op, "AuthFail", words)
	}
	switch op {
	case "TicketSearch":
		return s.search(args)
	case "TicketGet":
		return s.get(args)
	case "TicketHistoryGet":
		return s.history(args)
	case "TicketCreate":
		return s.create(args)
	}
	return s.update(args)
}

func failed(op, code, words string) object {
	return object{"Error": object{"ErrorCode": op + "." + code, "ErrorMessage": op + ": " + words}}
}

// said is a value as Perl takes it for a text.
func said(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.6f", v), ".000000")
	}
	return fmt.Sprint(v)
}

// yes tells whether Perl takes a value for true.
func yes(v any) bool { s := said(v); return s != "" && s != "0" }

// several are the values of a list, or a value alone.
func several(v any) (out []string) {
	switch v := v.(type) {
	case nil:
	case []any:
		for _, e := range v {
			out = append(out, said(e))
		}
	default:
		out = append(out, said(v))
	}
	return out
}

// trimmed takes white space off the ends of all values of an object.
func trimmed(v any) object {
	o, _ := v.(object)
	for name, v := range o {
		if text, ok := v.(string); ok {
			o[name] = strings.TrimSpace(text)
		}
	}
	return o
}

func (s *Server) ticket(id string) *Ticket {
	i := slices.IndexFunc(s.tickets, func(t *Ticket) bool { return fmt.Sprint(t.ID) == id })
	if i < 0 {
		return nil
	}
	return s.tickets[i]
}
