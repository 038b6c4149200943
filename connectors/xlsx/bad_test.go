package xlsx

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/deskhaul/deskhaul/connectors/conntest"
)

// zipped is a zip of parts.
func zipped(t *testing.T, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		must[int](t)(must[io.Writer](t)(z.Create(parts[i])).Write([]byte(parts[i+1])))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// parts are those of a small workbook, with another sheet.
func withSheet(t *testing.T, sheet string) string {
	t.Helper()
	path := workbook(t, "a.xlsx", nil, "contacts", cells{{"id"}, {1}})
	z := must[*zip.ReadCloser](t)(zip.OpenReader(path))
	defer z.Close() //nolint:errcheck // it was only read
	var parts []string
	for _, f := range z.File {
		text := string(must[[]byte](t)(io.ReadAll(must[io.ReadCloser](t)(f.Open()))))
		if strings.HasPrefix(f.Name, "xl/worksheets/sheet") {
			text = sheet
		}
		parts = append(parts, f.Name, text)
	}
	return zipped(t, parts...)
}

// bomb is a zip that says that it unpacks to little, and does not.
func bomb(t *testing.T) string {
	t.Helper()
	var b, packed bytes.Buffer
	w := must[*flate.Writer](t)(flate.NewWriter(&packed, 9))
	for range 64 {
		must[int](t)(w.Write(make([]byte, 1<<20)))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(&b)
	must[io.Writer](t)(z.Create("xl/workbook.xml"))
	raw := must[io.Writer](t)(z.CreateRaw(&zip.FileHeader{
		Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, CompressedSize64: uint64(packed.Len()), UncompressedSize64: 1000,
	}))
	must[int](t)(raw.Write(packed.Bytes()))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What is no workbook that can be read says what it is and what to do.
func TestFilesThatAreNoWorkbooks(t *testing.T) {
	whole := string(must[[]byte](t)(os.ReadFile("testdata/xlsxwriter.xlsx")))
	old := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)
	var locked []byte
	for _, u := range utf16.Encode([]rune("EncryptedPackage")) {
		locked = binary.LittleEndian.AppendUint16(locked, u)
	}
	for name, c := range map[string]struct{ content, want string }{
		"old":         {old, "save it as .xlsx"},
		"locked":      {old + string(locked), "take the password out"},
		"binary":      {zipped(t, "xl/workbook.bin", "x"), ".xlsb"},
		"LibreOffice": {zipped(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ".ods"},
		"Numbers":     {zipped(t, "Index/Document.iwa", "x"), "Numbers"},
		"zip":         {zipped(t, "tickets.csv", "id"), "no workbook"},
		"table":       {"id;name\n1;Ann\n", "connector csv"},
		"web page":    {"<html><table>", "web page"},
		"PDF":         {"%PDF-1.7", "PDF"},
		"empty":       {"", "empty"},
		"cut off":     {whole[:len(whole)-500], "copy it again"},
		"damaged":     {strings.Replace(whole, whole[2000:2010], "0123456789", 1), "copy it again"},
		"bomb":        {bomb(t), "copy it again"},
		"torn sheet":  {withSheet(t, `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>`), "damaged"},
		"no XML": {withSheet(t, `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>`+
			`<row r="2"><c r="A2"><v>1</w></c></row><row r="3"><c r="A3"><v>2</v></c></row></sheetData></worksheet>`), "row 3 cannot be read"},
	} {
		path := filepath.Join(t.TempDir(), "contacts.xlsx")
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := newSource(t.Context(), &Config{Path: path, Kind: "contacts"}, conntest.FileEnv(t))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// No more is unpacked than is allowed, and what is allowed is a setting.
func TestWorkbooksThatAreTooLarge(t *testing.T) {
	path := workbook(t, "contacts.xlsx", nil, "contacts", cells{{"id", "name"}, {1, strings.Repeat("x", 30000)}})
	_, err := newSource(t.Context(), &Config{Path: path, MaxUnpacked: 20_000}, conntest.FileEnv(t))
	if err == nil || !strings.Contains(err.Error(), "max_unpacked") {
		t.Errorf("says %v", err)
	}
	s := must[io.Closer](t)(newSource(t.Context(), &Config{Path: path, MaxUnpacked: 200_000}, conntest.FileEnv(t)))
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A scan never fails on bytes, and sees what a sheet says of its rows.
func TestScan(t *testing.T) {
	sheet := `<?xml version="1.0"?><x:worksheet><x:sheetData><!-- <row> --><x:row r="2"><x:c r="A2" t="str"><x:f>""</x:f><x:v></x:v></x:c><x:c r="B2"><x:f>A1</x:f><x:v/></x:c></x:row>` +
		`<x:row r="7"><x:c r="A7"><x:f>HYPERLINK("https://a.example")</x:f><x:v>1</x:v></x:c></x:row><x:row r="9"/></x:sheetData>` +
		`<x:mergeCells><x:mergeCell ref="A2:A3"/></x:mergeCells><x:hyperlinks><x:hyperlink ref="B2" r:id="rId1"/></x:hyperlinks></x:worksheet>`
	s, err := scan(strings.NewReader(sheet))
	if got := fmt.Sprintf("%v %v %v %v %v %v %v %v", s.last, s.unvalued, s.unvaluedA, s.formulas, s.merges, s.links, s.ended, err); got != "7 1 B2 1 [A2:A3] [{B2 rId1 }] true <nil>" {
		t.Errorf("got %s", got)
	}
	for n := range len(sheet) {
		if s, err := scan(strings.NewReader(sheet[:n])); s.ended && n < strings.Index(sheet, "</x:sheetData>") || err != nil && !s.ended && !errors.Is(err, io.EOF) {
			t.Errorf("cut at %d: %v %v", n, s, err)
		}
	}
}

// Whatever a part of a workbook holds, a scan of it ends, and what it marks can be read.
func FuzzScan(f *testing.F) {
	f.Add(`<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells><hyperlinks><hyperlink ref="A1" r:id="rId1"/></hyperlinks>`)
	f.Add(`<x:c r="`)
	f.Add(`<![CDATA[<c>]]><!-- --><sheetData/>`)
	f.Fuzz(func(t *testing.T, sheet string) {
		s, err := scan(strings.NewReader(sheet))
		if err != nil {
			return
		}
		for _, ref := range s.merges {
			if at, ok := corners(ref); ok && (at[0] < 1 || at[1] < 1) {
				t.Errorf("%q is %v", ref, at)
			}
		}
	})
}

// Whatever stands in a row of the temporary copy, it is cut into cells or refused.
func FuzzCut(f *testing.F) {
	f.Add("\x01a\x00\x02bc")
	f.Add("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")
	f.Fuzz(func(t *testing.T, row string) {
		cells, err := cut(nil, row)
		if err == nil && len(strings.Join(cells, "")) > len(row) {
			t.Errorf("%q became %q", row, cells)
		}
	})
}
