package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/connectors/archive/browse"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/mapping"
	"github.com/deskhaul/deskhaul/project"
	"github.com/deskhaul/deskhaul/report"
)

// browseAddress is where the archive is shown unless it is told otherwise.
const browseAddress = "127.0.0.1:8765"

// browsing is what the flags of browse say.
type browsing struct {
	addr             string
	open             bool
	public, unmapped bool
}

func (a *app) browseCommand() *cobra.Command {
	var b browsing
	c := &cobra.Command{
		Use:   "browse [FOLDER]",
		Short: "look at the archive in a web browser, read only",
		Long: `Serves the project's archive as web pages on this machine until it is interrupted:
tickets with filters and full-text search, conversations, people, files. Nothing
can be changed there, nothing is loaded from elsewhere, and HTML mail is shown
without scripts and remote pictures. It may run while records are being moved.

Where the archive is the project's final target, the mapping of deskhaul.yaml is
applied to what is shown; --unmapped shows the records as they are stored. There
is no password: whoever may use this machine can read the pages while they are
served.

` + exitHelp,
		Example: `  deskhaul browse ./acme
  deskhaul browse --open ./acme
  deskhaul browse --from archive:/srv/old-desk --addr 127.0.0.1:9000`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.browse(c.Context(), args, b, c.Flags().Changed("addr"))
		},
	}
	f := c.Flags()
	f.StringVar(&b.addr, "addr", browseAddress, "serve on `HOST:PORT`; without this flag, on a free port if that one is taken")
	f.BoolVar(&b.open, "open", false, "open it in the web browser")
	f.BoolVar(&b.public, "public", false, "allow an address that other machines can reach: whoever reaches it reads everything")
	f.BoolVar(&b.unmapped, "unmapped", false, "show records as they are stored, also where a mapping is in force")
	f.StringArrayVar(&a.from, "from", nil, "show archive:FOLDER instead of the project's archive")
	return c
}

// shelf is an archive to be shown.
type shelf struct {
	folder, title string
	mapping       *mapping.Mapping // nil if none is in force
}

func (a *app) browse(ctx context.Context, args []string, b browsing, chosen bool) (err error) {
	what, err := a.shelf(args, b.unmapped)
	if err != nil {
		return err
	}
	l, err := browse.Listen(ctx, b.addr, b.public, !chosen)
	if errors.Is(err, browse.ErrPublic) {
		return usage(fmt.Errorf("%w – add --public if that is what you want", err))
	}
	if err != nil {
		return err
	}
	defer func() {
		if closed := l.Close(); err == nil && !errors.Is(closed, net.ErrClosed) {
			err = closed
		}
	}()
	library, err := a.openLibrary(ctx, what.folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, library.Close()) }()
	o := browse.Options{Title: what.title, Public: b.public}
	if !b.unmapped {
		o.View = viewOf(what.mapping, library)
	}
	site, err := browse.New(library, o)
	if err != nil {
		return err
	}
	url := "http://" + l.Addr().String() + "/"
	if err := a.announce(url, b.open); err != nil {
		return err
	}
	a.serving.Store(true)
	return site.Serve(ctx, l)
}

// announce tells where the pages are.
func (a *app) announce(url string, open bool) error {
	var err error
	if a.json {
		err = report.JSON(a.stdout, map[string]string{"url": url})
	} else {
		_, err = fmt.Fprintf(a.stdout, "The archive is at\n  %s\nCtrl-C ends it.\n", url)
	}
	if err == nil && open {
		if err := startBrowser(url); err != nil {
			_, _ = fmt.Fprintf(a.stderr, "deskhaul: no web browser could be started: %v\n", err)
		}
	}
	return err
}

// shelf finds the archive to show: the one that --from names, that of deskhaul.yaml,
// or the one in the folder's .deskhaul.
func (a *app) shelf(args []string, unmapped bool) (shelf, error) {
	dir := folder(args)
	_, err := os.Stat(filepath.Join(dir, project.FileName))
	if err != nil && len(a.from) == 0 {
		return glanced(dir)
	}
	flags := project.Flags{From: a.from}
	if len(a.from) == 0 {
		flags.From = []string{"archive:"} // the sources may be long gone
	}
	p, err := project.Open(dir, project.Options{Specs: a.specs(), Flags: flags, Getenv: anyEnv})
	if err != nil && unmapped && len(a.from) == 0 {
		return glanced(dir)
	}
	if err != nil {
		return shelf{}, configError(err)
	}
	if p.Archive == nil || len(p.Sources) > 0 {
		return shelf{}, usage(errors.New("--from names something else than an archive – name one, like --from archive:FOLDER"))
	}
	s := shelf{folder: p.Archive.Config.(*archive.Config).Path, title: p.Name}
	if len(a.from) > 0 {
		s.title = filepath.Base(s.folder)
	} else if len(p.Targets) == 0 {
		s.mapping = p.Mapping
	}
	return s, nil
}

// glanced is the archive of a project without a configuration.
func glanced(dir string) (shelf, error) {
	p, _, err := project.Glance(dir)
	if err != nil {
		return shelf{}, configError(err)
	}
	return shelf{folder: filepath.Join(p.Hidden(), "archive"), title: p.Name}, nil
}

// anyEnv stands in for passwords that are not set: looking needs none.
func anyEnv(name string) (string, bool) {
	if value, ok := os.LookupEnv(name); ok {
		return value, true
	}
	return "unset", true
}

// viewOf applies the mapping to what is shown; nil if it changes nothing.
func viewOf(m *mapping.Mapping, l *archive.Library) browse.View {
	var none *mapping.Mapping
	if m == nil || m.Hash() == none.Hash() {
		return nil
	}
	w := &ways{asked: &asked{fetch: l.Record}}
	return func(ctx context.Context, r desk.Record) (bool, string, error) {
		v, err := m.Apply(ctx, r, w.of(r.About().ID))
		return v.Keep, v.Rule, err
	}
}

// openLibrary opens the archive, and makes its search index first where there is
// none yet.
func (a *app) openLibrary(ctx context.Context, folder string) (*archive.Library, error) {
	l, err := archive.OpenLibrary(ctx, folder)
	if !errors.Is(err, archive.ErrNoIndex) {
		return l, err
	}
	if !a.quiet {
		_, _ = fmt.Fprintln(a.stderr, "Making the search index first.")
	}
	if err := archive.Reindex(ctx, folder); err != nil && !errors.Is(err, connectors.ErrBusy) {
		return nil, err
	}
	return archive.OpenLibrary(ctx, folder)
}

// startBrowser opens an address the way the system does.
func startBrowser(url string) error {
	name, args := "xdg-open", []string{url}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	}
	// Not bound to the context: Ctrl-C ends the pages, not the reader's browser.
	cmd := exec.Command(name, args...) //nolint:noctx // see above
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}
