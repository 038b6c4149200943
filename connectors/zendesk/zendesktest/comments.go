package zendesktest

import (
	"html"
	"slices"
	"strings"
)

// addComment adds what a write says to a ticket; author is who wrote it unless it
// says otherwise.
func (a *Account) addComment(r *row, in obj, author int64, at string) obj {
	if id := number(in["author_id"]); id != 0 {
		author = id
	}
	body := text(in["body"])
	if body == "" {
		body = text(in["value"])
	}
	page := text(in["html_body"])
	if page != "" && body == "" {
		body = strip(page)
	}
	if page == "" {
		page = strings.ReplaceAll(html.EscapeString(body), "\n", "<br>")
	}
	page = `<div class="zd-comment" dir="auto">` + page + "</div>"
	a.nextID++
	c := obj{
		"id": a.nextID, "type": "Comment", "author_id": author, "body": body, "html_body": page, "plain_body": body, "public": in["public"] != false,
		"attachments": []obj{}, "audit_id": a.nextID + 500_000_000, "via": via("api"), "created_at": at, "metadata": obj{"system": obj{}, "custom": obj{}},
	}
	if tokens, said := in["uploads"].([]any); said {
		c["attachments"] = a.spendUploads(tokens)
	}
	list := append(a.comments[r.id], c)
	slices.SortStableFunc(list, func(x, y obj) int { return strings.Compare(text(x["created_at"]), text(y["created_at"])) })
	a.comments[r.id] = list
	r.data["description"] = list[0]["body"]
	return c
}

// strip is what is left of a page without its tags.
func strip(page string) string {
	var b strings.Builder
	in := false
	for _, r := range page {
		switch {
		case r == '<':
			in = true
		case r == '>':
			in = false
		case !in:
			b.WriteRune(r)
		}
	}
	return html.UnescapeString(b.String())
}

func (a *Account) listComments(c *call) reply {
	if a.tables["tickets"].get(c.id("id")) == nil {
		return notFound()
	}
	inline := c.URL.Query().Get("include_inline_images") == "true"
	all := []obj{}
	for _, m := range a.comments[c.id("id")] {
		m = clone(m)
		m["attachments"] = slices.DeleteFunc(slices.Clone(m["attachments"].([]obj)), func(f obj) bool { return f["inline"] == true && !inline })
		all = append(all, m)
	}
	return a.page(c, "comments", all)
}
