//go:build integration && linux

package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// clockVariable says how the clock of the built binary is wrong: "3600@0,-60@5000" is an
// hour ahead from the start, and a minute behind from the 5000th question on.
const clockVariable = "DESKHAUL_STORM_CLOCK"

// jumps is a file more for the package time. The clock on the wall jumps; the one that
// waits go by does not, as when somebody sets a computer's clock.
const jumps = `package time

import (
	"sync"
	"sync/atomic"
	"syscall"
)

type stormTurn struct{ from, offset int64 }

var (
	stormOnce  sync.Once
	stormTurns []stormTurn
	stormAsked atomic.Int64
)

func stormRead() {
	said, _ := syscall.Getenv("` + clockVariable + `")
	var turn stormTurn
	number, sign := int64(0), int64(1)
	for i := range len(said) + 1 {
		c := byte(',')
		if i < len(said) {
			c = said[i]
		}
		switch {
		case c == '-':
			sign = -1
		case c >= '0' && c <= '9':
			number = 10*number + int64(c-'0')
		case c == '@':
			turn.offset, number, sign = sign*number, 0, 1
		case c == ',' && said != "":
			turn.from = number
			stormTurns, number = append(stormTurns, turn), 0
		}
	}
}

// stormJump is how many seconds the clock is ahead by now.
func stormJump() (offset int64) {
	stormOnce.Do(stormRead)
	if len(stormTurns) == 0 {
		return 0
	}
	asked := stormAsked.Add(1)
	for _, t := range stormTurns {
		if asked >= t.from {
			offset = t.offset
		}
	}
	return offset
}
`

// nowText is what Now is in the standard library, as far as it is patched.
const nowText = "\tsec, nsec, mono := runtimeNow()\n\tif mono == 0 {\n\t\treturn Time{uint64(nsec), sec + unixToInternal, Local}"

// buildStormy builds the command line with a clock that jumps. Nothing in the program
// knows of it: what is patched is the standard library's time.Now.
func buildStormy(t *testing.T) (binary string) {
	t.Helper()
	dir := t.TempDir()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatalf("go env GOROOT: %v", err)
	}
	lib := filepath.Join(strings.TrimSpace(string(root)), "src", "time")
	b, err := os.ReadFile(filepath.Join(lib, "time.go"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(b), nowText); n != 1 {
		t.Fatalf("time.Now of this Go is another one than is known here (%d times): mend nowText", n)
	}
	patched := strings.Replace(string(b), nowText, strings.Replace(nowText, "runtimeNow()\n", "runtimeNow()\n\tsec += stormJump()\n", 1), 1)
	overlay := map[string]map[string]string{"Replace": {
		filepath.Join(lib, "time.go"): put(t, dir, "time.go", patched), filepath.Join(lib, "storm.go"): put(t, dir, "storm.go", jumps),
	}}
	words, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	binary = filepath.Join(dir, "deskhaul")
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", put(t, dir, "overlay.json", string(words)), "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// wrong is how a clock is wrong: by how many seconds, from which question on.
type wrong [][2]int

// said is that in the words of clockVariable, where it is so many seconds later than here.
func (w wrong) said(later int) string {
	said := []string{fmt.Sprintf("%d@0", later)}
	for _, turn := range w {
		said = append(said, fmt.Sprintf("%d@%d", later+turn[0], turn[1]))
	}
	return strings.Join(said, ",")
}

// wrongClock is a clock that is wrong by minutes or hours, now and then by months, from
// the start or from somewhere on.
func wrongClock(rng *rand.Rand) (out wrong) {
	from := 0
	for i := range 1 + rng.IntN(3) {
		far := []int{90, 3600, 3 * 3600, 26 * 3600}[rng.IntN(4)]
		if rng.IntN(12) == 0 {
			far = 200 * 24 * 3600
		}
		if i > 0 || rng.IntN(2) == 0 {
			from += rng.IntN(2000)
		}
		out = append(out, [2]int{rng.IntN(2*far) - far, from})
	}
	return out
}
