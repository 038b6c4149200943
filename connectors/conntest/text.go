package conntest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func textRules() []rule {
	return []rule{
		{"OddText", "Text of any language and shape comes back as it was; of line ends only CRLF may have become LF. What a system cannot hold (NUL) it may refuse, but not change.", []need{aTarget, tickets, anyText}, oddText},
		{"OddNames", "Subjects, names and tags of any language and shape come back as they were, without line ends; what a system has no room for it may change if the receipt tells the loss.", []need{aTarget, reopening, tickets}, oddNames},
	}
}

// oddTexts are texts that have broken something somewhere.
var oddTexts = map[string]string{
	"empty":         "",
	"a space":       " ",
	"spaces at end": "  indented\ntrailing   \n\n",
	"RTL":           "שלום \u202eעולם\u202c (مرحبا) abc",
	"emoji":         "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 ☎️",
	"combining":     "e\u0301 o\u0308 é ö",
	"CRLF":          "one\r\ntwo\r\n\r\nthree",
	"tabs":          "a\tb\t\tc\n\td",
	"70 kB":         strings.Repeat("длинный текст ohne Ende ", 2300),
	"a long line":   strings.Repeat("x", 12_000),
	"From at start": "From here on\n>From there\n>>From everywhere\nFrom alice@example.com Mon Jan  1 00:00:00 2001\n",
	"a lone dot":    ".\n..\n.hidden\n",
	"braces":        "{{ 1 }} {% if %} ${x} $(y) %s %!d <%= z %>",
	"markup":        "<b>&amp;</b> </textarea><script>alert(1)</script> ]]>",
	"quotes":        "\"a\",'b';\"\"\n=1+1\n@SUM(A1)\n-2+3\n",
	"boundaries":    "--\n-- \n--=_boundary\nContent-Type: text/html\n\n--=_boundary--\n",
	"encoded words": "=?utf-8?q?=41?= =41=42 =\n",
	"separators":    "a\u2028b\u2029c\u0085d\u00a0e\u200bf\ufeffg",
	"NUL":           "before\x00after",
	"controls":      "bell\x07 escape\x1b[31m vertical\v form\f delete\x7f",
}

func oddText(ctx context.Context, r *rig) error {
	type made struct {
		id   desk.ID
		want *desk.Ticket
	}
	written := map[string]made{}
	for name, text := range oddTexts {
		if r.writes.MaxText > 0 && len(text) > r.writes.MaxText {
			continue
		}
		got, want, err := r.makeTicket(ctx, simple(desk.ID("odd "+name), text))
		if errors.Is(err, connectors.ErrRefused) && (name == "NUL" || name == "controls") {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		written[name] = made{got.ID, want}
	}
	var errs []error
	for name, m := range written {
		back, err := r.backTicket(ctx, m.id, m.want)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if len(back.Messages) != 1 {
			errs = append(errs, fmt.Errorf("%s: one message came back as %d", name, len(back.Messages)))
			continue
		}
		if w, g := lineFeeds(m.want.Messages[0].Text), lineFeeds(back.Messages[0].Text); w != g {
			errs = append(errs, fmt.Errorf("%s: %s", name, firstDifference(w, g)))
		}
	}
	return errors.Join(errs...)
}

func lineFeeds(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

func firstDifference(want, got string) string {
	i := 0
	for i < len(want) && i < len(got) && want[i] == got[i] {
		i++
	}
	for i > 0 && (!utf8.RuneStart(at(want, i)) || !utf8.RuneStart(at(got, i))) {
		i--
	}
	return fmt.Sprintf("from byte %d of %d on, %.40q came back as %.40q (%d bytes)", i, len(want), want[i:], got[i:], len(got))
}

func at(s string, i int) byte {
	if i < len(s) {
		return s[i]
	}
	return 0
}

// cut are the losses of lists for which there is no room.
func cut(losses []connectors.Loss) []connectors.Loss {
	return slices.DeleteFunc(slices.Clone(losses), func(l connectors.Loss) bool { return l.Why != connectors.WhyTooMany })
}

// forgive makes want say of a field what came back, where the receipt told that it
// could not be kept.
func forgive(want, back desk.Record, losses []connectors.Loss) error {
	var errs []error
	for _, l := range losses {
		if !strings.Contains(l.Field, ".") && l.Field != "file" {
			errs = append(errs, desk.Assign(want, back, l.Field))
		}
	}
	return errors.Join(errs...)
}

func oddNames(ctx context.Context, r *rig) error {
	var errs []error
	for name, text := range oddTexts {
		text = strings.Join(strings.Fields(text), " ")
		if strings.ContainsAny(text, "\x00\x07\x1b\x7f") || len(text) > 255 {
			continue
		}
		t := simple(desk.ID("named "+name), "hello")
		t.Subject = text
		if text != "" {
			t.Tags = []string{strings.ReplaceAll(text, ",", " ")}
		}
		got, want, err := r.makeTicket(ctx, t)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		back, err := r.backTicket(ctx, got.ID, want)
		if err == nil {
			err = errors.Join(forgive(want, back, got.Losses), sameFields(r.writes, want, back))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}
