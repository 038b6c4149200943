// Package rttest is a stand-in for Request Tracker 5, as httptest is for HTTP: it
// keeps what is written through REST 2.0, and RT's own rules about it. What it does
// was seen at a real server (RT 5.0.3); testdata/contract.txt holds it to that, and
// the integration tests hold the real server to the same transcript.
package rttest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Token opens the server.
const Token = "1-14-c0ffee"

// Standing is how many records a server has that nothing was written to, as the
// connector reads it: root is an agent, General a category.
var Standing = map[desk.Kind]int{desk.KindAgent: 1, desk.KindCategory: 1}

// Server is a Request Tracker with the queues General and, for what is left of it,
// ___Approvals (disabled), the users root, Nobody and RT_System, and no tickets.
type Server struct {
	// PageSize is the most that a page of a list holds; 0 means RT's own, 100.
	PageSize int
	// Mark names the custom fields that tickets and transactions have; "" for none.
	Mark string
	// Fields are further custom fields of tickets.
	Fields []string
	// Choices are the values of those of them that are chosen from a list.
	Choices map[string][]string
	// Scrips tells whether RT's standard scrips are on: they write e-mails.
	Scrips bool
	// Ordinary makes the account one that is no superuser of RT 5's: of most lists it
	// is told neither the length nor the next page.
	Ordinary bool
	// Lacks are rights that the account has not: ReassignTicket, DeleteTicket; or agents:
	// OwnTicket.
	Lacks []string
	// MaxFile is MaxAttachmentSize; 0 none. Larger texts and files are cut or, with Drops,
	// dropped. Of a file with a NUL three quarters of it are kept, as on PostgreSQL and
	// SQLite, where it stands in base64 (RT/Record.pm, _EncodeLOB).
	MaxFile int
	Drops   bool
	// Lax makes it RT before its security fixes of October 2026: its REST 2.0 shows the
	// system's own groups, and takes the date of a new ticket.
	Lax bool
	// Six writes HTML anew as RT 6 does.
	Six bool
	// Words makes RT's words those of the account's language; nil leaves them English.
	Words *strings.Replacer
	// Killed tells of a message by its content that RT is killed over it: it is committed,
	// its custom fields are not yet (Correspond in RT/Ticket.pm commits, and after that
	// REST2/Resource/Message.pm sets them), and no answer comes. nil for none.
	Killed func(content string) bool
	// Clock tells the time; nil time.Now.
	Clock func() time.Time

	mu      sync.Mutex
	users   []*user
	queues  []*queue
	tickets []*ticket
	txns    []*txn
	atts    []*attachment
	outbox  []string
	numbers int
	url     string
}

// New makes a server with its custom fields; it is not listening.
func New() *Server {
	s := &Server{Mark: "deskhaul"}
	s.queues = []*queue{{id: 1, name: "General", created: s.now()}, {id: 2, name: "___Approvals", disabled: true, created: s.now()}}
	for n, name := range map[int]string{1: "RT_System", 6: "Nobody", 14: "root"} {
		s.users = append(s.users, &user{id: n, fields: map[string]string{"Name": name}, privileged: name != "RT_System", created: s.now()})
	}
	slices.SortFunc(s.users, func(a, b *user) int { return a.id - b.id })
	s.numbers = 30
	return s
}

// Start makes the server listen on loopback until the test is over. What stands before
// it, such as weather, is given.
func (s *Server) Start(cleanup func(func()), before ...func(http.Handler) http.Handler) string {
	var h http.Handler = s
	for _, wrap := range before {
		h = wrap(h)
	}
	l := httptest.NewServer(h)
	cleanup(l.Close)
	s.At(l.URL)
	return l.URL
}

// At says under which address the server is reached, where another stands before it.
func (s *Server) At(address string) { s.url = address }

// Outbox lists the e-mails that were sent: to whom, and about which ticket.
func (s *Server) Outbox() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.outbox)
}

func (s *Server) now() time.Time {
	if s.Clock != nil {
		return s.Clock().UTC()
	}
	return time.Now().UTC()
}

func (s *Server) next() int {
	s.numbers++
	return s.numbers
}

// failure is an answer that is none of success.
type failure struct {
	status int
	text   string
}

func fail(status int, format string, args ...any) *failure {
	return &failure{status, fmt.Sprintf(format, args...)}
}

var notFound = &failure{http.StatusNotFound, "Not Found"}

type object = map[string]any

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.now().Format(http.TimeFormat))
	status, answer, bad := s.serve(w, r)
	if bad != nil {
		status, answer = bad.status, object{"message": bad.text}
	}
	b, err := json.MarshalIndent(s.inWords(answer), "", "   ")
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n'))
}

// list is a page of objects, each cut to the fields that were asked for.
func (s *Server) list(q *request, all []object) (int, any, *failure) {
	per, page := number(q.query.Get("per_page"), 20), number(q.query.Get("page"), 1)
	most := 100
	if s.PageSize > 0 {
		most = s.PageSize
	}
	per = min(max(per, 1), most)
	from, to := min((page-1)*per, len(all)), min(page*per, len(all))
	items := []object{}
	for _, o := range all[from:to] {
		items = append(items, cut(o, strings.Split(q.query.Get("fields"), ",")))
	}
	total := len(all)
	answer := object{"count": len(items), "page": page, "per_page": per, "total": total, "pages": (total + per - 1) / per, "items": items}
	if s.Ordinary && !slices.Contains([]string{"tickets", "users", "queues"}, q.path[0]) {
		answer["total"], answer["pages"] = nil, nil
	} else if to < len(all) {
		v := q.URL.Query()
		v.Set("page", strconv.Itoa(page+1))
		answer["next_page"] = s.url + q.URL.EscapedPath() + "?" + v.Encode()
	}
	return 200, answer, nil
}

// cut leaves of an object what a list shows of it.
func cut(o object, fields []string) object {
	out := object{"id": fmt.Sprint(o["id"]), "type": o["type"], "_url": o["_url"]}
	for _, f := range fields {
		if v, ok := o[f]; ok && f != "" {
			out[f] = v
		}
	}
	return out
}

func number(s string, standard int) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return standard
	}
	return n
}

// stamp is a time as RT writes it; none is the beginning of 1970.
func stamp(t time.Time) string {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// parseTime is a time as RT reads it; what it does not understand is none.
func parseTime(v any) time.Time {
	t, _ := time.ParseInLocation(time.DateTime, fmt.Sprint(v), time.UTC)
	return t
}

func ref(kind, id string) object { return object{"type": kind, "id": id, "_url": kind + "/" + id} }

// word is a text of a body; "" where there is none.
func word(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}
