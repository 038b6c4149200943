package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/redirects"
	"github.com/deskhaul/deskhaul/report"
)

// redirectsAsk is what redirects were asked for.
type redirectsAsk struct {
	form, out, serve, fallback string
	subject, tag               string
	mail, temporary, public    bool
}

func (a *app) redirectsCommand() *cobra.Command {
	ask := &redirectsAsk{form: "csv"}
	c := &cobra.Command{
		Use:   "redirects [FOLDER]",
		Short: "where each old address leads now: for web servers, mail filters, or served at once",
		Long: `Lists the old address of each ticket, contact and organisation that has arrived, and the
new one in its place: agents' pages lead to agents' pages, customers' to customers'. It asks
no helpdesk; the old account may be closed.

--form writes it for a web server that answers at the old address: nginx, apache, caddy, or
a list of bulk redirects of Cloudflare, which compares no queries. Each file says at its top
how to use it. --serve answers itself, from what is in the ledger at that moment, and knows
addresses that have a language in them, which no list can name.

--mail lists the Message-IDs of all mails and the new tickets they are in, for a filter
before a helpdesk that does not know them: an answer to an old mail would open a new ticket
there. --tag is such a filter. It reads a mail from standard input and writes it to standard
output; an answer to a mail of the list has the tag of its ticket in its subject then, and
everything else stays as it is. What the tag is --subject says, where the system does not:
at Request Tracker the name of the installation, as in the subjects of its mails; the filter
stands before rt-mailgate there.

` + exitHelp,
		Example: `  deskhaul redirects --out redirects.csv ./acme
  deskhaul redirects --form nginx --out moved.conf ./acme
  deskhaul redirects --mail --subject '[rt.example #{id}]' --out mails.csv ./acme
  deskhaul redirects --tag mails.csv < mail > tagged
  deskhaul redirects --serve :8080 --public ./acme`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := ask.check(); err != nil {
				return usage(err)
			}
			if ask.tag != "" {
				return a.tagMail(ask.tag)
			}
			return a.within(c.Context(), args, toRehearse, func(ctx context.Context, s *session) error { return s.redirects(ctx, ask) })
		},
	}
	f := c.Flags()
	f.StringVar(&ask.form, "form", "csv", "the `form`: "+strings.Join(redirects.Forms(), ", "))
	f.StringVar(&ask.out, "out", "", "write to a `file` instead of standard output")
	f.BoolVar(&ask.mail, "mail", false, "list Message-IDs and their tickets instead")
	f.StringVar(&ask.subject, "subject", "", "with --mail: the `tag` in the subjects of the new system's mails, with {id} for the ticket's id")
	f.StringVar(&ask.tag, "tag", "", "hand a mail on, with the tag of its ticket by a `file` that --mail wrote")
	f.StringVar(&ask.serve, "serve", "", "answer at an `address` such as localhost:8080")
	f.BoolVar(&ask.public, "public", false, "with --serve: allow an address that other machines can reach")
	f.BoolVar(&ask.temporary, "temporary", false, "with --serve: answer 302, which browsers do not remember")
	f.StringVar(&ask.fallback, "fallback", "", "with --serve: where addresses lead that are not known")
	return a.systems(c)
}

// check finds flags that do not go together.
func (ask *redirectsAsk) check() error {
	switch {
	case ask.tag != "" && (ask.serve != "" || ask.out != "" || ask.mail || ask.subject != ""):
		return errors.New("--tag goes with no other flag: it reads what --mail --out wrote")
	case ask.serve != "" && (ask.out != "" || ask.mail):
		return errors.New("--serve goes with neither --out nor --mail")
	case ask.subject != "" && !ask.mail:
		return errors.New("--subject says what the list of --mail is to have: it goes with that alone")
	case ask.subject != "" && !strings.Contains(ask.subject, "{id}"):
		return fmt.Errorf("--subject %q has no {id}, where the ticket's id is to stand", ask.subject)
	}
	return nil
}

func (s *session) redirects(ctx context.Context, ask *redirectsAsk) (err error) {
	all, err := s.crossings(ctx)
	defer func() { err = errors.Join(err, all.close()) }()
	legs := all.legs
	switch {
	case err != nil:
		return err
	case len(legs) == 0:
		return usage(errors.New("there is no target that has addresses: records in files and in the archive have none"))
	case ask.serve != "":
		return s.serveRedirects(ctx, legs, ask)
	}
	if err := s.mayPut(output{"--out", ask.out}); err != nil {
		return usage(err)
	}
	w, end, err := s.redirectsTo(ask.out)
	if err != nil {
		return err
	}
	if ask.mail {
		s.sayNoTag(legs, ask)
		return end(s.mailTable(ctx, legs, w, ask.subject))
	}
	out, err := redirects.NewWriter(ask.form, w)
	if err != nil {
		return end(usage(err))
	}
	n, err := s.writeWays(ctx, legs, out)
	if err = end(errors.Join(err, out.Close())); err != nil {
		return err
	}
	return s.sayWays(n, out.Skipped(), ask)
}

// redirectsTo opens what is written to; end closes it.
func (s *session) redirectsTo(path string) (w io.Writer, end func(error) error, err error) {
	if path == "" {
		return s.stdout, func(err error) error { return err }, nil
	}
	f, err := newOutFile(path)
	if err != nil {
		return nil, nil, err
	}
	return f, f.wrote, nil
}

// writeWays writes where each address leads, and counts them.
func (s *session) writeWays(ctx context.Context, legs []*crossing, out redirects.Writer) (n int64, err error) {
	for _, leg := range legs {
		for way, err := range leg.ways(ctx) {
			if err == nil {
				err = out.Write(way)
			}
			if err != nil {
				return n, fmt.Errorf("%s: %w", leg.label(), err)
			}
			n++
		}
	}
	return n, nil
}

func (s *session) sayWays(n, skipped int64, ask *redirectsAsk) error {
	if n == 0 && !s.quiet {
		fmt.Fprintln(beside{s.app}, "No old addresses are known: nothing has arrived yet, or the sources have no web pages (a mailbox has Message-IDs: --mail).") //nolint:errcheck // it is said beside the list
	}
	if ask.out == "" || s.quiet {
		return nil
	}
	said := fmt.Sprintf("%s addresses are in %s.", report.Number(n-skipped), ask.out)
	if skipped > 0 {
		said += fmt.Sprintf(" %s that the form has no room for are not: --serve knows them.", report.Number(skipped))
	}
	_, err := fmt.Fprintln(forPeople{s.stdout}, said)
	return err
}

// movedKinds are the kinds that have addresses which people keep.
func movedKinds() []desk.Kind {
	return slices.DeleteFunc(slices.Clone(desk.Kinds), func(k desk.Kind) bool {
		return k == desk.KindGroup || k == desk.KindCategory || k == desk.KindAgent
	})
}
