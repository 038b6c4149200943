package report

import (
	forms "golang.org/x/text/feature/plural"
	"golang.org/x/text/message/catalog"
)

// englishCounts are the sentences of which English has another form for one.
var englishCounts = map[string][]catalog.Message{}

func init() {
	for key, one := range map[string]string{
		"%d tickets": "%d ticket", "%d messages": "%d message", "%d files": "%d file", "%d contacts": "%d contact",
		"%d agents": "%d agent", "%d groups": "%d group", "%d organisations": "%d organisation", "%d categories": "%d category",
		"%d differences": "%d difference", "%d listed losses as planned": "%d listed loss as planned", "%d requests": "%d request",
		"%d records wait": "%d record waits", "%d wait": "%d waits", "%d records are in quarantine": "%d record is in quarantine",
		"%d new tickets": "%d new ticket", "%d updated tickets": "%d updated ticket", "%d tickets to be updated": "%d ticket to be updated",
		"%d records put aside": "%d record put aside", "%d losses": "%d loss", "%d calls that write": "%d call that writes",
		"%d records would be put aside. %s": "%d record would be put aside. %s",
		"%d things are lost":                "%d thing is lost", "%d are kept": "%d is kept",
		"%d days": "%d day", "%d hours": "%d hour", "%d months": "%d month", "%d more messages are not shown: deskhaul verify compares them all.": "%d more message is not shown: deskhaul verify compares them all.",
		"%d differences in the sample": "%d difference in the sample",
		"%d persons":                   "%d person",
		"%d fields lost":               "%d field lost",
		"%d times":                     "once", "%d values": "%d value",
		"%d times, last on %s":                                        "once, on %[2]s",
		"%d customers ever asked, %d of them once.":                   "%d customer ever asked, %d of them once.",
		"%d contacts have a telephone number.":                        "%d contact has a telephone number.",
		"%d agents never wrote, nor had a ticket: they need no seat.": "%d agent never wrote, nor had a ticket: no seat is needed.",
	} {
		englishCounts[key] = []catalog.Message{forms.Selectf(1, "%d", forms.One, one, forms.Other, key)}
	}
}
