package rttest

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

type txn struct {
	id, ticket                     int
	kind, field, old, new, creator string
	data                           string
	created                        time.Time
	fields                         map[string][]string
}

type attachment struct {
	id         int
	txn        *txn
	name, kind string
	content    []byte
	length     int // as it came, where it was cut; 0 that of content
	headers    []string
}

func (s *Server) record(t *ticket, kind, field, was, now string) *txn {
	x := &txn{id: s.next(), ticket: t.id, kind: kind, field: field, old: was, new: now, creator: "root", created: s.now(), fields: map[string][]string{}}
	s.txns = append(s.txns, x)
	return x
}

func (s *Server) txnObject(x *txn) object {
	var names []string
	if s.Mark != "" {
		names = []string{s.Mark}
	}
	return object{
		"id": strconv.Itoa(x.id), "type": "transaction", "_url": "transaction/" + strconv.Itoa(x.id), "Type": x.kind, "Data": x.data, "Field": x.field, "OldValue": x.old, "NewValue": x.new,
		"ObjectId": strconv.Itoa(x.ticket), "Created": stamp(x.created), "Creator": ref("user", x.creator), "CustomFields": s.values(names, x.fields),
	}
}

// history are the transactions of a ticket and of those merged into it.
func (s *Server) history(q *request, t *ticket) (int, any, *failure) {
	var all []object
	for _, x := range s.txns {
		if own := s.ticketOf(strconv.Itoa(x.ticket)); own != nil && own.into == t.id {
			all = append(all, s.txnObject(x))
		}
	}
	if q.query.Get("order") == "DESC" {
		slices.Reverse(all)
	}
	return s.list(q, all)
}

func (s *Server) searchTransactions(q *request) (int, any, *failure) {
	test, bad := parseQuery(q.query.Get("query"), s.txnTest)
	if bad != nil {
		return 0, nil, bad
	}
	var all []object
	for _, x := range s.txns {
		if test(x) {
			all = append(all, s.txnObject(x))
		}
	}
	if q.query.Get("order") == "DESC" {
		slices.Reverse(all)
	}
	return s.list(q, all)
}

// upload is a file as a call brings it.
type upload struct {
	name, kind string
	content    []byte
}

func uploads(b object, complaint string) (files []upload, bad *failure) {
	given, _ := b["Attachments"].([]any)
	for _, e := range given {
		o, _ := e.(object)
		for _, f := range []string{"FileName", "FileType", "FileContent"} {
			if v := word(o[f]); v == "" || v == "0" { // what Perl takes for nothing
				return nil, fail(400, complaint, f)
			}
		}
		name := word(o["FileName"])
		if strings.ContainsFunc(name, func(r rune) bool { return r > 255 }) {
			return nil, fail(500, "Internal Server Error") // it dies over a wide character
		}
		content, _ := base64.StdEncoding.DecodeString(strings.TrimSuffix(word(o["FileContent"]), "\n"))
		files = append(files, upload{name, word(o["FileType"]), content})
	}
	return files, nil
}

func (s *Server) addMessage(w http.ResponseWriter, q *request, verb string) (int, any, *failure) {
	t := s.surviving(q.path[1])
	_, err := strconv.Atoi(q.path[1])
	switch {
	case t == nil && err != nil:
		return 0, nil, notFound
	case t == nil:
		return 0, nil, fail(400, "Message could not be recorded")
	}
	files, bad := uploads(q.body, "%s is a required field for each attachment in Attachments")
	if bad != nil {
		return 0, nil, bad
	}
	content := word(q.body["Content"])
	if content == "0" {
		content = ""
	}
	if content != "" && word(q.body["ContentType"]) == "" {
		return 0, nil, fail(400, "ContentType is a required field for application/json")
	}
	kind, answer := "Correspond", "Correspondence added"
	if verb == "comment" {
		kind, answer = "Comment", "Comments added"
	}
	x := s.record(t, kind, "", "", "")
	s.attach(x, word(q.body["Subject"]), content, word(q.body["ContentType"]), files)
	if s.Killed != nil && s.Killed(content) {
		panic(http.ErrAbortHandler)
	}
	said := []string{answer}
	given, _ := q.body["TxnCustomFields"].(object)
	for name, v := range given {
		if name != s.Mark || s.Mark == "" {
			said = append(said, "Unable to load transaction custom field: "+name)
			continue
		}
		x.fields[name] = []string{word(v)}
		said = append(said, "Custom fields updated")
	}
	t.updated = s.now()
	s.mail(t, x)
	w.Header().Set("Location", s.url+"/REST/2.0/transaction/"+strconv.Itoa(x.id))
	return 201, said, nil
}

// attach keeps the parts of a message: one text stands alone, more in a multipart.
func (s *Server) attach(x *txn, subject, content, kind string, files []upload) {
	content = strings.ReplaceAll(content, "\r\n", "\n")
	if kind == "text/html" && s.Six {
		content = anew(content)
	}
	if kind = strings.ToLower(kind); kind == "" {
		kind = "text/plain"
	}
	top := []string{"X-RT-Interface: REST", fmt.Sprintf("Message-ID: <rt-5.0.3-%d@rt.test>", x.id)}
	if subject != "" {
		top = append(top, "Subject: "+subject)
	}
	if len(files) > 0 || content == "" {
		s.keep(&attachment{txn: x, kind: "multipart/mixed", headers: top})
		top = nil
	}
	if content != "" {
		s.keepWhole(&attachment{txn: x, kind: kind, content: []byte(content), headers: append(top, "Content-Type: "+kind+`; charset="utf-8"`)})
	}
	for _, f := range files {
		s.keepFile(x, f)
	}
}

