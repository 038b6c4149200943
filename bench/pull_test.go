package bench

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/bench/mailgen"
	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/connectors/mail"
	"github.com/deskhaul/deskhaul/connectors/mbox"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// messages is how many one benchmark moves; DESKHAUL_BENCH_N says otherwise.
func messages(tb testing.TB) int {
	s := os.Getenv("DESKHAUL_BENCH_N")
	if s == "" {
		return 2000
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		tb.Fatalf("DESKHAUL_BENCH_N: %v", err)
	}
	return n
}

func mailbox(tb testing.TB, n int) (path string, size int64) {
	path = filepath.Join(tb.TempDir(), "x.mbox")
	w, err := mailgen.Mbox(path, false)
	if err != nil {
		tb.Fatal(err)
	}
	for m := range mailgen.Messages(1) {
		if m.N == n {
			break
		}
		size += int64(len(m.Raw))
		if err := w.Write(m); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return path, size
}

// BenchmarkPull is the main path in one process, so that it can be profiled: an
// mbox file into an archive, through the ledger, until the search index is
// complete. An operation is a whole mailbox.
func BenchmarkPull(b *testing.B) {
	n := messages(b)
	path, size := mailbox(b, n)
	b.SetBytes(size)
	for b.Loop() {
		counts, err := pull(b.Context(), path, b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		if got := counts[desk.KindMessage].Created; got != int64(n) {
			b.Fatalf("%d messages arrived, want %d", got, n)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkRead is the reading side alone: threads and tickets, thrown away.
func BenchmarkRead(b *testing.B) {
	path, size := mailbox(b, messages(b))
	b.SetBytes(size)
	for b.Loop() {
		if err := read(b.Context(), path, b.TempDir()); err != nil {
			b.Fatal(err)
		}
	}
}

func pull(ctx context.Context, path, dir string) (counts pipeline.Counts, err error) {
	store, err := checkpoints.Open(ctx, filepath.Join(dir, "ledger.db"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	ledger, err := store.Ledger(ctx, checkpoints.Pair{Route: "pull", Source: "s", Target: "t", Account: "a"})
	if err != nil {
		return nil, err
	}
	source, err := open(ctx, path, store, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closed(source)) }()
	target, err := archive.OpenTarget(ctx, archive.Config{Path: filepath.Join(dir, "archive"), SourceID: "s", SourceName: "mail"}, env(store, "t", false, dir))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closed(target)) }()
	p := pipeline.Pipeline{
		Source: source, Reads: mail.ReadCaps(), Target: target, Writes: archive.Spec().Writes, Store: store, Ledger: ledger, Run: 1,
		Marks: func(kind desk.Kind, parent, id desk.ID) string {
			sum := sha256.Sum256([]byte(string(kind) + "\x00" + string(parent) + "\x00" + string(id)))
			return hex.EncodeToString(sum[:14])
		},
	}
	return p.Go(ctx)
}

func read(ctx context.Context, path, dir string) (err error) {
	store, err := checkpoints.Open(ctx, filepath.Join(dir, "ledger.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	source, err := open(ctx, path, store, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed(source)) }()
	for _, err := range source.Read(ctx, desk.KindTicket, "") {
		if err != nil {
			return err
		}
	}
	return nil
}

func open(ctx context.Context, path string, store checkpoints.Store, dir string) (connectors.Source, error) {
	spec := mbox.Spec()
	config := spec.Config().(*mbox.Config)
	config.Path = path
	config.Agents = mail.Agents{Domains: []string{"acme.test"}}
	return spec.Source(ctx, config, env(store, "s", true, dir))
}

func env(store checkpoints.Store, uuid string, source bool, dir string) connectors.Env {
	return connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: pipeline.State(store, uuid, source), Temp: dir, Now: time.Now,
	}
}

func closed(v any) error {
	if c, ok := v.(connectors.Closer); ok {
		return c.Close()
	}
	return nil
}
