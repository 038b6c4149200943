package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"unicode/utf16"
)

// mostBeside is how many bytes of a workbook that are not rows, such as pictures, are
// opened: the library holds them in memory.
const mostBeside = 256 << 20

// kindOfFile tells by its first bytes what a file is that is no workbook of Excel 2007 or
// later.
func kindOfFile(f *os.File, size int64) error {
	head := make([]byte, 8)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch head = head[:n]; {
	case n == 0:
		return errors.New("the file is empty")
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		if isEncrypted(f, size) {
			return errors.New("the workbook is locked with a password: open it in Excel, take the password out (File, Info, Protect Workbook) and save it")
		}
		return errors.New("this is a workbook of an old Excel (.xls): open it in Excel or LibreOffice and save it as .xlsx")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return nil
	case bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return errors.New("this is an empty zip: export the workbook again")
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return errors.New("this is a PDF: export the rows as .xlsx or .csv")
	case bytes.HasPrefix(head, []byte("<")), bytes.HasPrefix(head, []byte("\xef\xbb\xbf<")):
		return errors.New("this is a web page or XML that is called a workbook: open it in Excel and save it as .xlsx")
	}
	return errors.New("this is no workbook: if it is a table of text, read it with the connector csv (in deskhaul.yaml, connector: csv)")
}

// isEncrypted looks for the stream of an encrypted workbook in the folders of an OLE file.
func isEncrypted(f *os.File, size int64) bool {
	var name []byte
	for _, u := range utf16.Encode([]rune("EncryptedPackage")) {
		name = append(name, byte(u), byte(u>>8))
	}
	for off := int64(0); off < size; off += 1 << 20 {
		b := make([]byte, 1<<20+len(name))
		n, _ := f.ReadAt(b, off) // what cannot be read is not found
		if bytes.Contains(b[:n], name) {
			return true
		}
	}
	return false
}

// inspect looks at what a workbook unpacks to before anything of it is kept: no more than
// limit bytes, each part as long as it says and whole.
func inspect(z *zip.Reader, limit int64) error {
	parts := map[string]*zip.File{}
	total, beside := uint64(0), uint64(0)
	for _, f := range z.File {
		parts[strings.ToLower(f.Name)] = f
		total += f.UncompressedSize64
		if !isRows(f.Name) {
			beside += f.UncompressedSize64
		}
		if f.UncompressedSize64 > uint64(limit) || total > uint64(limit) {
			return fmt.Errorf("it unpacks to more than %d bytes: if it is right, say max_unpacked: with a larger number", limit)
		}
	}
	switch {
	case parts["xl/workbook.xml"] != nil:
	case parts["xl/workbook.bin"] != nil:
		return errors.New("this is a binary workbook (.xlsb): open it in Excel or LibreOffice and save it as .xlsx")
	case parts["mimetype"] != nil:
		return errors.New("this is a workbook of LibreOffice (.ods): save it as .xlsx")
	case parts["index.zip"] != nil || parts["index/document.iwa"] != nil:
		return errors.New("this is a workbook of Numbers: export it as Excel (File, Export To)")
	default:
		return errors.New("this is a zip and no workbook: unpack it, and name the file in it")
	}
	if beside > mostBeside {
		return fmt.Errorf("it holds %d bytes of pictures and the like, more than the %d that are opened: take them out, and save it", beside, int64(mostBeside))
	}
	return whole(z)
}

// isRows tells the parts that the library leaves on disk.
func isRows(name string) bool {
	name = strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	return strings.HasPrefix(name, "xl/worksheets/sheet") || name == "xl/sharedstrings.xml"
}

// whole unpacks everything once: a part that is longer than it says, cut off, or not what
// its sum says is told here.
func whole(z *zip.Reader) error {
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return damaged(f.Name, err)
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, int64(f.UncompressedSize64)+1))
		if err = errors.Join(err, r.Close()); err == nil && uint64(n) != f.UncompressedSize64 {
			err = errors.New("it is not as long as it says")
		}
		if err != nil {
			return damaged(f.Name, err)
		}
	}
	return nil
}

func damaged(part string, err error) error {
	return fmt.Errorf("the workbook is damaged (%s: %w): copy it again from where it comes from, or have Excel repair it (Open and Repair)", part, err)
}

// partOf is the path of what a part names beside itself.
func partOf(part, target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(target, "/")
	}
	return path.Join(path.Dir(part), target)
}
