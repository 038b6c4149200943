package deskcom

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/deskhaul/deskhaul/desk"
)

// words turn Desk.com's words into ours.
type words struct {
	config *Config
	custom map[string]map[string]fieldShape // by what has them, and their names
}

func newWords(ctx context.Context, c *Config, x *index) (*words, error) {
	w := &words{c, map[string]map[string]fieldShape{}}
	err := x.scan(ctx, "o/custom_fields/", "", func(_ string, _ uint64, raw []byte) (bool, error) {
		var f fieldShape
		if json.Unmarshal(raw, &f) != nil {
			return true, nil // its values are texts then
		}
		if f.Type == "ticket" {
			f.Type = "case"
		}
		if w.custom[f.Type] == nil {
			w.custom[f.Type] = map[string]fieldShape{}
		}
		w.custom[f.Type][f.Name] = f
		return true, nil
	})
	return w, err
}

// fields takes over custom fields. Their values come as texts: what a field holds, its
// definition tells.
func (w *words) fields(m *desk.Meta, of string, values map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		v := values[name]
		if v == nil || v == "" {
			continue
		}
		if text, ok := v.(string); ok {
			v = typed(w.custom[of][name].Data.Type, text)
		}
		m.SetField(name, v)
	}
}

func typed(kind, text string) any {
	switch kind {
	case "boolean":
		if yes, err := strconv.ParseBool(text); err == nil {
			return yes
		}
	case "number":
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n
		}
	}
	return text
}

func statusOf(word string) desk.Status {
	switch word {
	case "new":
		return desk.StatusNew
	case "pending":
		return desk.StatusPending
	case "resolved":
		return desk.StatusSolved
	case "closed":
		return desk.StatusClosed
	}
	return desk.StatusOpen
}

// priority of 1 to 10; "" where it says neither.
func (w *words) priority(said string) desk.Priority {
	n, err := strconv.Atoi(said)
	if err != nil || n < 1 || n > 10 {
		return ""
	}
	if w.config.Most == 1 {
		n = 11 - n
	}
	switch {
	case n <= 3:
		return desk.PriorityLow
	case n <= 6:
		return desk.PriorityNormal
	case n <= 8:
		return desk.PriorityHigh
	}
	return desk.PriorityUrgent
}

func channelOf(kind string) string {
	switch kind {
	case "twitter", "facebook", "tweet", "facebook_post":
		return "social"
	case "qna", "community_question", "community_answer":
		return "web"
	case "phone_call":
		return "phone"
	}
	return kind
}
