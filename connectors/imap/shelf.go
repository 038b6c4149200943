package imap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"golang.org/x/sync/semaphore"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// recordsFolder holds the mails that are no conversation.
const recordsFolder = "deskhaul"

// shelf keeps mails in the folders of an account. APPEND (RFC 9051, section 6.3.12)
// puts a mail into a folder; nothing of IMAP sends one.
type shelf struct {
	config *Config
	pool   *pool
	temp   string
	log    *slog.Logger

	// Who waits for these may give up, unlike at a mutex.
	asking *semaphore.Weighted // how the server writes the names of folders
	making *semaphore.Weighted // of folders
	made   map[string]bool

	mu     sync.Mutex
	delim  string // between the levels of a folder's name; "" not asked yet
	prefix string // under which the server wants folders
	// keywords says that the server keeps keywords of ours on messages.
	keywords bool
	near     bool             // it answers at once
	several  bool             // it takes several mails in a command
	ways     int              // on how many lines mails go into one folder
	trays    map[string]*tray // by folder
	ours     map[string]bool  // places of mails put by this process
	trashes  map[string]bool  // folders of what was thrown away, by name
	alone    atomic.Bool      // it said so, and takes each mail alone only
}

func newShelf(c *Config, p *pool, env connectors.Env) *shelf {
	return &shelf{config: c, pool: p, temp: env.Temp, log: env.Log, asking: semaphore.NewWeighted(1), making: semaphore.NewWeighted(1)}
}

// layout asks once how the server writes the names of folders.
func (sh *shelf) layout(ctx context.Context) error {
	if err := sh.asking.Acquire(ctx, 1); err != nil {
		return err
	}
	defer sh.asking.Release(1)
	sh.mu.Lock()
	known := sh.delim != ""
	sh.mu.Unlock()
	if known {
		return nil
	}
	delim, prefix, keywords, near, several, ways := "/", "", false, false, false, sh.config.connections()
	err := sh.pool.with(ctx, "", func(s *session) error {
		seen, err := s.choose(ctx, "INBOX", true, true)
		if err != nil {
			return closed("INBOX", err)
		}
		keywords = slices.Contains(seen.PermanentFlags, imap.FlagWildcard)
		return s.do(ctx, func(c *imapclient.Client) error {
			began := time.Now()
			if err := c.Noop().Wait(); err != nil {
				return err
			}
			if several = takesSeveral(s.caps); several {
				ways = min(ways, 2) // one is under way while the server is at work on the other
			}
			if near = time.Since(began) < nearby; near {
				ways = 1
			}
			if s.caps.Has(imap.CapNamespace) {
				if ns, err := c.Namespace().Wait(); err == nil && len(ns.Personal) > 0 && ns.Personal[0].Delim != 0 {
					delim, prefix = string(ns.Personal[0].Delim), ns.Personal[0].Prefix
					return nil
				}
			}
			all, err := c.List("", "", nil).Collect()
			if err == nil && len(all) > 0 && all[0].Delim != 0 {
				delim = string(all[0].Delim)
			}
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("how folders are named cannot be asked: %w", err)
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.delim, sh.prefix, sh.keywords, sh.near, sh.several, sh.ways = delim, prefix, keywords, near, several, ways
	return nil
}

// folderOf is the folder of a mail, by its name at the server.
func (sh *shelf) folderOf(slip compose.Slip) string {
	path := slip.Folder
	if slip.Record {
		path = []string{recordsFolder}
	}
	var levels []string
	for level := range strings.SplitSeq(strings.Trim(sh.config.Into, "/"), "/") {
		if level != "" {
			levels = append(levels, sh.level(level))
		}
	}
	if len(levels) == 0 && (len(path) == 0 || strings.EqualFold(path[0], "INBOX")) {
		levels = append(levels, "INBOX")
		path = path[min(1, len(path)):]
	}
	for i, name := range path {
		level := sh.level(name)
		if i == 0 && (isOneOf(junkNames, name) || isOneOf(trashNames, name) || isOneOf(draftNames, name) || !slip.Record && strings.EqualFold(name, recordsFolder)) {
			level += "_" // what lies in junk or trash is thrown away by the server
		}
		levels = append(levels, level)
	}
	name := strings.Join(levels, sh.delim)
	if levels[0] == "INBOX" && len(levels) == 1 || strings.HasPrefix(name, sh.prefix) {
		return name
	}
	return sh.prefix + name
}

func (sh *shelf) level(name string) string { return compose.SafeName(name, sh.delim+"%", 60) }

// folder makes a folder once, and shows it to mail programs.
func (sh *shelf) folder(ctx context.Context, name string) error {
	if err := sh.making.Acquire(ctx, 1); err != nil {
		return err
	}
	defer sh.making.Release(1)
	if sh.made[name] {
		return nil
	}
	err := sh.pool.with(ctx, "", func(s *session) error {
		return s.do(ctx, func(c *imapclient.Client) error { return makeFolder(c, name) })
	})
	if err != nil {
		return fmt.Errorf("the folder %s cannot be made: %w", name, denied(err))
	}
	if sh.made == nil {
		sh.made = map[string]bool{}
	}
	sh.made[name] = true
	return nil
}

// denied makes an answer that says no the end of the run: it is not of one mail.
func denied(err error) error {
	var answer *imap.Error
	if errors.As(err, &answer) {
		return fmt.Errorf("%s: %w", said(answer), connectors.ErrDenied)
	}
	return err
}

// Put appends a mail to its folder.
func (sh *shelf) Put(ctx context.Context, slip compose.Slip, write func(io.Writer) error) (string, error) {
	if err := sh.layout(ctx); err != nil {
		return "", err
	}
	x, err := written(write, sh.temp)
	if err != nil {
		return "", connectors.StopIfFull(err)
	}
	defer x.drop()
	folder := sh.folderOf(slip)
	if err := sh.folder(ctx, folder); err != nil {
		return "", err
	}
	uid, validity, err := sh.deliver(ctx, folder, &mailing{x: x, at: slip.At, flags: sh.flagsOf(slip)})
	if err != nil {
		return "", err
	}
	place := placeOf(folder, validity, uid)
	sh.remember(place)
	return place, nil
}

// nearby is how fast a server answers whose own work counts more than the way to it.
const nearby = 5 * time.Millisecond

// mostOurs bounds how many places are remembered.
const mostOurs = 100_000

func (sh *shelf) remember(place string) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.ours == nil || len(sh.ours) >= mostOurs {
		sh.ours = map[string]bool{}
	}
	sh.ours[place] = true
}

// Rewrites says that a mail cannot be replaced.
func (sh *shelf) Rewrites() bool { return false }

// Sync has nothing to do: what the server has answered is its own.
func (sh *shelf) Sync(context.Context) error { return nil }

// Close ends all sessions.
func (sh *shelf) Close() error {
	sh.pool.close()
	return nil
}

// settling is how long after a broken line the server may still be at work on what
// came through it.
const settling = 10 * time.Second
