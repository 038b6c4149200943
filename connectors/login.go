package connectors

import (
	"context"
	"time"
)

// Loginer is implemented by configuration structs of systems that a person can log in
// to with a web browser, once, instead of writing a password down.
type Loginer interface {
	// LogsIn tells whether the configuration asks for such a login.
	LogsIn() bool
	// Login has the person log in and keeps what comes of it in env.Vault, where the
	// source and the target find it. done says in one sentence who is logged in to
	// what, and where the credentials are kept.
	Login(ctx context.Context, env Env, p Person) (done string, err error)
}

// LoginSharer is a Loginer several of which can share one login: mailboxes that one
// person opens.
type LoginSharer interface {
	Loginer
	// LoginName tells who logs in where, as which program, and where it is kept: those
	// of one name share the login.
	LoginName() string
	// TryLogin tries the login that another of that name has made. done is as of Login.
	TryLogin(ctx context.Context, env Env) (done string, err error)
}

// Person is who logs in.
type Person interface {
	// Visit asks the person to open an address in a web browser.
	Visit(Visit) error
	// Line waits for a line that the person writes.
	Line(ctx context.Context) (string, error)
	// Browser tells that the person's browser runs on this machine, and shall come back
	// to it, where there is a choice.
	Browser() bool
}

// Visit is what a person is to do in a web browser.
type Visit struct {
	Address string
	Code    string    // to be entered there; "" none
	Until   time.Time // when it is too late; zero unknown
	// Paste says that the browser ends at an address which the person may write, where
	// it runs on another machine.
	Paste bool
}
