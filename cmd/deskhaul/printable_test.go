package main

import "testing"

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"plain\n\ttext – жук 日本": "plain\n\ttext – жук 日本",
		"\x1b[31mred\x07":        `\x1b[31mred\x07`,
		"a\rb\x7f\u009b2J":       `a\x0db\x7f\x9b2J`,
		"a\u202ecba":             `a\x202ecba`, // it would turn the line
		"caf\xe9":                "caf\xe9",    // a path may be pasted
	} {
		if got := printable(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
