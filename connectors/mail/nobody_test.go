package mail

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

// A first run without agents says so: authors are kept for good.
func TestNobodyIsAnAgent(t *testing.T) {
	p := &pile{mails: []string{letterOf("Message-ID: <a@x.test>|From: j@x.test|Date: Mon, 3 Jun 2019 10:00:00 +0000|Subject: x")}}
	state := newPutLog(nil)
	said := func(o Options) string {
		s := pileSource(t, p, state, o)
		var log bytes.Buffer
		s.log = slog.New(slog.NewTextHandler(&log, nil))
		readAll(t, s, "")
		return log.String()
	}
	if got := said(Options{}); strings.Count(got, "Nobody is known as an agent") != 1 {
		t.Errorf("the first run said %q", got)
	}
	p.mails = append(p.mails, letterOf("Message-ID: <b@x.test>|From: j@x.test|Date: Mon, 3 Jun 2019 11:00:00 +0000|Subject: y"))
	if got := said(Options{}); got != "" {
		t.Errorf("the second run said %q", got)
	}
	state = newPutLog(nil)
	if got := said(Options{Agents: Agents{Domains: []string{"x.test"}}}); got != "" {
		t.Errorf("with agents it said %q", got)
	}
}
