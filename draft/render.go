package draft

import (
	"strings"

	"github.com/deskhaul/deskhaul/mapping/strict"
)

// branch is a key of the mapping with what stands below it.
type branch struct {
	key  string
	line *Line // of a leaf
	kids []*branch
}

// tree puts lines under their keys, in the order in which they first come.
func tree(lines []Line) *branch {
	root := new(branch)
	for i := range lines {
		at := root
		for _, key := range lines[i].Path[:len(lines[i].Path)-1] {
			at = at.under(key)
		}
		at.kids = append(at.kids, &branch{key: lines[i].Path[len(lines[i].Path)-1], line: &lines[i]})
	}
	return root
}

func (b *branch) under(key string) *branch {
	for _, kid := range b.kids {
		if kid.key == key && kid.line == nil {
			return kid
		}
	}
	kid := &branch{key: key}
	b.kids = append(b.kids, kid)
	return kid
}

// alive tells whether anything in it is no comment: a key without that is a comment too.
func (b *branch) alive() bool {
	if b.line != nil {
		return b.line.Live
	}
	for _, kid := range b.kids {
		if kid.alive() {
			return true
		}
	}
	return false
}

// YAML is the mapping as the end of a file: the key mapping with all below it.
func (d *Draft) YAML() string {
	var b strings.Builder
	for _, n := range d.Notes {
		b.WriteString("# " + oneLine(n) + "\n")
	}
	root := tree(d.Lines)
	root.key = "mapping"
	root.write(&b, "", false)
	return b.String()
}

// write writes a branch. Within a dead one the sign of the comment stands once, at the
// left of it, so that the part is taken alive by taking away one column.
func (b *branch) write(to *strings.Builder, indent string, dead bool) {
	mark := ""
	if !dead && !b.alive() {
		mark, dead = "# ", true
	}
	to.WriteString(indent + mark + strict.Quoted(b.key) + ":")
	if b.line != nil {
		to.WriteString(b.line.rest() + "\n")
		return
	}
	to.WriteByte('\n')
	for _, kid := range b.kids {
		kid.write(to, indent+mark+"  ", dead)
	}
}

// rest is what stands behind the key of a line.
func (l Line) rest() string {
	out := ""
	if l.Value != "" {
		out = " " + l.Value
	}
	if l.Say != "" {
		out += "  # " + oneLine(l.Say)
	}
	return out
}

// oneLine keeps what a system calls its things from ending a comment.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
}
