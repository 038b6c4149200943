package okdesk

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// place is how far issues have been read. At the first reading they come in the order in
// which they were made; from then on what changed comes in the order of its changes.
// Deletions are known as of a walk (see census).
type place struct {
	made    time.Time // of the first reading: when the last that was read was made
	changed time.Time // since when changes are to be read; zero: nothing was read yet
	walk    int64
}

// cursor is written "MADE/CHANGED/WALK".
func (p place) cursor() connectors.Cursor {
	return connectors.Cursor(fmt.Sprintf("%s/%s/%d", stamp(p.made), stamp(p.changed), p.walk))
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func parsePlace(c connectors.Cursor) (p place) {
	parts := strings.Split(string(c), "/")
	if len(parts) != 3 {
		return place{}
	}
	for i, at := range []*time.Time{&p.made, &p.changed} {
		if parts[i] == "" {
			continue
		}
		var err error
		if *at, err = time.Parse(time.RFC3339Nano, parts[i]); err != nil {
			return place{}
		}
	}
	var err error
	if p.walk, err = strconv.ParseInt(parts[2], 10, 64); err != nil || p.walk < 0 || p.changed.IsZero() {
		return place{}
	}
	return p
}
