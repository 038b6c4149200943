package ask

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
	"golang.org/x/term"
)

// drawn asks in forms that are drawn on the terminal and vanish when they are answered; a
// line stays behind.
type drawn struct {
	in  *os.File
	out *os.File
}

// mostShown is how many lines of a list are seen at once.
const mostShown = 14

// Say implements Asker. Lines are broken between words: a terminal breaks them anywhere.
func (d *drawn) Say(text string) error {
	if columns, _, err := term.GetSize(int(d.out.Fd())); err == nil && columns >= narrowest {
		text = lipgloss.Wrap(text, columns, "")
	}
	_, err := io.WriteString(d.out, text)
	return err
}

// narrowest is how wide a terminal must be for words to be kept whole.
const narrowest = 20

// done leaves behind what was answered.
func (d *drawn) done(q Question, answer string) error {
	_, err := fmt.Fprintf(d.out, "%s %s\n", lipgloss.NewStyle().Bold(true).Render(q.Title), answer)
	return err
}

// run shows one field.
func (d *drawn) run(ctx context.Context, f huh.Field) error {
	err := huh.NewForm(huh.NewGroup(f)).WithInput(d.in).WithOutput(d.out).WithTheme(huh.ThemeFunc(huh.ThemeBase16)).RunWithContext(ctx)
	if errors.Is(err, huh.ErrUserAborted) || ctx.Err() != nil {
		return context.Canceled
	}
	return err
}

// Choose implements Asker.
func (d *drawn) Choose(ctx context.Context, q Question, choices []Choice, start int) (int, error) {
	options := make([]huh.Option[int], len(choices))
	for i, c := range choices {
		title := c.Title
		if c.Doc != "" {
			title += "  – " + c.Doc
		}
		options[i] = huh.NewOption(title, i)
	}
	at := start
	f := huh.NewSelect[int]().Title(q.Title).Description(q.Help).Options(options...).Value(&at)
	if len(choices) > mostShown {
		f = f.Height(mostShown + 2)
	}
	if err := d.run(ctx, f); err != nil {
		return start, err
	}
	return at, d.done(q, choices[at].Title)
}

// Line implements Asker.
func (d *drawn) Line(ctx context.Context, q Question, value string, check func(string) error) (string, error) {
	said := value
	if err := d.run(ctx, huh.NewInput().Title(q.Title).Description(q.Help).Value(&said).Validate(orAnything(check))); err != nil {
		return "", err
	}
	return said, d.done(q, said)
}

// Secret implements Asker.
func (d *drawn) Secret(ctx context.Context, q Question, check func(string) error) (string, error) {
	said := ""
	f := huh.NewInput().Title(q.Title).Description(q.Help + "\nIt does not show while you type.").EchoMode(huh.EchoModeNone).Value(&said).Validate(orAnything(check))
	if err := d.run(ctx, f); err != nil {
		return "", err
	}
	return said, d.done(q, "(typed)")
}

// Yes implements Asker.
func (d *drawn) Yes(ctx context.Context, q Question, start bool) (bool, error) {
	is := start
	if err := d.run(ctx, huh.NewConfirm().Title(q.Title).Description(q.Help).Value(&is)); err != nil {
		return false, err
	}
	answer := "no"
	if is {
		answer = "yes"
	}
	return is, d.done(q, answer)
}
