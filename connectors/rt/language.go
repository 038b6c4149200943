package rt

import (
	"context"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/rest"
)

// RT says what it did, and what it refused, in the language that the account has set in
// RT. Nothing that is written depends on these words, but one thing is known by them
// alone: that a right lacks (lacking).

// foreign is the account's language in RT; "" if it is English, not set or not known.
func (s *Source) foreign(ctx context.Context) string {
	who := s.config.User
	if s.config.Token != "" { // 1-USER-SECRET (RT/AuthToken.pm, _BuildAuthString)
		_, rest, _ := strings.Cut(string(s.config.Token), "-")
		who, _, _ = strings.Cut(rest, "-")
	}
	if who == "" {
		return ""
	}
	var u userShape
	if _, err := s.client.JSON(ctx, rest.Call{Path: "user/" + url.PathEscape(who)}, &u); err != nil || strings.HasPrefix(string(u.Lang), "en") {
		return "" // who may not see it has other troubles, and is told of them
	}
	return string(u.Lang)
}