func (s *Server) keep(a *attachment) {
	a.id = s.next()
	s.atts = append(s.atts, a)
}

// keepWhole keeps a text or a file, or as much of it as there is room for.
func (s *Server) keepWhole(a *attachment) {
	most := s.MaxFile
	if bytes.ContainsRune(a.content, 0) {
		most = most * 3 / 4
	}
	if s.keep(a); most > 0 && len(a.content) > most {
		s.cut(a, most)
	}
}

// keepFile keeps a file as RT does: its name shortened and, but for those that come
// with a new ticket, decoded, and a text turned into UTF-8, whatever it was.
func (s *Server) keepFile(x *txn, f upload) {
	raw := make([]byte, 0, len(f.name))
	for _, r := range f.name {
		raw = append(raw, byte(r)) // a character is taken for a byte
	}
	name := strings.ToValidUTF8(string(raw), "�")
	if decoded, err := new(mime.WordDecoder).DecodeHeader(name); err == nil && x.kind != "Create" {
		name = decoded
	}
	name = strings.NewReplacer("\n", "", "\r", "").Replace(name)
	kind, params, _ := strings.Cut(f.kind, ";")
	kind = strings.TrimSpace(kind)
	content := f.content
	if strings.HasPrefix(kind, "text/") && !utf8.Valid(content) && x.kind != "Create" {
		runes := make([]rune, len(content))
		for i, b := range content {
			runes[i] = rune(b)
		}
		content = []byte(string(runes))
	}
	header := fmt.Sprintf("Content-Type: %s; name=\"%s\"", kind, strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name))
	if params != "" {
		header += ";" + params
	}
	if strings.Contains(name, "/") {
		name = path.Base(name)
	}
	s.keepWhole(&attachment{txn: x, name: clip(name, 255), kind: kind, content: content, headers: []string{header}})
}

// cut keeps the beginning of what is too large, or nothing, and notes it in the history;
// it goes on having the length that it came with.
func (s *Server) cut(a *attachment, most int) {
	what, name := "AttachmentTruncate", a.name
	switch a.length = len(a.content); {
	case !s.Drops:
		a.content = a.content[:most]
	case name != "":
		a.name = strings.TrimSuffix(name, ".txt") + ".txt"
		fallthrough
	default:
		what, a.content, a.kind = "AttachmentDrop", []byte("Large attachment dropped"), "text/plain"
	}
	s.record(&ticket{id: a.txn.ticket}, what, "", strconv.Itoa(a.length), strconv.Itoa(most)).data = name
}

func (s *Server) attachmentObject(a *attachment, encoded bool) object {
	content, length := string(a.content), cmp.Or(a.length, len(a.content))
	if encoded {
		content = base64.StdEncoding.EncodeToString(a.content)
	}
	return object{
		"id": strconv.Itoa(a.id), "type": "attachment", "_url": "attachment/" + strconv.Itoa(a.id), "TransactionId": strconv.Itoa(a.txn.id),
		"Filename": a.name, "ContentType": a.kind, "ContentLength": strconv.Itoa(length), "Content": content,
		"Headers": strings.Join(append(slices.Clone(a.headers), fmt.Sprintf("Content-Length: %d", length)), "\n"), "MessageId": "",
	}
}

func (s *Server) ticketAttachments(q *request, t *ticket) (int, any, *failure) {
	return s.listAttachments(q, func(x *txn) bool {
		own := s.ticketOf(strconv.Itoa(x.ticket))
		return own != nil && own.into == t.id
	})
}

func (s *Server) transaction(q *request, part string) (int, any, *failure) {
	i := slices.IndexFunc(s.txns, func(x *txn) bool { return strconv.Itoa(x.id) == q.path[1] })
	switch {
	case i < 0:
		return 0, nil, notFound
	case part == "attachments":
		return s.listAttachments(q, func(x *txn) bool { return x == s.txns[i] })
	}
	return 200, s.txnObject(s.txns[i]), nil
}

func (s *Server) listAttachments(q *request, of func(*txn) bool) (int, any, *failure) {
	if strings.Contains(q.query.Get("fields"), "Parent") {
		return 0, nil, fail(500, "Internal Server Error") // that of the topmost is none, and RT dies over it
	}
	var all []object
	for _, a := range s.atts {
		if o := s.attachmentObject(a, false); of(a.txn) && meetsAny(o, q.list) {
			all = append(all, o)
		}
	}
	return s.list(q, all)
}

// meetsAny tells whether an object meets one of the conditions, which are all for
// equality here, or there are none.
func meetsAny(o object, conditions []object) bool {
	return len(conditions) == 0 || slices.ContainsFunc(conditions, func(c object) bool { return o[word(c["field"])] == c["value"] })
}

func (s *Server) oneAttachment(q *request) (int, any, *failure) {
	for _, a := range s.atts {
		if strconv.Itoa(a.id) == q.path[1] {
			return 200, s.attachmentObject(a, true), nil
		}
	}
	return 0, nil, notFound
}
