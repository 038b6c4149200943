package znuny

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// losses are what a ticket's cover did not come back with as it was written.
func (t *Target) losses(r, back *desk.Ticket, fields []string) (out []connectors.Loss) {
	bare := *r
	bare.Messages = nil
	want := desk.Clone(&bare).(*desk.Ticket)
	for _, ref := range desk.Refs(want) {
		*ref = desk.To(ref.Kind, ref.Target)
	}
	want.Created = r.Created.Truncate(time.Second)
	kept := t.kept(r, fields)
	for _, name := range desk.PrintsOf(want).Only(kept...).Changed(desk.PrintsOf(back).Only(kept...)) {
		why := sortOf(back, name)
		l := connectors.Loss{Field: name, Why: why, Detail: fmt.Sprintf("ticket %s: Znuny does not keep %s as it is", r.ID, name)}
		if l.Value = valueOf(r, name); l.Value != "" {
			l.Detail = fmt.Sprintf("ticket %s: Znuny does not keep %.60q as %s", r.ID, l.Value, name)
		}
		if name == "status" {
			l.Takes = strings.Join(t.config.statuses(), "\n")
		}
		out = append(out, l)
	}
	asked := fields == nil
	for _, f := range fields {
		asked = asked || f == "requester"
	}
	if asked && r.Requester.Target == "" && t.config.Customer != "" {
		out = append(out, connectors.Loss{Field: "requester", Why: connectors.WhyNobody, Detail: fmt.Sprintf("ticket %s has nobody who asks; %s stands there", r.ID, t.config.Customer)})
	}
	return out
}

// sortOf is what sort of loss it is that a field came back otherwise.
func sortOf(back *desk.Ticket, name string) connectors.Why {
	switch {
	case name == "subject" && len([]rune(back.Subject)) > mostTitle-10:
		return connectors.WhyTooLong
	case name == "created":
		return connectors.WhyTime
	case name == "status", name == "type", strings.HasPrefix(name, "fields.") && !desk.PrintsOf(back).Has(name):
		return connectors.WhyValue
	case name == "assignee":
		return connectors.WhyNobody
	}
	return connectors.WhyNotTaken
}

// valueOf is the value of a field that a mapping could give another.
func valueOf(r *desk.Ticket, name string) string {
	custom, isCustom := strings.CutPrefix(name, "fields.")
	switch {
	case isCustom:
		return fmt.Sprint(r.Fields[custom])
	case name == "status":
		return string(r.Status)
	case name == "type":
		return r.Type
	}
	return ""
}

// typeFor is Znuny's ticket type for a word; "" if it has none.
func (t *Target) typeFor(ctx context.Context, word string) (string, error) {
	if strings.TrimSpace(word) == "" {
		return "", nil
	}
	if err := t.asking.take(ctx); err != nil {
		return "", err
	}
	defer t.asking.give()
	if kind, known := t.types[word]; known {
		return kind, nil
	}
	for _, kind := range []string{word, strings.ToUpper(word[:1]) + word[1:]} {
		wrong, err := t.probe(ctx, object{"Type": kind})
		if err != nil {
			return "", err
		}
		if wrong == "" {
			t.types[word] = kind
			return kind, nil
		}
	}
	t.types[word] = ""
	return "", nil
}

// mostAsked bounds of how many values it is remembered whether a dynamic field takes them.
const mostAsked = 10_000

// longestValue is how many letters a dynamic field holds; the column has room for 3800.
const longestValue = 3800

// taken are those of some dynamic fields that take their values. What takes any text, or
// any time, is found out once.
func (t *Target) taken(ctx context.Context, all []object) (out []object, err error) {
	for _, f := range all {
		ok, err := t.takes(ctx, f["Name"].(string), f["Value"])
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, f)
		}
	}
	return out, nil
}

func (t *Target) takes(ctx context.Context, name string, v any) (bool, error) {
	said := fmt.Sprint(v)
	if said == "" {
		return true, nil
	}
	if len([]rune(said)) > longestValue {
		return false, nil
	}
	one, isText := v.(string)
	_, notTime := time.Parse(stamp, one)
	for _, of := range []struct {
		try string
		may bool
	}{{"deskhaul asks", isText}, {"2011-03-04 05:06:07", isText && notTime == nil}} {
		if !of.may {
			continue
		}
		wrong, err := t.asksField(ctx, name, of.try)
		if err != nil || wrong == "" {
			return err == nil, err
		}
	}
	wrong, err := t.asksField(ctx, name, v)
	return err == nil && wrong == "", err
}

// asksField asks whether a dynamic field takes a value, once.
func (t *Target) asksField(ctx context.Context, name string, v any) (wrong string, err error) {
	key := fmt.Sprintf("%s\x00%v", name, v)
	if err := t.asking.take(ctx); err != nil {
		return "", err
	}
	defer t.asking.give()
	if wrong, known := t.fields[key]; known {
		return wrong, nil
	}
	if wrong, err = t.probeField(ctx, name, v); err != nil {
		return "", err
	}
	if wrong != "" && !strings.Contains(wrong, "DynamicField->") {
		return "", fmt.Errorf("dynamic field %q: %s – run deskhaul check: %w", name, wrong, connectors.ErrDenied)
	}
	if len(t.fields) >= mostAsked {
		t.fields = map[string]string{}
	}
	t.fields[key] = wrong
	return wrong, nil
}
