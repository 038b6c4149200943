package mailgen

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// file is an attachment.
type file struct {
	name, kind string
	cid        string
	data       []byte
}

// attachments draws one to three files. Encoded they take 5 to 400 KB each, small
// ones as often as large ones on a logarithmic scale.
func (g *generator) attachments() []file {
	n := 1
	for n < 3 && g.chance(20) {
		n++
	}
	files := make([]file, n)
	for i := range files {
		size := int(5e3*math.Exp(g.rnd.Float64()*math.Log(80))) * 3 / 4
		switch k := g.rnd.IntN(100); {
		case k < 35:
			files[i] = g.binary("scan%d.pdf", "application/pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", size)
		case k < 60:
			files[i] = g.binary("screenshot%d.png", "image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", size)
		case k < 80:
			files[i] = g.binary("photo%d.jpg", "image/jpeg", "\xff\xd8\xff\xe0\x00\x10JFIF\x00", size)
		default:
			files[i] = g.journal(size)
		}
	}
	return files
}

// binary is a file that cannot be compressed and is like no other.
func (g *generator) binary(name, kind, magic string, size int) file {
	b := append(make([]byte, 0, size), magic...)
	b = b[:max(size, len(magic))]
	g.fill(b[len(magic):])
	return file{name: fmt.Sprintf(name, g.rnd.IntN(10_000)), kind: kind, data: b}
}

// journal is the log of a program.
func (g *generator) journal(size int) file {
	v := g.voice("en")
	var b strings.Builder
	for b.Len() < size {
		fmt.Fprintf(&b, "2024-05-%02dT%02d:%02d:%02d.%03dZ %s [worker-%d] %s %s %s id=%x\n", g.between(1, 28), g.rnd.IntN(24), g.rnd.IntN(60), g.rnd.IntN(60), g.rnd.IntN(1000),
			pick(g, []string{"INFO", "INFO", "WARN", "ERROR"}), g.rnd.IntN(16), v.word(g), v.word(g), v.word(g), g.rnd.Uint64())
	}
	return file{name: fmt.Sprintf("app%d.log", g.rnd.IntN(10_000)), kind: "text/plain", data: []byte(b.String()[:size])}
}

// logo is the picture in a company's signatures: 2 to 14 KB, always the same.
func (g *generator) logo(company int) file {
	own := rand.New(rand.NewPCG(g.seed+13, uint64(company)))
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	for range 250 + own.IntN(1500) {
		b = binary.LittleEndian.AppendUint64(b, own.Uint64())
	}
	return file{name: "logo.png", kind: "image/png", cid: fmt.Sprintf("logo%d@example.com", company), data: b}
}

// fill fills b with random bytes.
func (g *generator) fill(b []byte) {
	for len(b) >= 8 {
		binary.LittleEndian.PutUint64(b, g.rnd.Uint64())
		b = b[8:]
	}
	for i := range b {
		b[i] = byte(g.rnd.Uint32())
	}
}

func (g *generator) file(f file) {
	fmt.Fprintf(&g.out, "Content-Type: %s; name=%q\nContent-Transfer-Encoding: base64\n", f.kind, f.name)
	if f.cid != "" {
		fmt.Fprintf(&g.out, "Content-ID: <%s>\nContent-Disposition: inline; filename=%q\n\n", f.cid, f.name)
	} else {
		fmt.Fprintf(&g.out, "Content-Disposition: attachment; filename=%q\n\n", f.name)
	}
	g.base64(f.data)
}
