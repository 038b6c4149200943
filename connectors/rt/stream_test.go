package rt

import (
	"bufio"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/deskhaul/deskhaul/connectors/rest"
)

// The bytes of an attachment are taken out of the object, wherever they stand in it,
// and an object that ends too early is noticed.
func TestContentOfObject(t *testing.T) {
	for in, want := range map[string]string{
		`{"Content":"aGVs\nbG8="}`: "hello",
		"{\n   \"Subject\" : \"say \\\"Content\\\" : \\\"x\",\n   \"x\": {\"Content\": \"bm8=\"},\n   \"Content\" : \"aGVs\\nbG8=\\n\",\n \"id\": \"1\"}": "hello",
		`{"Content":"","id":1}`:      "",
		`{"Content":null,"id":1}`:    "",
		`{"id":1}`:                   "",
		`{"a":"Content","b":"c"}`:    "",
		`{"Content":"aGVsbG8`:        "broken",
		`{"Content":`:                "broken",
		`{"Subject":"x`:              "broken",
		``:                           "broken",
		`{"Content":"not base64 !"}`: "broken",
	} {
		for _, slow := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader, iotest.DataErrReader} {
			r := bufio.NewReaderSize(slow(strings.NewReader(in)), 16)
			found, err := seekContent(r)
			var got []byte
			if err == nil && found {
				got, err = io.ReadAll(base64.NewDecoder(base64.StdEncoding, rest.JSONText(r)))
			}
			if (err != nil) != (want == "broken") || err == nil && string(got) != want {
				t.Errorf("%s: %q, %v; want %q", in, got, err, want)
			}
			if errors.Is(err, io.EOF) {
				t.Errorf("%s: ends as if it were whole", in)
			}
		}
	}
}
