package main

import (
	"fmt"
	"os"
)

// notmuch indexes the Maildir with the settings that it comes with.
func (b *bench) notmuch() step {
	config := b.path("notmuch-config")
	return step{
		name: "notmuch new", args: []string{"notmuch", "--config=" + config, "new"}, n: b.n, bytes: b.bytes,
		before: func(*step) error {
			text := fmt.Sprintf("[database]\npath=%s\n[user]\nname=Bench\nprimary_email=support@acme.test\n[new]\ntags=new\n", b.path("maildir"))
			return os.WriteFile(config, []byte(text), 0o600)
		},
	}
}

func (b *bench) muInit() step {
	return step{name: "mu init", args: []string{"mu", "init", "--muhome=" + b.path("mu"), "--maildir=" + b.path("maildir")}}
}

func (b *bench) muIndex() step {
	return step{name: "mu index", args: []string{"mu", "index", "--muhome=" + b.path("mu")}, n: b.n, bytes: b.bytes}
}
