package main

// beside is standard error for whole lines: a bar that stands there is taken away
// first, so that a line does not begin behind it. The bar comes back by itself.
type beside struct{ a *app }

func (b beside) Write(line []byte) (int, error) {
	if p := b.a.shown.Load(); p != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		_ = p.bar.Clear() // as with drawing it
	}
	return b.a.stderr.Write(line)
}
