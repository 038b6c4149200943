package mapping

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr"

	"github.com/deskhaul/deskhaul/desk"
)

// functionNames are ours; the library's own (trim, lower, upper, replace, split,
// any, all, filter, date, ...) stand beside them.
func functionNames() []string {
	return []string{"table", "given", "has_tag", "domain", "match", "year", "day"}
}

// functions are what expressions may call:
//
//	table(name, word)           the word as a table translates it
//	table(name, word, default)  the same; default where the table lists neither it nor "*"
//	given(x)                    x, or nothing if x is empty; "a ?? b" is "given(a) ?? b"
//	has_tag(tags, tag)          whether the tag is among them, in whatever case
//	domain(address)             the part after the @ in lower case, "" if there is none
//	match(text, pattern)        the first group of the pattern (RE2), or all that it matches; "" if it does not
//	year(time), day(time)       the year, and the day as 2024-05-31, in UTC; 0 and "" if the time is unknown
func (c *compiler) functions() []expr.Option {
	return []expr.Option{
		expr.Function("table", c.table, new(func(string, any) string), new(func(string, any, any) any)),
		expr.Function("given", given, new(func(any) any)),
		expr.Function("has_tag", hasTag, new(func([]string, string) bool)),
		expr.Function("domain", domain, new(func(string) string)),
		expr.Function("match", c.match, new(func(string, string) string)),
		expr.Function("year", year, new(func(time.Time) int)),
		expr.Function("day", day, new(func(time.Time) string)),
	}
}

func (c *compiler) table(args ...any) (any, error) {
	t := c.tables[args[0].(string)]
	word, err := word(args[1])
	if err != nil {
		return nil, fmt.Errorf("table %q: %w", t.name, err)
	}
	v, err := t.look(word)
	if err != nil && len(args) > 2 {
		return args[2], nil
	}
	return v, err
}

// word makes a text of what a table is asked for; numbers as JSON writes them.
func word(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int:
		return strconv.Itoa(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	}
	return "", fmt.Errorf("it looks up texts, numbers, true and false, but this is %T", v)
}

func given(args ...any) (any, error) {
	switch v := args[0].(type) {
	case string:
		if v == "" {
			return nil, nil
		}
	case []string:
		if len(v) == 0 {
			return nil, nil
		}
	case []any:
		if len(v) == 0 {
			return nil, nil
		}
	case time.Time:
		if v.IsZero() {
			return nil, nil
		}
	}
	return args[0], nil
}

func hasTag(args ...any) (any, error) {
	want := desk.Normal(args[1].(string))
	tags, _ := args[0].([]string)
	for _, t := range tags {
		if desk.Normal(t) == want {
			return true, nil
		}
	}
	return false, nil
}

func domain(args ...any) (any, error) {
	s, _ := args[0].(string)
	i := strings.LastIndexByte(s, '@')
	if i < 0 {
		return "", nil
	}
	return strings.ToLower(strings.Trim(s[i+1:], " >")), nil
}

func (c *compiler) match(args ...any) (any, error) {
	s, _ := args[0].(string)
	m := c.patterns[args[1].(string)].FindStringSubmatch(s)
	switch len(m) {
	case 0:
		return "", nil
	case 1:
		return m[0], nil
	}
	return m[1], nil
}

func year(args ...any) (any, error) {
	t, _ := args[0].(time.Time)
	if t.IsZero() {
		return 0, nil
	}
	return t.UTC().Year(), nil
}

func day(args ...any) (any, error) {
	t, _ := args[0].(time.Time)
	if t.IsZero() {
		return "", nil
	}
	return t.UTC().Format(time.DateOnly), nil
}
