package pipeline

import (
	"fmt"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
)

// filePair is a file of the source's message and the one that it became.
type filePair struct {
	want     *desk.File
	got      *desk.File // nil: none
	excused  bool       // it was told that there would be none
	sum      string     // SHA-256 of both, if they were read
	sumThere string
}

// pair finds each file of a message among those of its copy, and returns the rest: by
// name and length, else by name. Of two that are called the same, one may have been left
// out: the one that is there is looked for first.
func (i *inspection) pair(m *desk.Message, among []desk.File) (pairs []*filePair, free []desk.File) {
	free = slices.Clone(among)
	for n := range m.Files {
		p := &filePair{want: &m.Files[n]}
		if pairs = append(pairs, p); i.tooLarge(p.want) {
			p.excused = true
			if !i.lost.takeFile(m.ID, p.want.Name, "file") {
				i.tellFile(m, p.want, Finding{Class: Lost, Detail: fmt.Sprintf("it is %s large, the target takes %s", size(p.want.Size), size(i.Writes.MaxFile))})
			}
		}
	}
	take := func(alike func(want, got *desk.File) bool) {
		for _, p := range pairs {
			at := slices.IndexFunc(free, func(g desk.File) bool { return p.got == nil && !p.excused && alike(p.want, &g) })
			if at >= 0 {
				g := free[at]
				p.got, free = &g, slices.Delete(free, at, at+1)
			}
		}
	}
	take(func(w, g *desk.File) bool { return w.Name == g.Name && w.Size == g.Size })
	for _, p := range pairs {
		p.excused = p.excused || p.got == nil && i.lost.takeFile(m.ID, p.want.Name, "file")
	}
	take(func(w, g *desk.File) bool { return w.Name == g.Name })
	take(func(w, _ *desk.File) bool { return w.Name == "" })
	take(func(w, g *desk.File) bool { return w.Size == g.Size && i.lost.takeFile(m.ID, w.Name, "file.name") })
	return pairs, free
}

func (i *inspection) tooLarge(f *desk.File) bool {
	return i.Writes.MaxFile > 0 && f.Size > i.Writes.MaxFile
}
