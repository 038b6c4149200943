package rttest

import (
	"encoding/json"
	"net/http"
	"net/url"
)

// request is a call that was understood.
type request struct {
	*http.Request
	path  []string
	query url.Values
	body  object
	list  []object // where the body is a list
}

func (q *request) decode() *failure {
	var v any
	dec := json.NewDecoder(q.Body)
	if err := dec.Decode(&v); err != nil {
		return fail(http.StatusBadRequest, "JSON does not parse: %v", err)
	}
	switch v := v.(type) {
	case object:
		q.body = v
	case []any:
		for _, e := range v {
			if o, ok := e.(object); ok {
				q.list = append(q.list, o)
			}
		}
	}
	return nil
}
