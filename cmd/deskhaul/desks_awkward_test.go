package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// awkwardMails are a ticket that tests of ordinary mails do not come to: its first mail
// says in its text what its page says otherwise, with a file whose Content-ID no text
// shows, and its people stand in another order at the source than at a helpdesk, which
// numbers them.
const awkwardMails = `From a@c.test Thu Mar  7 10:00:00 2024
From: Ann <a@c.test>
To: support@desk.test, zoe@c.test, adam@c.test
Date: Thu, 07 Mar 2024 10:00:00 +0000
Message-ID: <one@c.test>
Subject: One
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=a

--a
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Thanks, it works.

On Wed, Bob wrote:
> Did you *try* it?
> Yes or no <https://desk.test/x>

--b
Content-Type: text/html; charset=utf-8

<div>Thanks, it works.</div><br><div class="gmail_quote">On Wed, Bob wrote:<blockquote>Did you <b>try</b> it?<br><a href="https://desk.test/x">Yes or no</a></blockquote></div>
--b--
--a
Content-Type: text/plain; name=log.txt
Content-Disposition: attachment; filename=log.txt
Content-ID: <f_jvft3kf71>

nothing to see
--a--

`

// latecomer is another mail of it, by somebody who was not on it before.
const latecomer = `From d@c.test Fri Mar  8 10:00:00 2024
From: Dora <d@c.test>
To: a@c.test
Date: Fri, 08 Mar 2024 10:00:00 +0000
Message-ID: <two@c.test>
In-Reply-To: <one@c.test>
References: <one@c.test>
Subject: Re: One

another one joins

`

// What nobody touched is neither different nor changed, whatever it looks like.
func TestAwkwardTicketsOfHelpdesks(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "zendesk": aZendesk, "intercom": anIntercom, "okdesk": anOkdesk, "znuny": aZnuny, "itsm365": anITSM365} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mbox := filepath.Join(t.TempDir(), "support.mbox")
			if err := os.WriteFile(mbox, []byte(awkwardMails), 0o600); err != nil {
				t.Fatal(err)
			}
			j := travel(t, "mbox:"+mbox, start(t)).fromMailbox()
			j.run(t, "migrate")
			j.sound(t, 1, 1)
			if h := j.rollback(t); h.Deleted[desk.KindTicket] != 1 || h.Left[desk.KindTicket] != 0 {
				t.Errorf("a rollback would be %+v", h)
			}
			if err := os.WriteFile(mbox, []byte(awkwardMails+latecomer), 0o600); err != nil {
				t.Fatal(err)
			}
			if o := j.run(t, "sync"); len(o.Conflicts) > 0 {
				t.Errorf("told %+v", o.Conflicts)
			}
			j.sound(t, 1, 2)
			if h := j.rollback(t, "--yes"); h.Deleted[desk.KindTicket] != 1 || h.Left[desk.KindTicket] != 0 {
				t.Errorf("the rollback was %+v", h)
			}
		})
	}
}
