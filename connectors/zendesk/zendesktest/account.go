// Package zendesktest is a Zendesk account in memory for tests, as httptest is to
// http: it speaks the Support API as far as a move needs it, and keeps the vendor's
// rules (https://developer.zendesk.com/api-reference/): credentials, pages, limits
// of rate, exports that leave out the last minute, imports, asynchronous jobs,
// search that runs behind, tickets that cannot be changed any more, and who gets an
// e-mail when.
//
// What is marked "doubtful" in a comment was not seen in the vendor's description
// nor in a recorded answer.
package zendesktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The credentials of the administrator of every account.
const (
	Email = "admin@desk.example.com"
	Token = "zdt-5f2c1a9e77"
)

// Options make an account stricter, poorer or faster than the usual one.
type Options struct {
	Base    string           // the address of the account; "https://example.zendesk.test"
	Content string           // where the bytes of attachments lie; "https://p18.zdusercontent.test"
	Now     func() time.Time // nil time.Now
	// PageSize is the most that a page holds, below the vendor's own limits of 100
	// and, in exports, 1000.
	PageSize int
	// ExportLag is how long a change stays out of exports: a minute if zero, nothing
	// if negative.
	ExportLag time.Duration
	// SearchLag is how long a change stays out of searches.
	SearchLag time.Duration
	// Steps is how often a job says that it is under way before it is done.
	Steps int
	// Rate, ExportRate and UpdateRate are calls in a minute: 700, 10 and 100 if
	// zero, unlimited if negative.
	Rate, ExportRate, UpdateRate int
	// MaxJobs is how many jobs may be under way; 30 if zero.
	MaxJobs int
	// MaxUpload is the largest file in bytes; 50 MB if zero.
	MaxUpload int64
	// Tag is what the account makes of a tag; nil leaves it as it is. The vendor has
	// rules for tags that it does not write down.
	Tag func(string) string
	// Locales are the languages of the account; none: it takes any, and tells of none.
	Locales []string
	// NoCursors makes lists know numbers of pages alone, as some endpoints do.
	NoCursors bool
	// NoBulkUsers refuses users in bulk, as an account does unless the vendor has
	// been asked; NoSideload leaves out what include asks for.
	NoBulkUsers, NoSideload bool
}

// obj is one thing as it is sent.
type obj = map[string]any

// row is one thing of the account.
type row struct {
	id    int64
	made  time.Time
	stamp int64 // generated_timestamp: seconds
	gone  bool
	data  obj
}

// table is all things of one sort.
type table struct {
	rows map[int64]*row
	ids  []int64 // in order
}

func (t *table) get(id int64) *row {
	if r := t.rows[id]; r != nil && !r.gone {
		return r
	}
	return nil
}

// all are the rows that are not gone, by id.
func (t *table) all() (out []*row) {
	for _, id := range t.ids {
		if r := t.rows[id]; !r.gone {
			out = append(out, r)
		}
	}
	return out
}

// Account is the account. Its methods may be called from several goroutines.
type Account struct {
	o   Options
	mux *http.ServeMux

	mu       sync.Mutex
	last     int64 // stamp
	nextID   int64
	tables   map[string]*table
	comments map[int64][]obj // by ticket
	audits   map[int64][]obj // by ticket
	ratings  []obj
	uploads  map[string]*upload
	files    map[string]*file
	jobs     map[string]*job
	tokens   map[string]int64 // API token → user
	outbox   []Mail
	quiet    bool
	fault    func(*http.Request) *Fault
	windows  map[string][]time.Time
	seen     []string
}

