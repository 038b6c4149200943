package ask_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/ask"
)

// Answers are numbers or words, defaults for empty lines; what cannot be taken is asked
// again, and what is typed ahead is the next question's.
func TestPlain(t *testing.T) {
	var out bytes.Buffer
	a := ask.NewPlain(strings.NewReader("9\nze\n\nmaybe\nда\nshort\nlong enough\n"), &out)
	choices := []ask.Choice{{Title: "archive"}, {Title: "zendesk", Doc: "Zendesk"}, {Title: "zammad"}}
	if n, err := a.Choose(t.Context(), ask.Question{Title: "Which?"}, choices, 0); n != 1 || err != nil {
		t.Errorf("chose %d %v", n, err)
	}
	if s, err := a.Line(t.Context(), ask.Question{Title: "Where?"}, "here", nil); s != "here" || err != nil {
		t.Errorf("%q %v", s, err)
	}
	if is, err := a.Yes(t.Context(), ask.Question{Title: "So?"}, false); !is || err != nil {
		t.Errorf("%v %v", is, err)
	}
	s, err := a.Secret(t.Context(), ask.Question{Title: "Token"}, func(s string) error {
		if len(s) < 8 {
			return errors.New("too short")
		}
		return nil
	})
	if s != "long enough" || err != nil {
		t.Errorf("%q %v", s, err)
	}
	for _, want := range []string{"write a number from 1 to 3", "  2  zendesk: Zendesk", "[here] >", "write y or n", "! too short"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, out.String())
		}
	}
}

// The end of the input answers nothing, and a question can be called off.
func TestPlainEnds(t *testing.T) {
	a := ask.NewPlain(strings.NewReader(""), io.Discard)
	if _, err := a.Yes(t.Context(), ask.Question{Title: "So?"}, true); !errors.Is(err, context.Canceled) {
		t.Errorf("the end of the input: %v", err)
	}
	r, w := io.Pipe()
	defer w.Close() //nolint:errcheck // nobody reads it any more
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := ask.NewPlain(r, io.Discard).Line(ctx, ask.Question{Title: "Where?"}, "", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("called off: %v", err)
	}
}

// Who can draw nothing, or wants nothing drawn, is asked line by line.
func TestSimple(t *testing.T) {
	for want, envs := range map[bool][]map[string]string{
		true:  {{}, {"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": ""}, {"TERM": "xterm", "ACCESSIBLE": "1"}},
		false: {{"TERM": "xterm-256color"}},
	} {
		for _, env := range envs {
			if got := ask.Simple(func(k string) (string, bool) { v, ok := env[k]; return v, ok }); got != want {
				t.Errorf("%v: %v", env, got)
			}
		}
	}
}
