package zendesktest

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// importTicket makes a ticket with its history, and tells nobody
// (https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_import/).
func (a *Account) importTicket(c *call) reply {
	in, _ := c.input["ticket"].(obj)
	return a.imported(c, in)
}

func (a *Account) imported(c *call, in obj) reply {
	comments, _ := in["comments"].([]any)
	if bad := slices.Concat(a.checkTicket(in), a.checkImport(in, comments)); len(bad) > 0 {
		return refuse(bad...)
	}
	r := a.add("tickets", newTicket())
	r.data["requester_id"], r.data["submitter_id"] = c.user.id, c.user.id
	a.setTicket(r, in)
	if number(in["submitter_id"]) == 0 {
		r.data["submitter_id"] = r.data["requester_id"]
	}
	for _, key := range []string{"created_at", "updated_at"} {
		if at, said := moment(in[key]); said {
			r.data[key] = stampOf(at)
		}
	}
	if at, said := moment(in["solved_at"]); said {
		r.data["zendesktest_solved_at"] = stampOf(at)
	}
	if number(r.data["organization_id"]) == 0 {
		if u := a.tables["users"].get(number(r.data["requester_id"])); u != nil {
			r.data["organization_id"] = u.data["organization_id"]
		}
	}
	for _, item := range comments {
		m, _ := item.(obj)
		at := text(r.data["created_at"])
		if t, said := moment(m["created_at"]); said {
			at = stampOf(t)
		}
		a.addComment(r, m, number(r.data["requester_id"]), at)
	}
	if text(r.data["status"]) == "closed" && c.URL.Query().Get("archive_immediately") == "true" {
		r.data["zendesktest_archived"] = true
	}
	return reply{status: http.StatusCreated, body: obj{"ticket": a.shown("tickets", r)}}
}

// checkImport is what is wrong with the history of a ticket.
func (a *Account) checkImport(in obj, comments []any) (bad []invalid) {
	for _, key := range []string{"created_at", "updated_at", "solved_at"} {
		bad = append(bad, a.checkTime(key, in[key])...)
	}
	for _, item := range comments {
		m, _ := item.(obj)
		if strings.TrimSpace(text(m["value"])+text(m["body"])+text(m["html_body"])) == "" {
			bad = append(bad, invalid{"base", "Comment: cannot be blank"})
		}
		if id := number(m["author_id"]); id != 0 && a.tables["users"].get(id) == nil {
			bad = append(bad, invalid{"base", "Author: is invalid"})
		}
		bad = append(bad, a.checkTime("created_at", m["created_at"])...)
	}
	if len(comments) == 0 && strings.TrimSpace(text(in["description"])) == "" {
		bad = append(bad, invalid{"base", "Description: cannot be blank"})
	}
	return bad
}

func (a *Account) checkTime(key string, v any) []invalid {
	if text(v) == "" {
		return nil
	}
	at, said := moment(v)
	switch {
	case !said:
		return []invalid{{key, key + ": is not properly formatted"}}
	case at.After(a.now().Add(time.Minute)):
		return []invalid{{key, key + ": cannot be in the future"}}
	case at.Year() < 1970:
		return []invalid{{key, key + ": cannot be before 1970"}}
	}
	return nil
}

func moment(v any) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339, text(v))
	return at, err == nil
}

// job is work that is done when it has been asked after often enough. What it does
// was done when it began; only nobody is told before.
type job struct {
	id      string
	asked   int
	results []obj
}

func tooMany(n int) reply {
	return badRequest("TooManyValues", fmt.Sprintf("Parameter has %d values, at most 100 are allowed", n))
}

func (a *Account) importMany(c *call) reply {
	list, _ := c.input["tickets"].([]any)
	if len(list) > 100 {
		return tooMany(len(list))
	}
	if a.busy() >= orInt(a.o.MaxJobs, 30) {
		return reply{status: http.StatusTooManyRequests, header: http.Header{"Retry-After": {"1"}}, body: obj{"error": "TooManyJobs", "description": "Too many background jobs are enqueued"}}
	}
	var results []obj
	for i, item := range list {
		in, _ := item.(obj)
		results = append(results, result(i, a.imported(c, in), "ticket"))
	}
	return a.start1(results)
}

func (a *Account) busy() (n int) {
	for _, j := range a.jobs {
		if j.asked <= a.o.Steps {
			n++
		}
	}
	return n
}

// result is what a job says of one of its items.
func result(i int, out reply, kind string) obj {
	if out.status >= 300 {
		b, _ := out.body.(obj)
		details, _ := json.Marshal(b["details"])
		return obj{"index": i, "error": b["error"], "details": orText(firstDetail(b["details"]), string(details)), "id": 0, "success": false, "action": "create", "status": "Failed"}
	}
	made, _ := out.body.(obj)[kind].(obj)
	return obj{"index": i, "id": made["id"], "account_id": 18525119}
}

func firstDetail(details any) string {
	d, _ := details.(obj)
	for _, v := range d {
		if list, is := v.([]obj); is && len(list) > 0 {
			return text(list[0]["description"])
		}
	}
	return ""
}

func (a *Account) start1(results []obj) reply {
	a.nextID++
	sum := md5.Sum(fmt.Append(nil, a.nextID))
	j := &job{id: "V3-" + hex.EncodeToString(sum[:]), results: results}
	a.jobs[j.id] = j
	return ok(obj{"job_status": a.jobShown(j)})
}

func (a *Account) jobShown(j *job) obj {
	out := obj{
		"id": j.id, "url": a.o.Base + "/api/v2/job_statuses/" + j.id + ".json", "total": len(j.results), "progress": nil, "status": "queued",
		"message": nil, "results": nil,
	}
	switch {
	case j.asked > a.o.Steps:
		out["status"], out["progress"], out["results"] = "completed", len(j.results), j.results
		out["message"] = "Completed at " + a.now().UTC().Format("2006-01-02 15:04:05 -0700")
	case j.asked > 0:
		out["status"], out["progress"] = "working", len(j.results)/2
	}
	return out
}

func (a *Account) jobStatus(c *call) reply {
	j := a.jobs[c.PathValue("id")]
	if j == nil {
		return notFound()
	}
	j.asked++
	return ok(obj{"job_status": a.jobShown(j)})
}