// New makes an account with its administrator and the group Support.
func New(o Options) *Account {
	o.Base, o.Content = orText(o.Base, "https://example.zendesk.test"), orText(o.Content, "https://p18.zdusercontent.test")
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.ExportLag == 0 {
		o.ExportLag = time.Minute
	}
	a := &Account{
		o: o, nextID: 1000, tables: map[string]*table{}, comments: map[int64][]obj{}, audits: map[int64][]obj{}, uploads: map[string]*upload{},
		files: map[string]*file{}, jobs: map[string]*job{}, tokens: map[string]int64{}, windows: map[string][]time.Time{},
	}
	for _, name := range []string{"users", "organizations", "groups", "group_memberships", "tickets", "ticket_fields", "user_fields", "organization_fields", "identities", "triggers"} {
		a.tables[name] = &table{rows: map[int64]*row{}}
	}
	a.mux = a.routes()
	admin := a.add("users", newUser(obj{"name": "Admin", "email": Email, "role": "admin"}))
	a.tokens[Token] = admin.id
	a.add("groups", obj{"name": "Support", "description": "", "default": true, "deleted": false, "is_public": true})
	a.addTriggers()
	return a
}

func orText(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// add makes a thing. The caller holds the lock, or nobody else knows the account.
func (a *Account) add(kind string, data obj) *row {
	a.nextID++
	r := &row{id: a.nextID, made: a.now(), data: data}
	t := a.tables[kind]
	t.rows[r.id], t.ids = r, append(t.ids, r.id)
	data["id"], data["url"] = r.id, fmt.Sprintf("%s/api/v2/%s/%d.json", a.o.Base, kind, r.id)
	if _, set := data["created_at"]; !set {
		data["created_at"] = stampOf(a.now())
	}
	a.touch(r)
	return r
}

// touch notes that a thing has changed. Without a lag of exports every change gets
// a second of its own: else one that follows in the same second as an export would
// never be in the next.
func (a *Account) touch(r *row) {
	r.stamp = a.now().Unix()
	if a.o.ExportLag < 0 {
		r.stamp = max(r.stamp, a.last+1)
	}
	a.last = max(a.last, r.stamp)
	r.data["updated_at"] = stampOf(a.now())
}

func (a *Account) now() time.Time { return a.o.Now() }

func stampOf(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// reply is an answer.
type reply struct {
	status int
	header http.Header
	body   any // encoded as JSON, unless it is []byte
}

func ok(body any) reply { return reply{status: http.StatusOK, body: body} }

// call is one request, understood.
type call struct {
	*http.Request
	user  *row // who asks
	input obj
	raw   []byte
}

func (c *call) id(name string) int64 {
	n, err := strconv.ParseInt(c.PathValue(name), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

type handler func(*Account, *call) reply

// encode is the body as it is sent. Times and texts of one answer are taken while
// the account stands still.
func (r *reply) encode() {
	if r.header == nil {
		r.header = http.Header{}
	}
	switch b := r.body.(type) {
	case nil:
	case []byte:
	default:
		text, err := json.Marshal(b)
		if err != nil {
			panic(err) // a mistake in this package
		}
		r.body = text
		r.header.Set("Content-Type", "application/json; charset=utf-8")
	}
}

// Requests lists the calls that came, as "GET /api/v2/tickets", without those that
// were turned away for their rate.
func (a *Account) Requests() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.seen)
}

// Count tells how many of a sort (users, tickets, …) there are.
func (a *Account) Count(kind string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.tables[kind].all())
}

// AddToken makes a token of a user.
func (a *Account) AddToken(token string, user int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tokens[token] = user
}

// Expire makes every token of the account worthless.
func (a *Account) Expire() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tokens = map[string]int64{}
}

// who is the user whose credentials come with a request; nil anonymous.
func (a *Account) who(r *http.Request) *row {
	user, token, basic := r.BasicAuth()
	if !basic {
		token, basic = strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !basic {
			return nil
		}
		return a.tables["users"].get(a.tokens[token])
	}
	u := a.tables["users"].get(a.tokens[token])
	if mail, ends := strings.CutSuffix(user, "/token"); u == nil || !ends || !strings.EqualFold(mail, text(u.data["email"])) {
		return nil
	}
	return u
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
