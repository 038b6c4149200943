package intercom

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// mostFiles is how many files one call takes.
const mostFiles = 10

// spooled is a file that lies on this machine: a message may take several calls, and none is
// made before all its files are known to be whole.
type spooled struct {
	file desk.File
	at   *os.File
	size int64
	sum  string
}

// spool fetches the files of a message. The caller drops them.
func (t *Target) spool(ctx context.Context, m *desk.Message) (files []spooled, err error) {
	defer func() {
		if err != nil {
			drop(files)
		}
	}()
	for i := range m.Files {
		f, err := t.spoolOne(ctx, &m.Files[i])
		if err != nil {
			return files, err
		}
		files = append(files, f)
	}
	return files, nil
}

func (t *Target) spoolOne(ctx context.Context, f *desk.File) (s spooled, err error) {
	in, err := rest.OpenFile(ctx, f)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	at, err := os.CreateTemp(t.env.Temp, "file-*")
	if err != nil {
		return s, connectors.StopIfFull(err)
	}
	s = spooled{file: *f, at: at}
	hash := sha256.New()
	s.size, err = io.Copy(io.MultiWriter(at, hash), io.LimitReader(in, t.config.maxFile()+1))
	if err == nil && s.size > t.config.maxFile() {
		err = connectors.Refuse(connectors.ReasonTooLarge, "leave it out in the mapping, or set a larger max_file if Intercom takes it", "file %q is larger than %d bytes", f.Name, t.config.maxFile())
	}
	if err != nil {
		drop([]spooled{s})
		return spooled{}, connectors.StopIfFull(err)
	}
	s.sum = hex.EncodeToString(hash.Sum(nil))
	return s, nil
}

func drop(files []spooled) {
	for _, s := range files {
		_ = s.at.Close()           // it was read
		_ = os.Remove(s.at.Name()) // the folder is emptied between runs
	}
}

func (s *spooled) receipt(m *desk.Message) connectors.FileReceipt {
	return connectors.FileReceipt{Message: m.ID, Name: s.file.Name, Size: s.size, SHA256: s.sum}
}

// withFiles is the body of a call with files in it, in base64. They are streamed.
func withFiles(values map[string]any, files []spooled) (*rest.Body, error) {
	head, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	parts := []piece{{text: string(head[:len(head)-1]) + `,"attachment_files":[`}}
	size := int64(0)
	for i, f := range files {
		about, err := json.Marshal(map[string]string{"content_type": cmp.Or(f.file.Type, "application/octet-stream"), "name": f.file.Name})
		if err != nil {
			return nil, err
		}
		before := string(about[:len(about)-1]) + `,"data":"`
		if i > 0 {
			before = "," + before
		}
		parts = append(parts, piece{text: before}, piece{file: &files[i]}, piece{text: `"}`})
	}
	parts = append(parts, piece{text: "]}"})
	for _, p := range parts {
		size += p.size()
	}
	return &rest.Body{Type: "application/json", Size: size, Open: func() (io.ReadCloser, error) {
		r, w := io.Pipe()
		go func() { w.CloseWithError(writePieces(w, parts)) }()
		return r, nil
	}}, nil
}

// piece is a stretch of a body: a text, or a file in base64.
type piece struct {
	text string
	file *spooled
}

func (p piece) size() int64 {
	if p.file == nil {
		return int64(len(p.text))
	}
	return (p.file.size + 2) / 3 * 4
}

func writePieces(w io.Writer, parts []piece) error {
	for _, p := range parts {
		if p.file == nil {
			if _, err := io.WriteString(w, p.text); err != nil {
				return err
			}
			continue
		}
		to := base64.NewEncoder(base64.StdEncoding, w)
		_, err := io.Copy(to, io.NewSectionReader(p.file.at, 0, p.file.size))
		if err = errors.Join(err, to.Close()); err != nil {
			return err
		}
	}
	return nil
}
