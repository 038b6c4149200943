package okdesk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// dictionary is the words of an account: its statuses, priorities, types and parameters.
type dictionary struct {
	statuses   []wordShape
	priorities []wordShape
	types      []wordShape
	parameters []parameterKind
}

// wordShape is a status, priority or type.
type wordShape struct {
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	Final    bool        `json:"final"` // of statuses: nothing follows
	Inner    bool        `json:"inner"`
	Children []wordShape `json:"children"` // of a group of types
}

// parameterKind is a custom field of issues. How its values are named is not documented.
type parameterKind struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Type     string `json:"field_type"`
	Required bool   `json:"required"`
	options  []string
}

// UnmarshalJSON takes the values from wherever they stand.
func (p *parameterKind) UnmarshalJSON(b []byte) error {
	type plain parameterKind
	var lists struct {
		Values   []any `json:"values"`
		Options  []any `json:"options"`
		Possible []any `json:"possible_values"`
		Items    []any `json:"items"`
	}
	if err := json.Unmarshal(b, (*plain)(p)); err != nil {
		return err
	}
	if json.Unmarshal(b, &lists) != nil {
		return nil // some other sort of thing: no values are known
	}
	for _, v := range slices.Concat(lists.Values, lists.Options, lists.Possible, lists.Items) {
		switch v := v.(type) {
		case string:
			p.options = append(p.options, v)
		case map[string]any:
			for _, key := range []string{"name", "value", "label", "title"} {
				if s, ok := v[key].(string); ok {
					p.options = append(p.options, s)
					break
				}
			}
		}
	}
	return nil
}

// The types of parameters (field_type).
const (
	aText        = "ftstring"
	aDate        = "ftdate"
	aMoment      = "ftdatetime"
	aCheckbox    = "ftcheckbox"
	aSelect      = "ftselect"
	aMultiselect = "ftmultiselect"
)

// dictionary asks for the account's words, once.
func (a *api) dictionary(ctx context.Context) (*dictionary, error) {
	if err := a.turn(ctx); err != nil {
		return nil, err
	}
	defer a.giveTurn()
	if a.words != nil {
		return a.words, nil
	}
	d := new(dictionary)
	for _, of := range []struct {
		path string
		out  any
	}{
		{"issues/statuses", &d.statuses}, {"issues/priorities/", &d.priorities}, {"dictionaries/issues/types/", &d.types}, {"issues/parameters/list", &d.parameters},
	} {
		if err := a.get(ctx, of.path, nil, of.out); err != nil {
			return nil, fmt.Errorf("what words the account has: %w", err)
		}
	}
	d.types = flat(d.types)
	a.words = d
	return d, nil
}

// flat are the types of all groups.
func flat(types []wordShape) (out []wordShape) {
	for _, t := range types {
		if len(t.Children) > 0 {
			out = append(out, flat(t.Children)...)
			continue
		}
		out = append(out, t)
	}
	return out
}

// The codes that an account begins with
// (https://apidocs.okdesk.ru/apidoc/, Статус заявки).
const (
	codeOpened    = "opened"
	codeDelayed   = "delayed"
	codeCompleted = "completed"
	codeClosed    = "closed"
)

// status translates a status: as the configuration says, by the code that accounts begin
// with, or by its name. One that says nothing waits for somebody, unless nothing follows it.
func (c *Config) status(w wordShape) (status desk.Status, known bool) {
	if to, ok := configured(c.Statuses, w); ok {
		return desk.Status(to), true
	}
	switch w.Code {
	case codeOpened, "in_progress":
		return desk.StatusOpen, true
	case codeDelayed:
		return desk.StatusPending, true
	case codeCompleted:
		return desk.StatusSolved, true
	case codeClosed:
		return desk.StatusClosed, true
	}
	for _, word := range []string{w.Name, w.Code} {
		if status, known := table.StatusMeans(word); known && word != "" {
			return status, true
		}
	}
	if w.Final {
		return desk.StatusClosed, false
	}
	return desk.StatusPending, false
}

// priority translates a priority; "" if neither its code nor its name says which.
func (c *Config) priority(w wordShape) desk.Priority {
	if to, ok := configured(c.Priorities, w); ok {
		return desk.Priority(to)
	}
	for _, word := range []string{w.Code, w.Name} {
		if p := table.PriorityMeans(word); p != "" {
			return p
		}
	}
	return ""
}

// configured is what a table of the configuration says of a word.
func configured(by map[string]string, w wordShape) (string, bool) {
	for own, to := range by {
		if own != "" && (same(own, w.Code) || same(own, w.Name)) {
			return to, true
		}
	}
	return "", false
}

// issueType is the common word for a type, or the account's own name of it.
func issueType(w wordShape) string {
	switch code := desk.Normal(w.Code); code {
	case "question", "incident", "problem", "task":
		return code
	}
	if w.Name == "" {
		return w.Code
	}
	return w.Name
}

// parameter is the kind of that code.
func (d *dictionary) parameter(code string) (parameterKind, bool) {
	i := slices.IndexFunc(d.parameters, func(p parameterKind) bool { return p.Code == code })
	if i < 0 {
		return parameterKind{}, false
	}
	return d.parameters[i], true
}

// wordOf is the word of a status, priority or type as an issue says it, with what the
// dictionary knows besides.
func wordOf(n *named, among []wordShape) wordShape {
	if n == nil {
		return wordShape{}
	}
	for _, w := range among {
		if w.Code == n.Code && n.Code != "" {
			return w
		}
	}
	return wordShape{Code: n.Code, Name: n.Name}
}

// same compares words as people write them.
func same(a, b string) bool { return desk.Normal(a) == desk.Normal(b) }

// lacking tells that the account does not have what was asked for, or does not show it to
// the owner of the token.
func lacking(err error) bool {
	code := status(err)
	return code == 404 || code == 403 || errors.Is(err, connectors.ErrUnsupported)
}
