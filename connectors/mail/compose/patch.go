package compose

import (
	"encoding/json"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// linked copies r as it is written: every reference has the target's id.
func linked(r desk.Record) desk.Record {
	r = desk.Clone(r)
	for _, ref := range desk.Refs(r) {
		*ref = desk.To(ref.Kind, ref.Target)
	}
	return r
}

// patch makes the named fields of old say what r says, both as written. What the
// source says of its own state (updated, version) comes along.
func patch(old, r desk.Record, fields []string) (desk.Record, error) {
	was, err := object(old)
	if err != nil {
		return nil, err
	}
	now, err := object(r)
	if err != nil {
		return nil, err
	}
	custom, err := customFields(was, now, fields)
	if err != nil {
		return nil, err
	}
	for _, name := range append([]string{"updated", "version"}, fields...) {
		if !strings.HasPrefix(name, "fields.") {
			replace(was, now, name)
		}
	}
	delete(was, "fields")
	if len(custom) > 0 {
		if was["fields"], err = json.Marshal(custom); err != nil {
			return nil, err
		}
	}
	b, err := json.Marshal(was)
	if err != nil {
		return nil, err
	}
	return desk.Unmarshal(b)
}

// customFields are those of was with the named ones taken from now.
func customFields(was, now map[string]json.RawMessage, fields []string) (map[string]json.RawMessage, error) {
	old, err := inside(was)
	if err != nil {
		return nil, err
	}
	fresh, err := inside(now)
	if err != nil {
		return nil, err
	}
	for _, name := range fields {
		if name, ok := strings.CutPrefix(name, "fields."); ok {
			replace(old, fresh, name)
		}
	}
	return old, nil
}

func inside(record map[string]json.RawMessage) (map[string]json.RawMessage, error) {
	fields := map[string]json.RawMessage{}
	if raw := record["fields"]; raw != nil {
		return fields, json.Unmarshal(raw, &fields)
	}
	return fields, nil
}

func replace(was, now map[string]json.RawMessage, name string) {
	if v, ok := now[name]; ok {
		was[name] = v
	} else {
		delete(was, name)
	}
}

func object(r desk.Record) (map[string]json.RawMessage, error) {
	b, err := desk.Marshal(r)
	if err != nil {
		return nil, err
	}
	var m map[string]json.RawMessage
	return m, json.Unmarshal(b, &m)
}
