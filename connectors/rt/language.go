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
	lang := string(s.me(ctx).Lang)
	if strings.HasPrefix(lang, "en") {
		return ""
	}
	return lang
}

// me is the user whose account is used. Who may not see it has other troubles, and is
// told of them: then there is the name alone, or nothing.
func (s *Source) me(ctx context.Context) (u userShape) {
	who, err := s.handle(ctx, s.config.User)
	if s.config.Token != "" { // 1-USER-SECRET (RT/AuthToken.pm, _BuildAuthString)
		_, rest, _ := strings.Cut(string(s.config.Token), "-")
		who, _, _ = strings.Cut(rest, "-")
	}
	if who == "" {
		return u
	}
	if err == nil {
		_, err = s.client.JSON(ctx, rest.Call{Path: "user/" + url.PathEscape(who)}, &u)
	}
	if err != nil {
		return userShape{Name: text(s.config.User)}
	}
	return u
}
