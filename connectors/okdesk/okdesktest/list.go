package okdesktest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// keyset answers with the page of rows that is asked for: from a number upwards or
// downwards, the largest first if nothing is said.
func (x *exchange) keyset(ids []int64, show func(int64) row) {
	q := x.r.URL.Query()
	size, ok := x.size(100)
	if !ok {
		return
	}
	forward := q.Get("page[direction]") == "forward"
	from, _ := strconv.ParseInt(q.Get("page[from_id]"), 10, 64)
	ids = slices.Sorted(slices.Values(ids))
	if !forward {
		slices.Reverse(ids)
	}
	out := []row{}
	for _, id := range ids {
		if from > 0 && (forward && id <= from || !forward && id >= from) {
			continue
		}
		if len(out) < size {
			out = append(out, show(id))
		}
	}
	x.ok(out)
}

// numbered is the same for pages with numbers.
func (x *exchange) numbered(ids []int64, most int, show func(int64) row) {
	size, ok := x.size(most)
	if !ok {
		return
	}
	page, err := strconv.Atoi(cmp.Or(x.r.URL.Query().Get("page[number]"), "1"))
	if err != nil || page < 1 {
		x.invalid(row{"page": row{"number": []string{"должно быть больше 0"}}})
		return
	}
	from := min((page-1)*size, len(ids))
	out := []row{}
	for _, id := range ids[from:min(from+size, len(ids))] {
		out = append(out, show(id))
	}
	x.ok(out)
}

func (x *exchange) size(most int) (int, bool) {
	said := x.r.URL.Query().Get("page[size]")
	if said == "" {
		return min(30, most), true
	}
	n, err := strconv.Atoi(said)
	if err != nil || n < 1 || n > most {
		x.invalid(row{"page": row{"size": []string{fmt.Sprintf("должно быть меньше или равно %d", most)}}})
		return 0, false
	}
	return n, true
}

// issueList answers for /issues/list: sorted, since a date in the account's zone.
func (x *exchange) issueList() {
	q := x.r.URL.Query()
	var since time.Time
	if said := q.Get("created_since"); said != "" {
		var err error
		if since, err = time.ParseInLocation("02-01-2006", said, x.s.zone()); err != nil {
			x.invalid(row{"created_since": []string{"Неверный формат даты"}})
			return
		}
	}
	var rows []*issue
	for _, i := range x.s.account.issues {
		if !i.made.Before(since) {
			rows = append(rows, i)
		}
	}
	by := func(i *issue) time.Time { return i.made }
	if q.Get("sorting[field]") == "updated_at" {
		by = func(i *issue) time.Time { return i.changed }
	}
	slices.SortStableFunc(rows, func(a, b *issue) int { return by(a).Compare(by(b)) })
	if q.Get("sorting[direction]") != "forward" {
		slices.Reverse(rows)
	}
	ids, of := []int64{}, map[int64]*issue{}
	for _, i := range rows {
		ids, of[i.id] = append(ids, i.id), i
	}
	x.numbered(ids, 50, func(id int64) row {
		if x.s.SlimRows {
			return x.s.slim(of[id])
		}
		return x.s.issueRow(of[id])
	})
}

// issueIDs answers for /issues/count, which despite its name gives ids.
func (x *exchange) issueIDs() {
	out := []int64{}
	for _, i := range slices.Backward(x.s.account.issues) {
		fits := true
		for _, p := range x.s.account.parameters["issues"] {
			if said := x.r.URL.Query().Get("custom_parameters[" + p.Code + "]"); said != "" {
				v, _ := i.custom[p.Code].(string)
				fits = fits && v == said
			}
		}
		for name, n := range map[string]int64{"contact_ids[]": i.contact, "company_ids[]": i.company, "author_contact_ids[]": i.author.contact()} {
			if said, asked := x.r.URL.Query()[name]; asked {
				fits = fits && slices.Contains(said, strconv.FormatInt(n, 10))
			}
		}
		if fits && (x.s.CutIDs == 0 || len(out) < x.s.CutIDs) {
			out = append(out, i.id)
		}
	}
	x.ok(out)
}

func parameterKinds(ps []Parameter) []row {
	out := []row{}
	for _, p := range ps {
		out = append(out, row{"code": p.Code, "name": p.Name, "field_type": p.Type, "required": p.Required, "values": p.Options})
	}
	return out
}

// custom takes what a write says of parameters; it tells what is wrong with it.
func (x *exchange) custom(of string, in row, at row) row {
	said, ok := in["custom_parameters"].(row)
	if !ok {
		return nil
	}
	wrong := row{}
	for code, v := range said {
		p, known := find(x.s.account.parameters[of], func(p Parameter) bool { return p.Code == code })
		switch {
		case !known:
			wrong[code] = []string{"атрибут не найден"}
		case !p.takes(v, x.form):
			wrong[code] = []string{"неверное значение"}
		case x.form && p.Type == "ftcheckbox":
			at[code] = v == "true"
		case x.form && p.Type == "ftfloat":
			at[code], _ = strconv.ParseFloat(fmt.Sprint(v), 64)
		default:
			at[code] = v
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return row{"custom_parameters": wrong}
}

func (p Parameter) takes(v any, form bool) bool {
	if v == nil || v == "" {
		return true
	}
	s, isText := v.(string)
	switch p.Type {
	case "ftcheckbox":
		_, is := v.(bool)
		return is || form && (s == "true" || s == "false")
	case "ftfloat": // a guess
		_, err := strconv.ParseFloat(fmt.Sprint(v), 64)
		return err == nil
	case "ftdate":
		_, err := time.Parse(time.DateOnly, s)
		return err == nil
	case "ftdatetime":
		_, err := time.Parse(time.RFC3339, s)
		return err == nil
	case "ftselect":
		return isText && slices.Contains(p.Options, s)
	case "ftmultiselect":
		list, is := v.([]any)
		return is && !slices.ContainsFunc(list, func(e any) bool { s, _ := e.(string); return !slices.Contains(p.Options, s) })
	}
	return isText
}

func method(x *exchange, get, post func()) {
	switch x.r.Method {
	case http.MethodGet:
		get()
	case http.MethodPost:
		post()
	default:
		x.gone()
	}
}
