package imap

import (
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"
)

// A server that falls silent is waited for once as long as patience says, however often
// the library reads again; one that goes on slowly is not given up.
func TestPatience(t *testing.T) {
	for _, slow := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			here, there := net.Pipe()
			l := &line{Conn: here, patience: 2 * time.Minute, names: &wrongNames{}}
			go func() {
				_, _ = there.Write([]byte("* OK [CAPABILITY IMAP4rev1] ready\r\n"))
				b := make([]byte, 100)
				_, _ = there.Read(b)
				for _, c := range []byte("T1 OK done\r\n") {
					if !slow {
						break
					}
					time.Sleep(119 * time.Second)
					_, _ = there.Write([]byte{c})
				}
				_, _ = there.Read(b) // until it is closed
				_ = there.Close()
			}()
			client := imapclient.New(l, nil)
			if err := client.WaitGreeting(); err != nil {
				t.Fatal(err)
			}
			came := l.expect()
			began := time.Now()
			err := client.Noop().Wait()
			came()
			took := time.Since(began)
			if slow && (err != nil || took < 20*time.Minute) || !slow && (err == nil || took != 2*time.Minute) {
				t.Errorf("slow %v: it took %s: %v", slow, took, err)
			}
			time.Sleep(time.Hour) // and between answers it may say nothing
			select {
			case <-client.Closed():
				if slow {
					t.Error("it was given up though nothing was due")
				}
			default:
				if !slow {
					t.Error("it was not given up")
				}
			}
			_ = client.Close()
		})
	}
}

// An answer is not overdue while we still speak, however long that takes.
func TestLongSpeechIsNoSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		defer func() { _, _ = here.Close(), there.Close() }()
		l := &line{Conn: here, patience: time.Minute, names: &wrongNames{}}
		go func() { // it takes a piece each half a minute, and answers after the last
			for left := 20 * mostSent; left > 0; {
				time.Sleep(30 * time.Second)
				n, err := io.ReadFull(there, make([]byte, mostSent))
				if left -= n; err != nil {
					return
				}
			}
			time.Sleep(30 * time.Second)
			_, _ = there.Write([]byte("done"))
		}()
		defer l.expect()()
		answer := make(chan error)
		go func() {
			_, err := l.Read(make([]byte, 10))
			answer <- err
		}()
		if _, err := l.Write(make([]byte, 20*mostSent)); err != nil {
			t.Fatal(err)
		}
		if err := <-answer; err != nil {
			t.Errorf("the answer is given up: %v", err)
		}
	})
}
