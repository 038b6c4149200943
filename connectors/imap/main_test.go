package imap

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest/scratch"
)

func init() { scratch.InMemory() }

// abreast is how many tests run side by side at least: most of those that do wait for a
// server that is silent.
const abreast = 4

func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", fmt.Sprint(max(abreast, runtime.GOMAXPROCS(0)))); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
