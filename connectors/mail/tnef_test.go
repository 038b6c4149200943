package mail

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// tnefBuilder writes a winmail.dat as MS-OXTNEF describes it.
type tnefBuilder struct{ b []byte }

func newTNEF() *tnefBuilder {
	return &tnefBuilder{append(binary.LittleEndian.AppendUint32(nil, tnefSignature), 1, 0)}
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
	if fixedSize(kind) == 0 {
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
	t.attribute(tnefLevelMessage, tnefOEMCodepage, []byte{0xe3, 4, 0, 0, 0, 0, 0, 0}) // 1251
	rtf := append([]byte{16, 0, 0, 0, 9, 0, 0, 0, 'M', 'E', 'L', 'A', 0, 0, 0, 0}, "{\\rtf1 x}"...)
	t.attribute(tnefLevelMessage, tnefProps, tnefPropList(
		tnefProp(0x0B, 0x0E1B, []byte{1, 0}),
		tnefProp(typeString, propBody, wide("Привет\r\n")),
		tnefProp(typeBinary, propRTF, rtf),
	))
	t.attribute(tnefLevelAttach, tnefAttachStart, make([]byte, 14))
	t.attribute(tnefLevelAttach, tnefAttachTitle, []byte("\xee\xf2\xf7\xe5\xf2.pdf\x00"))
	t.attribute(tnefLevelAttach, tnefAttachData, []byte("pdf"))
	t.attribute(tnefLevelAttach, tnefAttachStart, make([]byte, 14))
	t.attribute(tnefLevelAttach, tnefAttachTitle, []byte("SHORT~1.PNG\x00"))
	t.attribute(tnefLevelAttach, tnefAttachData, []byte("png"))
	t.attribute(tnefLevelAttach, tnefAttachProps, tnefPropList(
		tnefProp(typeString, propAttachLongName, wide("long name.png")),
		tnefProp(typeString8, propAttachType, []byte("image/png\x00")),
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

func TestUnpackRTF(t *testing.T) {
	// The example of MS-OXRTFCP section 3.1.1.
	packed := []byte{
		0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0, 0x0a, 0, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42,
		0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
	}
	if got, want := string(unpackRTF(packed, 1000)), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := unpackRTF(packed, 10); got != nil {
		t.Errorf("more than the limit: %q", got)
	}
}
