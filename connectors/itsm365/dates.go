package itsm365

import (
	"strings"
	"time"
)

// layout is how dates are written, in Go's way.
func (c *Config) layout() string {
	said := c.Dates
	if said == "" {
		said = "yyyy.MM.dd HH:mm:ss"
	}
	return strings.NewReplacer("yyyy", "2006", "MM", "01", "dd", "02", "HH", "15", "mm", "04", "ss", "05").Replace(said)
}

// otherLayouts are how else dates were met.
var otherLayouts = []string{"2006.01.02 15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04:05", time.RFC3339, "2006.01.02 15:04", "2006.01.02", "2006-01-02"}

// time reads a date, which is in the server's zone unless it says another; zero for none.
func (a *api) time(v any) time.Time {
	said, _ := v.(string)
	if said == "" {
		return time.Time{}
	}
	for _, layout := range append([]string{a.config.layout()}, otherLayouts...) {
		if at, err := time.ParseInLocation(layout, said, a.zone); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// date writes one; nil empties it.
func (a *api) date(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.In(a.zone).Format(a.config.layout())
}
