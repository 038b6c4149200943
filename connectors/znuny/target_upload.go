package znuny

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// upload makes a call with files, as base64 in its JSON. All but the credentials is put on
// disk first: a file that cannot be read is noticed before anything was sent, and Znuny
// wants to know the length.
func (t *Target) upload(ctx context.Context, op string, args object, m *desk.Message, files []desk.File) (made madeShape, receipts []connectors.FileReceipt, err error) {
	ticket, _ := args["TicketID"].(string)
	call := t.request(op, ticket)
	if len(files) == 0 {
		return made, nil, t.call(ctx, op, args, &made)
	}
	body, sizes, done, err := t.spoolUp(ctx, args, files)
	if err != nil {
		return made, nil, err
	}
	defer done()
	login, err := json.Marshal(t.login())
	if err != nil {
		return made, nil, err
	}
	login[len(login)-1] = ',' // the object goes on
	inner := body.Open
	body.Size += int64(len(login))
	body.Open = func() (io.ReadCloser, error) {
		r, err := inner()
		if err != nil {
			return nil, err
		}
		return &part{io.MultiReader(bytes.NewReader(login), r), r}, nil
	}
	call.Body = body
	if err := t.answer(ctx, op, call, &made); err != nil {
		return made, nil, err
	}
	for i, n := range sizes {
		receipts = append(receipts, connectors.FileReceipt{Message: m.ID, Name: files[i].Name, Size: n})
	}
	return made, receipts, nil
}

// spoolUp puts an object without its first brace, and files, on disk. The caller calls done
// when the call is over.
func (t *Target) spoolUp(ctx context.Context, args object, files []desk.File) (b *rest.Body, sizes []int64, done func(), err error) {
	head, err := json.Marshal(args)
	if err != nil {
		return nil, nil, nil, connectors.Refuse(connectors.ReasonRefused, "", "cannot be written as JSON: %w", err)
	}
	b, done, err = rest.Spool(t.env.Temp, "znuny-*.json", func(w io.Writer) (err error) {
		sizes, err = writeFiles(ctx, w, head[1:len(head)-1], files, t.config.maxFiles())
		return err
	})
	return b, sizes, done, err
}

func writeFiles(ctx context.Context, w io.Writer, head []byte, files []desk.File, most int64) (sizes []int64, err error) {
	between, used := string(head)+`,"Attachment":[`, map[string]bool{}
	for i := range files {
		if _, err := io.WriteString(w, between); err != nil {
			return nil, err
		}
		name, kind, _ := label(&files[i], i, used)
		n, err := writeFile(ctx, w, &files[i], name, kind, most)
		if err != nil {
			return nil, err
		}
		sizes, between = append(sizes, n), ","
	}
	_, err = io.WriteString(w, "]}")
	return sizes, err
}

// writeFile writes one file. Znuny takes an empty one only if what stands for its bytes is
// not empty.
func writeFile(ctx context.Context, w io.Writer, f *desk.File, name, kind string, most int64) (int64, error) {
	r, err := rest.OpenFile(ctx, f)
	if err != nil {
		return 0, err
	}
	about := object{"Filename": name, "ContentType": kind, "Disposition": "attachment"}
	if f.Inline {
		about["Disposition"] = "inline"
	}
	if f.CID != "" {
		about["ContentID"] = "<" + f.CID + ">"
	}
	said, err := json.Marshal(about)
	if err == nil {
		_, err = io.WriteString(w, string(said[:len(said)-1])+`,"Content":"`)
	}
	enc := base64.NewEncoder(base64.StdEncoding, w)
	var n int64
	if err == nil {
		n, err = io.Copy(enc, io.LimitReader(r, most+1))
	}
	if err == nil && n > most {
		err = connectors.Refuse(connectors.ReasonTooLarge, "leave it out in the mapping, or raise max_files and MaxLength of the web service", "file %q is larger than %d bytes", f.Name, most)
	}
	end := `"}`
	if n == 0 {
		end = `="}`
	}
	if err = errors.Join(err, r.Close(), enc.Close()); err == nil {
		_, err = io.WriteString(w, end)
	}
	return n, err
}
