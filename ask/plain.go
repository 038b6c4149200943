package ask

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// plain asks line by line. The accessible mode of huh does so too, but takes the end of the
// input for the default, cannot be stopped, and swallows what is typed ahead.
type plain struct {
	in  io.Reader
	out io.Writer
}

// Say implements Asker.
func (p *plain) Say(text string) error {
	_, err := io.WriteString(p.out, text)
	return err
}

// put prints a question.
func (p *plain) put(q Question) error {
	text := "\n" + q.Title + "\n"
	if q.Help != "" {
		text += q.Help + "\n"
	}
	return p.Say(text)
}

// Choose implements Asker. The answer is a number, or the beginning of one choice alone.
func (p *plain) Choose(ctx context.Context, q Question, choices []Choice, start int) (int, error) {
	if err := p.put(q); err != nil {
		return 0, err
	}
	for i, c := range choices {
		line := fmt.Sprintf("%3d  %s", i+1, c.Title)
		if c.Doc != "" {
			line += ": " + c.Doc
		}
		if err := p.Say(line + "\n"); err != nil {
			return 0, err
		}
	}
	said, err := p.answer(ctx, fmt.Sprintf("Number [%d]: ", start+1), p.line, func(s string) error {
		if s != "" && chosen(s, choices) < 0 {
			return fmt.Errorf("write a number from 1 to %d", len(choices))
		}
		return nil
	})
	if err != nil || said == "" {
		return start, err
	}
	return chosen(said, choices), nil
}

// chosen is the choice that an answer means, or -1.
func chosen(said string, choices []Choice) int {
	if n, err := strconv.Atoi(said); err == nil {
		if n < 1 || n > len(choices) {
			return -1
		}
		return n - 1
	}
	found := -1
	for i, c := range choices {
		switch {
		case strings.EqualFold(c.Title, said):
			return i
		case len(said) > 0 && strings.HasPrefix(strings.ToLower(c.Title), strings.ToLower(said)):
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// Line implements Asker.
func (p *plain) Line(ctx context.Context, q Question, value string, check func(string) error) (string, error) {
	if err := p.put(q); err != nil {
		return "", err
	}
	prompt := "> "
	if value != "" {
		prompt = "[" + value + "] > "
	}
	said, err := p.answer(ctx, prompt, p.line, func(s string) error {
		if s == "" {
			s = value
		}
		return orAnything(check)(s)
	})
	if said == "" {
		said = value
	}
	return said, err
}

// Secret implements Asker.
func (p *plain) Secret(ctx context.Context, q Question, check func(string) error) (string, error) {
	if err := p.put(q); err != nil {
		return "", err
	}
	return p.answer(ctx, "(does not show) > ", p.secret, orAnything(check))
}

// Yes implements Asker.
func (p *plain) Yes(ctx context.Context, q Question, start bool) (bool, error) {
	if err := p.put(q); err != nil {
		return false, err
	}
	prompt := "[y/N] "
	if start {
		prompt = "[Y/n] "
	}
	said, err := p.answer(ctx, prompt, p.line, func(s string) error {
		if _, ok := yes(s); s != "" && !ok {
			return errors.New("write y or n")
		}
		return nil
	})
	if err != nil || said == "" {
		return start, err
	}
	is, _ := yes(said)
	return is, nil
}

func yes(s string) (is, ok bool) {
	switch strings.ToLower(s) {
	case "y", "yes", "д", "да":
		return true, true
	case "n", "no", "н", "нет":
		return false, true
	}
	return false, false
}

func orAnything(check func(string) error) func(string) error {
	if check == nil {
		return anything
	}
	return check
}

// answer asks until an answer can be taken.
func (p *plain) answer(ctx context.Context, prompt string, read func(context.Context) (string, error), check func(string) error) (string, error) {
	for {
		if err := p.Say(prompt); err != nil {
			return "", err
		}
		said, err := read(ctx)
		if err != nil {
			return "", err
		}
		bad := check(said)
		if bad == nil {
			return said, nil
		}
		if err := p.Say("! " + bad.Error() + "\n"); err != nil {
			return "", err
		}
	}
}

// line reads one line, byte by byte: what follows it is the next question's, or a
// secret's.
func (p *plain) line(ctx context.Context) (string, error) {
	return p.wait(ctx, func() (string, error) {
		var line []byte
		one := make([]byte, 1)
		for {
			n, err := p.in.Read(one)
			switch {
			case n == 1 && one[0] == '\n':
				return strings.TrimSpace(string(line)), nil
			case n == 1:
				line = append(line, one[0])
			}
			if errors.Is(err, io.EOF) && len(line) > 0 {
				return strings.TrimSpace(string(line)), nil
			}
			if err != nil {
				return "", err
			}
		}
	})
}

// secret reads a line that does not show, where it is typed at a terminal.
func (p *plain) secret(ctx context.Context) (string, error) {
	f, ok := p.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return p.line(ctx)
	}
	fd := int(f.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("the terminal cannot hide what is typed: %w", err)
	}
	said, err := p.wait(ctx, func() (string, error) {
		b, err := term.ReadPassword(fd)
		return strings.TrimSpace(string(b)), err
	})
	if err != nil { // whoever still reads there has hidden what is typed
		_ = term.Restore(fd, before)
	}
	if said := p.Say("\n"); err == nil {
		err = said
	}
	return said, err
}

// wait waits for a reading, or until it is no longer wanted: it goes on reading then, for a
// read of a terminal cannot be called back, and the process ends.
func (p *plain) wait(ctx context.Context, read func() (string, error)) (string, error) {
	type got struct {
		said string
		err  error
	}
	done := make(chan got, 1)
	go func() {
		said, err := read()
		done <- got{said, err}
	}()
	select {
	case g := <-done:
		if errors.Is(g.err, io.EOF) {
			return "", fmt.Errorf("the input ended before all was answered: %w", context.Canceled)
		}
		return g.said, g.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
