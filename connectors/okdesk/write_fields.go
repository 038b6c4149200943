package okdesk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// given are custom fields as Okdesk takes them: its own words, and parameters by their
// codes.
type given struct{ words, codes map[string]any }

// writableWords are the system's own words that can be written, by the sort of thing.
var writableWords = map[desk.Kind][]string{
	desk.KindContact:      {"position", "telegram_username"},
	desk.KindOrganization: {"additional_name", "site", "email", "phone", "address"},
}

// parameters are the named custom fields of a record. What has no parameter there, or does
// not fit into it, is left out and told.
func (t *Target) parameters(ctx context.Context, r desk.Record, names, words []string) (given, []connectors.Loss, error) {
	out := given{map[string]any{}, map[string]any{}}
	if len(names) == 0 {
		return out, nil, nil
	}
	kinds, err := t.kindsFor(ctx, r.Kind())
	if err != nil {
		return out, nil, err
	}
	var losses []connectors.Loss
	m := r.About()
	for _, name := range names {
		said := m.Fields[name]
		lose := func(why connectors.Why, takes []string, format string, args ...any) {
			losses = append(losses, connectors.Loss{
				Field: "fields." + name, Why: why, Value: fmt.Sprint(said), Takes: strings.Join(takes, "\n"), Detail: fmt.Sprintf("%s %s: ", r.Kind(), m.ID) + fmt.Sprintf(format, args...),
			})
		}
		if slices.Contains(writableWords[r.Kind()], name) {
			text, fits := asText(said)
			if out.words[name] = text; !fits {
				lose(connectors.WhyValue, nil, "%.60q is no text, as %s is", fmt.Sprint(said), name)
			}
			continue
		}
		code, _ := strings.CutPrefix(name, "parameter_")
		if fieldName(code, words) != name {
			code = name
		}
		i := slices.IndexFunc(kinds, func(p parameterKind) bool { return p.Code == code })
		if i < 0 || slices.Contains(words, name) || code == t.config.Mark || code == t.config.Tags {
			lose(connectors.WhyNoField, nil, "Okdesk has no parameter %q; make it, or name one in the mapping", name)
			continue
		}
		v, fits := kinds[i].fit(said)
		if !fits {
			lose(connectors.WhyValue, kinds[i].options, "%.60q does not fit into the parameter %q (%s)", fmt.Sprint(said), code, kinds[i].Type)
			continue
		}
		if !desk.SameValue(v, said) {
			lose(connectors.WhyNotTaken, nil, "the parameter %q keeps %.60q as %.60q", code, fmt.Sprint(said), fmt.Sprint(v))
		}
		out.codes[code] = v
	}
	return out, losses, nil
}

// kindsFor are the parameters of a sort of thing. Those of contacts and companies are in no
// list: they are learnt from the first of them that stand there.
func (t *Target) kindsFor(ctx context.Context, kind desk.Kind) ([]parameterKind, error) {
	switch kind {
	case desk.KindTicket:
		d, err := t.dictionary(ctx)
		if err != nil {
			return nil, err
		}
		return d.parameters, nil
	case desk.KindContact:
		return t.learn(ctx, kind, "contacts/list")
	case desk.KindOrganization:
		return t.learn(ctx, kind, "companies/list")
	case desk.KindGroup, desk.KindAgent, desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return nil, nil
}

func (t *Target) learn(ctx context.Context, kind desk.Kind, path string) ([]parameterKind, error) {
	if err := t.turn(ctx); err != nil {
		return nil, err
	}
	defer t.giveTurn()
	if kinds, known := t.learnt[kind]; known {
		return kinds, nil
	}
	rows, err := keysetPage[personShape](ctx, t.api, path, 0, 0)
	if err != nil {
		return nil, err
	}
	var kinds []parameterKind
	for _, row := range rows {
		for _, p := range row.Parameters {
			if !slices.ContainsFunc(kinds, func(k parameterKind) bool { return k.Code == p.Code }) {
				kinds = append(kinds, parameterKind{Code: p.Code, Name: p.Name, Type: p.Type})
			}
		}
	}
	if len(rows) > 0 {
		t.learnt[kind] = kinds
	}
	return kinds, nil
}

func asText(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case bool, float64:
		return fmt.Sprint(v), true
	}
	return "", false
}

// fit turns a value into what the parameter holds; nothing empties it.
func (p parameterKind) fit(v any) (any, bool) {
	if v == nil || v == "" {
		return p.nothing(), true
	}
	switch p.Type {
	case aCheckbox:
		b, err := strconv.ParseBool(fmt.Sprint(v))
		return b, err == nil
	case aDate:
		return p.date(v)
	case aMoment:
		at, err := time.Parse(time.RFC3339, fmt.Sprint(v))
		return v, err == nil && !at.IsZero()
	case aSelect:
		return p.option(fmt.Sprint(v))
	case aMultiselect:
		return p.several(v)
	}
	if _, isNumber := v.(float64); isNumber && p.Type != aText && p.Type != "" { // what else there is no source says
		return v, true
	}
	text, fits := asText(v)
	return text, fits
}

func (p parameterKind) nothing() any {
	switch p.Type {
	case aMultiselect:
		return []any{}
	case aCheckbox:
		return false
	case aDate, aMoment, aSelect:
		return nil
	}
	return ""
}

func (p parameterKind) date(v any) (any, bool) {
	s := fmt.Sprint(v)
	if _, err := time.Parse(time.DateOnly, s); err == nil {
		return s, true
	}
	at, err := time.Parse(time.RFC3339, s)
	return at.Format(time.DateOnly), err == nil
}

// option is the value as the list has it. Where the list is not known, any is tried.
func (p parameterKind) option(s string) (any, bool) {
	for _, o := range p.options {
		if same(o, s) {
			return o, true
		}
	}
	return s, len(p.options) == 0
}

func (p parameterKind) several(v any) (any, bool) {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	out := []any{}
	for _, e := range list {
		o, fits := p.option(fmt.Sprint(e))
		if !fits {
			return nil, false
		}
		out = append(out, o)
	}
	return out, true
}
