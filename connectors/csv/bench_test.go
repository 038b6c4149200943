package csv

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/desk"
)

func manyContacts(n int) string {
	var b strings.Builder
	b.WriteString("id,name,email,phone,company,notes\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,Contact Number %d,c%d@example.com,+49 30 %d,Company %d,\"Called, twice\"\n", i, i, i, i, i%100)
	}
	return b.String()
}

func BenchmarkSplit(b *testing.B) {
	text := manyContacts(50_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s := rows.New(strings.NewReader(text), int64(len(text)), rows.Ours(), 1<<20)
		n := 0
		for _, err := s.Next(); err == nil; _, err = s.Next() {
			n++
		}
		if n != 50_001 {
			b.Fatalf("%d rows", n)
		}
	}
	b.ReportMetric(50_001*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkRead(b *testing.B) {
	text := manyContacts(20_000)
	cfg := file(b, "contacts.csv", text)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s, err := newSource(b.Context(), cfg, conntest.FileEnv(b))
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, err := range s.Read(b.Context(), desk.KindContact, "") {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 20_000 {
			b.Fatalf("read %d", n)
		}
	}
	b.ReportMetric(20_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func manyTickets(n int) map[string]string {
	var tickets, messages strings.Builder
	tickets.WriteString("id,subject,status,requester email,assignee email,tags,created\n")
	messages.WriteString("id,ticket id,author email,created at,body,internal\n")
	for i := range n {
		fmt.Fprintf(&tickets, "%d,Printer %d,open,c%d@example.com,a%d@example.com,\"a; b\",2024-03-01 10:05\n", i, i, i%1000, i%20)
		for j := range 2 {
			fmt.Fprintf(&messages, "%d-%d,%d,c%d@example.com,2024-03-01 1%d:05,\"Hello,\nit is on fire\",no\n", i, j, (i*7919+j)%n, i%1000, j)
		}
	}
	return map[string]string{"tickets.csv": tickets.String(), "messages.csv": messages.String()}
}

func BenchmarkReadTickets(b *testing.B) {
	cfg := tables(b, manyTickets(10_000))
	for b.Loop() {
		s, err := newSource(b.Context(), cfg, conntest.FileEnv(b))
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for item, err := range s.Read(b.Context(), desk.KindTicket, "") {
			if err != nil {
				b.Fatal(err)
			}
			if t, ok := item.Record.(*desk.Ticket); ok {
				n += len(t.Messages)
			}
		}
		if n != 20_000 {
			b.Fatalf("read %d", n)
		}
	}
	b.ReportMetric(10_000*float64(b.N)/b.Elapsed().Seconds(), "tickets/s")
	b.ReportAllocs()
}
