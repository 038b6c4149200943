package xlsx

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// highest is the largest heap seen while something runs, in MB.
func highest(do func()) float64 {
	runtime.GC()
	var top atomic.Uint64
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			top.Store(max(top.Load(), m.HeapInuse))
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	do()
	close(stop)
	<-done
	return float64(top.Load()) / (1 << 20)
}

// manyTickets is a workbook as a helpdesk exports it: eight columns, texts shared.
func manyTickets(b *testing.B, n int) string {
	x := excelize.NewFile()
	date, err := x.NewStyle(&excelize.Style{NumFmt: 22})
	if err != nil {
		b.Fatal(err)
	}
	sw, err := x.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	head := []any{"Ticket ID", "Subject", "Status", "Customer Email", "Created At", "Assignee", "Tags", "Description"}
	err = sw.SetRow("A1", head)
	for i := range n {
		err = errors.Join(err, sw.SetRow("A"+strconv.Itoa(i+2), []any{
			100_000_000_000 + i, fmt.Sprintf("Printer %d is on fire", i), "open", fmt.Sprintf("c%d@example.com", i%1000),
			excelize.Cell{StyleID: date, Value: 45000 + float64(i)/1000},
			fmt.Sprintf("Agent %d", i%20), "a; b", "Hello,\nit does not print since this morning. Please help.",
		}))
	}
	path := filepath.Join(b.TempDir(), "tickets.xlsx")
	if err = errors.Join(err, sw.Flush(), x.SaveAs(path), x.Close()); err != nil {
		b.Fatal(err)
	}
	return path
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{10_000, 200_000} {
		path := manyTickets(b, n)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			top := 0.0
			for b.Loop() {
				top = max(top, highest(func() {
					env := conntest.FileEnv(b)
					env.State = nothing{}
					s, err := newSource(b.Context(), &Config{Path: path}, env)
					if err != nil {
						b.Fatal(err)
					}
					read := 0
					for _, err := range s.Read(b.Context(), desk.KindTicket, "") {
						if err != nil {
							b.Fatal(err)
						}
						read++
					}
					if err := s.Close(); err != nil || read != n {
						b.Fatal(read, err)
					}
				}))
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(top, "MB-heap")
		})
	}
}

// nothing is a State that keeps nothing, so that its memory is not counted.
type nothing struct{ conntest.Memory }

func (nothing) Put(context.Context, string, []byte) error { return nil }

func BenchmarkWrite(b *testing.B) {
	for _, n := range []int{10_000, 200_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			top := 0.0
			for b.Loop() {
				top = max(top, highest(func() {
					env := conntest.FileEnv(b)
					env.State = nothing{}
					tg, err := newTarget(b.Context(), &Config{Path: filepath.Join(b.TempDir(), "all.xlsx")}, env)
					if err != nil {
						b.Fatal(err)
					}
					for i := range n {
						t := &desk.Ticket{
							Meta:    desk.Meta{ID: desk.ID(strconv.Itoa(i)), Mark: "mark-" + strconv.Itoa(i), Created: momentOf(1_700_000_000_000 + int64(i)*1000)},
							Subject: "Printer is on fire", Status: desk.StatusOpen, Tags: []string{"a", "b"},
						}
						if _, err := tg.Create(b.Context(), t); err != nil {
							b.Fatal(err)
						}
					}
					if err := tg.Close(); err != nil {
						b.Fatal(err)
					}
				}))
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(top, "MB-heap")
		})
	}
}
