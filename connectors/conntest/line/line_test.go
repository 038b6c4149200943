package line_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest/line"
)

func get(ctx context.Context, t *testing.T, h http.HandlerFunc) (*http.Response, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://acme.test/x?y=1", strings.NewReader("asked"))
	if err != nil {
		t.Fatal(err)
	}
	return line.To(h).RoundTrip(r)
}

func TestAnswers(t *testing.T) {
	resp, err := get(t.Context(), t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		w.Header().Set("X", r.Host+r.RequestURI)
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write(append(b, '!'))
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	if b, err := io.ReadAll(resp.Body); err != nil || string(b) != "asked!" || resp.StatusCode != http.StatusTeapot || resp.Header.Get("X") != "acme.test/x?y=1" {
		t.Errorf("%q %v %+v", b, err, resp)
	}
}

// Without a head there is no answer; in the middle of one it breaks off.
func TestAborts(t *testing.T) {
	if resp, err := get(t.Context(), t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }); err == nil {
		_ = resp.Body.Close()
		t.Error("an answer came")
	}
	resp, err := get(t.Context(), t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		panic(http.ErrAbortHandler)
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	if b, err := io.ReadAll(resp.Body); !errors.Is(err, io.ErrUnexpectedEOF) || string(b) != "half" {
		t.Errorf("%q %v", b, err)
	}
}

// Who stops waiting is not held up, whether the head has come or not, and the handler
// hears of it.
func TestGivesUp(t *testing.T) {
	for name, begin := range map[string]func(http.ResponseWriter){
		"before the head": func(http.ResponseWriter) {}, "in the body": func(w http.ResponseWriter) { _, _ = io.WriteString(w, "x") },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		heard := make(chan struct{})
		resp, err := get(ctx, t, func(w http.ResponseWriter, r *http.Request) {
			defer close(heard)
			begin(w)
			<-r.Context().Done()
			panic(http.ErrAbortHandler)
		})
		if err == nil {
			_, err = io.ReadAll(resp.Body)
			_ = resp.Body.Close()
		}
		if err == nil {
			t.Errorf("%s: it came to its end", name)
		}
		<-heard
		cancel()
	}
}

// Who breaks off while asking is told why, not what the server makes of half a request.
func TestBreaksOff(t *testing.T) {
	mine := errors.New("the file ends here")
	for name, h := range map[string]http.HandlerFunc{
		"the server complains": func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.ReadAll(r.Body); err != nil {
				w.WriteHeader(http.StatusBadRequest)
			}
		},
		"the server hangs up": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.ReadAll(r.Body)
			panic(http.ErrAbortHandler)
		},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://acme.test/x", io.MultiReader(strings.NewReader("half"), iotest.ErrReader(mine)))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := line.To(h).RoundTrip(r)
		if err == nil {
			_ = resp.Body.Close()
		}
		if !errors.Is(err, mine) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
