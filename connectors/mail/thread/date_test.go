package thread

import (
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

func headerOf(t *testing.T, fields string) rfc5322.Header {
	t.Helper()
	h, _, err := rfc5322.ReadHeader(rfc5322.Bytes([]byte(strings.ReplaceAll(fields, "|", "\n") + "\n\n")))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestDateRepair(t *testing.T) {
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	box := time.Date(2002, 3, 4, 5, 6, 7, 0, time.UTC)
	for name, c := range map[string]struct {
		fields string
		box    time.Time
		year   int
		repair bool
	}{
		"true":                    {"Date: Mon, 3 Jun 2019 10:00:00 +0000", time.Time{}, 2019, false},
		"1979, received":          {"Received: by x; Mon, 4 Mar 2002 05:06:07 +0000|Date: Mon, 1 Jan 1979 10:00:00 +0000", time.Time{}, 2002, true},
		"1979, mailbox":           {"Date: Mon, 1 Jan 1979 10:00:00 +0000", box, 2002, true},
		"after its arrival":       {"Received: by x; Mon, 4 Mar 2002 05:06:07 +0000|Date: Mon, 1 Jan 2007 10:00:00 +0000", time.Time{}, 2002, true},
		"after the mailbox's":     {"Date: Mon, 1 Jan 2007 10:00:00 +0000", box, 2007, false},
		"received, another box":   {"Received: by x; Mon, 1 Jan 2007 10:00:09 +0000|Date: Mon, 1 Jan 2007 10:00:00 +0000", box, 2007, false},
		"in the future":           {"Date: Mon, 1 Jan 2080 10:00:00 +0000", box, 2002, true},
		"nobody knows":            {"Date: Mon, 1 Jan 1979 10:00:00 +0000", time.Time{}, 1, true},
		"no date but the mailbox": {"Subject: x", box, 2002, false},
	} {
		at, repaired := Date(headerOf(t, c.fields), rfc5322.Received{At: c.box}, now)
		if at.Year() != c.year || repaired != c.repair {
			t.Errorf("%s: %v, %v", name, at, repaired)
		}
	}
}
