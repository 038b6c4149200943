package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"strings"
	"time"
)

// attachment makes what a note asks for: "KIND NAME". Names beyond ASCII are
// written as RFC 2231 says, with KIND/2047 as encoded words like older programs.
func (p *play) attachment(m *mail, note string) (entity, error) {
	kind, name, _ := strings.Cut(note, " ")
	kind, form, _ := strings.Cut(kind, "/")
	types := map[string]string{
		"pdf": "application/pdf", "csv": "text/csv; charset=us-ascii", "png": "image/png", "log": "text/plain; charset=us-ascii",
		"zip": "application/zip", "txt": "text/plain; charset=windows-1251", "ics": "text/calendar; charset=utf-8; method=REQUEST",
	}
	if kind == "mail" {
		return p.forwarded(name)
	}
	content, err := fileOf(kind, name, m.at)
	if err != nil {
		return entity{}, err
	}
	if types[kind] == "" {
		return entity{}, fmt.Errorf("no kind of file is called %q", kind)
	}
	label := fmt.Sprintf("filename=%q", name)
	typed := types[kind] + fmt.Sprintf("; name=%q", name)
	switch {
	case isASCII(name):
	case form == "2047":
		coded, err := words(name, m.charset())
		if err != nil {
			return entity{}, err
		}
		label, typed = fmt.Sprintf("filename=\"%s\"", coded), types[kind]+fmt.Sprintf(";\n name=\"%s\"", coded)
	default:
		label, typed = extended(name), types[kind]
	}
	return entity{
		header: []string{"Content-Type: " + typed, "Content-Transfer-Encoding: base64", "Content-Disposition: attachment;\n " + label},
		body:   transfer(content, "base64"),
	}, nil
}

// extended writes a file name with charset and in pieces (RFC 2231 sections 3 and 4).
func extended(name string) string {
	var lines []string
	line := "utf-8''"
	for _, r := range name {
		c := strings.ReplaceAll(url.QueryEscape(string(r)), "+", "%20")
		if len(line)+len(c) > 60 {
			lines = append(lines, line)
			line = ""
		}
		line += c
	}
	lines = append(lines, line)
	if len(lines) == 1 {
		return "filename*=" + lines[0]
	}
	for i := range lines {
		lines[i] = fmt.Sprintf("filename*%d*=%s", i, lines[i])
	}
	return strings.Join(lines, ";\n ")
}

// forwarded makes a mail an attachment (RFC 2046 section 5.2.1).
func (p *play) forwarded(name string) (entity, error) {
	other, err := p.mail(name)
	if err != nil {
		return entity{}, err
	}
	b, err := p.compose(other)
	return entity{header: []string{"Content-Type: message/rfc822", "Content-Disposition: attachment"}, body: b}, err
}

// fileOf makes a file that was saved shortly before the mail was written.
func fileOf(kind, name string, mailed time.Time) ([]byte, error) {
	switch kind {
	case "pdf":
		return paper(name), nil
	case "csv":
		return readings(name, mailed), nil
	case "png":
		return picture(name), nil
	case "log":
		return logFile(name, mailed), nil
	case "zip":
		return zipped("readings.csv", readings(name, mailed), "station.log", logFile(name, mailed))
	case "ics":
		return []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Nordlicht Instruments//Visits//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n" +
			"UID:visit-0417@nordlicht.example\r\nDTSTAMP:20250401T080000Z\r\nDTSTART:20250417T080000Z\r\nDTEND:20250417T110000Z\r\n" +
			"SUMMARY:Calibration visit\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"), nil
	case "txt":
		b, _, err := encode("Станция: NL-400\r\nСерийный номер: 400-22817\r\nПрошивка: 3.2.1\r\nОшибка датчика ветра: обрыв линии\r\n", "windows-1251")
		return b, err
	}
	return nil, fmt.Errorf("no kind of file is called %q", kind)
}

// picture is a small image, another for each name. It is not compressed, so that
// no version of the compressor changes its bytes.
func picture(name string) []byte {
	const side = 12
	seed := hashOf(name)
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			img.Set(x, y, color.RGBA{uint8(seed) + uint8(9*x), uint8(seed>>8) + uint8(7*y), uint8(seed >> 16), 255})
		}
	}
	var b bytes.Buffer
	_ = (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&b, img) // a buffer takes everything
	return b.Bytes()
}

// readings is a table of what a station measured.
func readings(name string, mailed time.Time) []byte {
	var b bytes.Buffer
	b.WriteString("time,temperature_c,humidity_pct,pressure_hpa,wind_ms\n")
	at := mailed.UTC().Truncate(24*time.Hour).AddDate(0, 0, -2)
	for i := range 24 {
		r := hashOf(name, fmt.Sprint(i))
		fmt.Fprintf(&b, "%s,%.1f,%d,%.1f,%.1f\n", at.Add(time.Duration(i)*time.Hour).Format(time.RFC3339),
			float64(r%180)/10-4, 40+r>>8%55, 985+float64(r>>16%500)/10, float64(r>>24%140)/10)
	}
	return b.Bytes()
}

func logFile(name string, mailed time.Time) []byte {
	var b bytes.Buffer
	at := mailed.UTC().Truncate(24 * time.Hour).Add(-21 * time.Hour)
	said := [...]string{
		"INFO  radio: uplink ok", "WARN  radio: no ack, retry 1", "WARN  radio: no ack, retry 2", "ERROR power: 3.21 V below limit",
		"INFO  sensor: wind 4.2 m/s", "INFO  clock: drift -2 s", "ERROR sensor: rain gauge timeout",
	}
	for i := range 18 {
		at = at.Add(time.Duration(30+hashOf(name, "at", fmt.Sprint(i))%900) * time.Second)
		fmt.Fprintf(&b, "%s %s\n", at.Format("2006-01-02 15:04:05"), said[hashOf(name, fmt.Sprint(i))%uint64(len(said))])
	}
	return b.Bytes()
}

func zipped(pairs ...any) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: pairs[i].(string), Method: zip.Store, Modified: time.Date(2025, 1, 15, 12, 0, 0, 0, time.UTC)})
		if err == nil {
			_, err = w.Write(pairs[i+1].([]byte))
		}
		if err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// paper is a PDF of one page with one line on it.
func paper(name string) []byte {
	title := strings.TrimSuffix(name, ".pdf")
	if !isASCII(title) {
		title = fmt.Sprintf("Nordlicht Instruments, document %d", hashOf(name)%100000)
	}
	page := fmt.Sprintf("BT /F1 18 Tf 60 760 Td (%s) Tj ET", strings.NewReplacer("(", "", ")", "").Replace(title))
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(page), page),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	table := fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for i, o := range objects {
		table += fmt.Sprintf("%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", table, len(objects)+1, start)
	return b.Bytes()
}

// uuencode writes a file into text as it was done before MIME.
func uuencode(name string, content []byte) string {
	char := func(c byte) byte {
		if c == 0 {
			return '`'
		}
		return c + 32
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "begin 644 %s\n", name)
	for len(content) > 0 {
		n := min(45, len(content))
		line := append(append([]byte{}, content[:n]...), 0, 0)
		b.WriteByte(char(byte(n)))
		for i := 0; i < n; i += 3 {
			x, y, z := line[i], line[i+1], line[i+2]
			b.Write([]byte{char(x >> 2), char(x<<4&48 | y>>4), char(y<<2&60 | z>>6), char(z & 63)})
		}
		b.WriteByte('\n')
		content = content[n:]
	}
	b.WriteString("`\nend\n")
	return b.String()
}
