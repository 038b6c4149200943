package itsm365

import (
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
)

// place is how far tickets have been read: a walk that came to its end (see census), and, of
// one that did not, the number of the ticket up to which it came. A walk goes by numbers.
type place struct {
	walk, upTo int64
}

// cursor is written "WALK" or "WALK/NUMBER"; before the first ticket of all it is none.
func (p place) cursor() connectors.Cursor {
	if p == (place{}) {
		return ""
	}
	said := strconv.FormatInt(p.walk, 10)
	if p.upTo > 0 {
		said += "/" + strconv.FormatInt(p.upTo, 10)
	}
	return connectors.Cursor(said)
}

func parsePlace(c connectors.Cursor) place {
	walk, upTo, within := strings.Cut(string(c), "/")
	p := place{}
	var err error
	if p.walk, err = strconv.ParseInt(walk, 10, 64); err != nil || p.walk < 0 {
		return place{}
	}
	if within {
		if p.upTo, err = strconv.ParseInt(upTo, 10, 64); err != nil || p.upTo < 0 {
			return place{}
		}
	}
	return p
}
