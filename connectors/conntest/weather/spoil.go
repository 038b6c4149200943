package weather

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

// Over is next in this weather.
func (w *Weather) Over(next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		switch fault := w.next(r); fault {
		case BusyFor:
			out.Header().Set("Retry-After", strconv.Itoa(max(1, w.Rest)))
			refuse(out, r, http.StatusTooManyRequests, `{"error":"slow down","message":"slow down"}`)
		case Busy:
			refuse(out, r, http.StatusTooManyRequests, "")
		case Expired:
			refuse(out, r, http.StatusUnauthorized, `{"error":"invalid credentials","message":"Unauthorized"}`)
		case Broken:
			w.broken(out, r, next)
		case Lost:
			next.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		case Half, Slow:
			w.partly(out, r, next, fault)
		default:
			w.sound(out, r, next)
		}
	})
}

func refuse(out http.ResponseWriter, r *http.Request, status int, body string) {
	_, _ = io.Copy(io.Discard, r.Body) // a server that refuses has read it, or not
	out.WriteHeader(status)
	_, _ = io.WriteString(out, body)
}

// broken is a server that fails before it acted, or a proxy that does after it.
func (w *Weather) broken(out http.ResponseWriter, r *http.Request, next http.Handler) {
	status := []int{500, 503, 500, 502, 504}[w.random(5)]
	if status == http.StatusBadGateway || status == http.StatusGatewayTimeout {
		next.ServeHTTP(httptest.NewRecorder(), r)
	}
	refuse(out, r, status, "<html><body>Something went wrong</body></html>")
}

// sound answers as the server does, but for its totals.
func (w *Weather) sound(out http.ResponseWriter, r *http.Request, next http.Handler) {
	w.mu.Lock()
	foul := w.foul
	w.mu.Unlock()
	if !foul || r.Method != http.MethodGet {
		next.ServeHTTP(out, r)
		return
	}
	rec := httptest.NewRecorder()
	next.ServeHTTP(rec, r)
	body := rec.Body.Bytes()
	if rec.Code == http.StatusOK {
		if lied, ok := w.lie(body); ok {
			body = lied
		}
	}
	head(out, rec, body)
	_, _ = out.Write(body)
}

func head(out http.ResponseWriter, rec *httptest.ResponseRecorder, body []byte) {
	for name, v := range rec.Header() {
		out.Header()[name] = v
	}
	if len(body) > 0 {
		out.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	out.WriteHeader(rec.Code)
}

// partly gives half of the answer and breaks off, or gives it in small bits.
func (w *Weather) partly(out http.ResponseWriter, r *http.Request, next http.Handler, fault string) {
	rec := httptest.NewRecorder()
	next.ServeHTTP(rec, r)
	body := rec.Body.Bytes()
	if fault == Half {
		head(out, rec, body)
		_, _ = out.Write(body[:len(body)/2])
		_ = http.NewResponseController(out).Flush()
		panic(http.ErrAbortHandler)
	}
	conn, _, err := http.NewResponseController(out).Hijack()
	if err != nil { // no real line: the head comes at once
		head(out, rec, body)
		w.trickle(r.Context(), body, func(b []byte) error {
			if _, err := out.Write(b); err != nil {
				return err
			}
			return http.NewResponseController(out).Flush()
		})
		return
	}
	defer conn.Close() //nolint:errcheck // the answer is given, or nobody listens
	resp := rec.Result()
	resp.Close, resp.ContentLength = true, int64(len(body))
	var whole bytes.Buffer
	if err := resp.Write(&whole); err != nil {
		return
	}
	w.trickle(r.Context(), whole.Bytes(), func(b []byte) error {
		_, err := conn.Write(b)
		return err
	})
}

// trickle gives something in twenty bits; when nobody listens any more, it breaks off.
func (w *Weather) trickle(ctx context.Context, b []byte, give func([]byte) error) {
	pause := w.Pause
	if pause == 0 {
		pause = 20 * time.Millisecond
	}
	for size := len(b)/20 + 1; len(b) > 0; {
		n := min(size, len(b))
		if give(b[:n]) != nil {
			panic(http.ErrAbortHandler)
		}
		b = b[n:]
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			panic(http.ErrAbortHandler)
		}
	}
}
