package auto

import (
	"strings"
	"testing"

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

func TestClassify(t *testing.T) {
	for fields, want := range map[string]string{
		"From: j@x.test|Subject: Pump":                                                        "",
		"Auto-Submitted: auto-replied|From: j@x.test":                                         "auto-reply",
		"Auto-Submitted: no|From: j@x.test":                                                   "",
		"Precedence: auto_reply|From: j@x.test":                                               "auto-reply",
		"X-Autoreply: yes|From: j@x.test":                                                     "auto-reply",
		"Subject: Abwesenheitsnotiz: Pump|Return-Path: <>|From: j@x.test":                     "auto-reply",
		"Content-Type: multipart/report; report-type=delivery-status|From: m@x.test":          "bounce",
		"X-Failed-Recipients: j@x.test|From: Mail Delivery System <Mailer-Daemon@x.test>":     "bounce",
		"From: MAILER-DAEMON@x.test|Subject: failure notice":                                  "bounce",
		"Content-Type: multipart/report; report-type=disposition-notification|From: j@x.test": "auto-reply",
		"List-Id: <pumps.lists.test>|From: j@x.test":                                          "mailing-list",
		"Precedence: bulk|List-Unsubscribe: <mailto:u@x.test>|From: j@x.test":                 "mailing-list",
		"X-Spam-Flag: YES|From: j@x.test":                                                     "spam",
	} {
		if got := strings.Join(Classify(headerOf(t, fields)), " "); got != want {
			t.Errorf("%s: got %q, want %q", fields, got, want)
		}
	}
}
