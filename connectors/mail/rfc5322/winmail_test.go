package rfc5322

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// The numbers of MS-OXTNEF and MS-OXPROPS that the sample is made of.
const (
	winSignature          = 0x223e9f78
	winLevelMessage       = 1
	winLevelAttach        = 2
	winOEMCodepage        = 0x00069007
	winProps              = 0x00069003
	winAttachStart        = 0x00069002
	winAttachData         = 0x0006800F
	winAttachTitle        = 0x00018010
	winAttachProps        = 0x00069005
	winPropBody           = 0x1000
	winPropRTF            = 0x1009
	winPropAttachLongName = 0x3707
	winPropAttachType     = 0x370E
	winTypeBoolean        = 0x0B
	winTypeString8        = 0x1E
	winTypeString         = 0x1F
	winTypeBinary         = 0x102
)

// tnefBuilder writes a winmail.dat as MS-OXTNEF describes it.
type tnefBuilder struct{ b []byte }

func newTNEF() *tnefBuilder {
	return &tnefBuilder{append(binary.LittleEndian.AppendUint32(nil, winSignature), 1, 0)}
}

func (t *tnefBuilder) attribute(level byte, id uint32, data []byte) {
	t.b = append(t.b, level)
	t.b = binary.LittleEndian.AppendUint32(t.b, id)
	t.b = binary.LittleEndian.AppendUint32(t.b, uint32(len(data)))
	t.b = append(append(t.b, data...), 0, 0)
}

func tnefProp(kind, id uint16, value []byte) []byte {
	b := binary.LittleEndian.AppendUint16(nil, kind)
	b = binary.LittleEndian.AppendUint16(b, id)
	if kind != winTypeBoolean {
		b = binary.LittleEndian.AppendUint32(b, 1)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(value)))
	}
	b = append(b, value...)
	return append(b, make([]byte, -len(value)&3)...)
}

func tnefPropList(props ...[]byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(props)))
	for _, p := range props {
		b = append(b, p...)
	}
	return b
}

func wide(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s + "\x00")) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func sampleTNEF() []byte {
	t := newTNEF()
	t.attribute(winLevelMessage, winOEMCodepage, []byte{0xe3, 4, 0, 0, 0, 0, 0, 0}) // 1251
	rtf := append([]byte{16, 0, 0, 0, 9, 0, 0, 0, 'M', 'E', 'L', 'A', 0, 0, 0, 0}, "{\\rtf1 x}"...)
	t.attribute(winLevelMessage, winProps, tnefPropList(
		tnefProp(winTypeBoolean, 0x0E1B, []byte{1, 0}),
		tnefProp(winTypeString, winPropBody, wide("Привет\r\n")),
		tnefProp(winTypeBinary, winPropRTF, rtf),
	))
	t.attribute(winLevelAttach, winAttachStart, make([]byte, 14))
	t.attribute(winLevelAttach, winAttachTitle, []byte("\xee\xf2\xf7\xe5\xf2.pdf\x00"))
	t.attribute(winLevelAttach, winAttachData, []byte("pdf"))
	t.attribute(winLevelAttach, winAttachStart, make([]byte, 14))
	t.attribute(winLevelAttach, winAttachTitle, []byte("SHORT~1.PNG\x00"))
	t.attribute(winLevelAttach, winAttachData, []byte("png"))
	t.attribute(winLevelAttach, winAttachProps, tnefPropList(
		tnefProp(winTypeString, winPropAttachLongName, wide("long name.png")),
		tnefProp(winTypeString8, winPropAttachType, []byte("image/png\x00")),
	))
	return t.b
}

func TestWinmail(t *testing.T) {
	mail := fmt.Sprintf("Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n%s\n",
		base64.StdEncoding.EncodeToString(sampleTNEF()))
	raw := Bytes([]byte(mail))
	m, err := Parse(raw, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Text != "Привет\n" {
		t.Errorf("text %q", m.Text)
	}
	want := []string{"message.rtf|application/rtf|{\\rtf1 x}", "отчет.pdf|application/pdf|pdf", "long name.png|image/png|png"}
	if d := cmp.Diff(want, fileList(t, m, raw)); d != "" {
		t.Error(d)
	}
}

// TestWinmailCutShort cuts the file at every byte: it is taken apart or kept whole.
func TestWinmailCutShort(t *testing.T) {
	whole := sampleTNEF()
	for n := range whole {
		mail := "Content-Type: application/ms-tnef\n\n" + string(whole[:n])
		raw := Bytes([]byte(mail))
		m, err := Parse(raw, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		checkMessage(t, []byte(mail), m, true)
		if len(m.Parts) == 0 && m.Text == "" && n > 20 {
			t.Errorf("cut at %d of %d: nothing is left", n, len(whole))
		}
	}
}
