package imap

import (
	"context"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// flagsOf are the flags of a mail that we append. It is old, so nobody has to be told
// that it is new.
func (sh *shelf) flagsOf(slip compose.Slip) []imap.Flag {
	flags := []imap.Flag{imap.FlagSeen}
	if slip.Answered {
		flags = append(flags, imap.FlagAnswered)
	}
	if slip.Flagged {
		flags = append(flags, imap.FlagFlagged)
	}
	if sh.keywords {
		flags = append(flags, ourKeyword)
	}
	return flags
}

// MarkAnswered implements compose.Marker.
func (sh *shelf) MarkAnswered(ctx context.Context, place string) {
	sh.mark(ctx, place, imap.StoreFlagsAdd, imap.FlagAnswered)
}

// MarkFlagged implements compose.Marker.
func (sh *shelf) MarkFlagged(ctx context.Context, place string, on bool) {
	op := imap.StoreFlagsDel
	if on {
		op = imap.StoreFlagsAdd
	}
	sh.mark(ctx, place, op, imap.FlagFlagged)
}

// mark changes a flag of a mail. It is what people see and nothing else: that it could
// not be changed stops nobody.
func (sh *shelf) mark(ctx context.Context, place string, op imap.StoreFlagsOp, flag imap.Flag) {
	err := sh.at(ctx, place, true, func(s *session, uids imap.UIDSet) error {
		return s.do(ctx, func(c *imapclient.Client) error {
			return c.Store(uids, &imap.StoreFlags{Op: op, Silent: true, Flags: []imap.Flag{flag}}, nil).Close()
		})
	})
	if err != nil {
		sh.log.Info("imap: a flag stays as it is", "mail", place, "flag", string(flag), "error", err.Error())
	}
}
