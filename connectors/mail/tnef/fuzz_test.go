package tnef

import "testing"

func FuzzRead(f *testing.F) {
	f.Add([]byte("\x78\x9f\x3e\x22\x01\x00\x01\x06\x90\x08\x00\x04\x00\x00\x00\x00\x00\x01\x00\x01\x00"))
	f.Add([]byte("\x78\x9f\x3e\x22\x01\x00\x02\x10\x80\x01\x00\x06\x00\x00\x00a.txt\x00\x00\x00\x02\x0f\x80\x06\x00\x01\x00\x00\x00b\x62\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Read(b)
		if err != nil {
			return
		}
		n := 0
		for _, a := range file.Files {
			n += len(a.Data)
		}
		if n > len(b) {
			t.Errorf("%d bytes of files in %d", n, len(b))
		}
		const limit = 1 << 20
		if rtf := UnpackRTF(file.RTF, limit); len(rtf) > limit {
			t.Errorf("%d bytes of RTF", len(rtf))
		}
	})
}

func FuzzUnpackRTF(f *testing.F) {
	f.Add([]byte("\x2d\x00\x00\x00\x2b\x00\x00\x00LZFu\xf1\xc5\xc7\xa7\x03\x00\x0a\x00rcpg125B2\x0a\xf3\x20hel\x09\x00\x20bw\x05\xb0ld}\x0a\x80\x0f\xa0"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got := UnpackRTF(b, 1000); len(got) > 1000 {
			t.Errorf("%d bytes", len(got))
		}
	})
}
