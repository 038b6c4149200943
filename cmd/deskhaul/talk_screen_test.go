//go:build unix

package main

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A question that was answered vanishes: its line with the answer stays, and none of what was
// to choose from.
func TestTalkLeavesAnswersOnly(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "move")
	p := atTerminal(t, "xterm-256color", dir)
	p.after("come from?", strings.Repeat("\x1b[B", 3)+"\r")
	p.after("Where is it?", ctrlC)
	p.ends()
	if seen := onScreen(p.screen()); strings.Contains(seen, "maildir") || !strings.Contains(seen, "come from? eml") {
		t.Errorf("on the screen stands\n%s", seen)
	}
}

// steering is what a program writes to a terminal that is no text: a sequence, or a move.
var steering = regexp.MustCompile(`^\x1b(?:\[([0-9;?<=>]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()].|.)`)

// onScreen is what a terminal shows of what was written to it: as much of one as the questions use.
func onScreen(written string) string {
	lines, row, col := [][]rune{nil}, 0, 0
	for len(written) > 0 {
		if m := steering.FindStringSubmatch(written); m != nil {
			written = written[len(m[0]):]
			n, err := strconv.Atoi(m[1])
			if err != nil {
				n = 1
			}
			switch m[2] {
			case "A":
				row = max(0, row-n)
			case "B":
				row += n
			case "C":
				col += n
			case "D":
				col = max(0, col-n)
			case "G":
				col = n - 1
			case "J", "K": // all that follows
				lines[row] = lines[row][:min(col, len(lines[row]))]
				if m[2] == "J" {
					lines = lines[:row+1]
				}
			}
		} else {
			r := []rune(written)[0]
			written = written[len(string(r)):]
			switch r {
			case '\r':
				col = 0
			case '\n':
				row++
			case '\b':
				col = max(0, col-1)
			default:
				for len(lines[row]) <= col {
					lines[row] = append(lines[row], ' ')
				}
				lines[row][col] = r
				col++
			}
		}
		for len(lines) <= row {
			lines = append(lines, nil)
		}
	}
	var all strings.Builder
	for _, l := range lines {
		all.WriteString(string(l) + "\n")
	}
	return all.String()
}
