// Command genmail writes the mail of a support desk that does not exist, as an
// mbox file, as a Maildir, or as both: the same messages for the same seed.
//
//	go run ./bench/genmail -n 100000 -seed 1 -out x.mbox
//	go run ./bench/genmail -n 100000 -seed 1 -maildir x
//	go run ./bench/genmail -skip 100000 -n 1000 -seed 1 -append -out x.mbox
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/deskhaul/deskhaul/bench/mailgen"
)

func main() {
	n := flag.Int("n", 10_000, "how many messages")
	skip := flag.Int("skip", 0, "how many messages to leave out first")
	seed := flag.Uint64("seed", 1, "which desk")
	out := flag.String("out", "", "the mbox file to write")
	add := flag.Bool("append", false, "append to the mbox file")
	dir := flag.String("maildir", "", "the Maildir to write")
	flag.Parse()
	if *out == "" && *dir == "" || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "genmail: say where to write: -out FILE, -maildir FOLDER, or both")
		os.Exit(2)
	}
	size, err := write(*seed, *skip, *n, *out, *dir, *add)
	if err != nil {
		fmt.Fprintln(os.Stderr, "genmail:", err)
		os.Exit(1)
	}
	fmt.Printf("%d messages, %d bytes, %d bytes each\n", *n, size, size/int64(max(*n, 1)))
}

// write makes n messages after the first skip ones and returns their size.
func write(seed uint64, skip, n int, out, dir string, add bool) (size int64, err error) {
	var to []mailgen.Writer
	defer func() {
		for _, w := range to {
			err = errors.Join(err, w.Close())
		}
	}()
	if out != "" {
		w, err := mailgen.Mbox(out, add)
		if err != nil {
			return 0, err
		}
		to = append(to, w)
	}
	if dir != "" {
		w, err := mailgen.Maildir(dir)
		if err != nil {
			return 0, err
		}
		to = append(to, w)
	}
	for m := range mailgen.Messages(seed) {
		if m.N >= skip+n {
			break
		}
		if m.N < skip {
			continue
		}
		size += int64(len(m.Raw))
		for _, w := range to {
			if err := w.Write(m); err != nil {
				return size, err
			}
		}
	}
	return size, nil
}
