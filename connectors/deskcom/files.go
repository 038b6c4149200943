package deskcom

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/saved"
	"github.com/deskhaul/deskhaul/desk"
)

// attached is an attachment as the API tells of it.
type attached struct {
	attachmentShape
	id      string
	message desk.ID // "" of the case as a whole
}

func readAttachment(parts []string, raw []byte) (attached, error) {
	f := attached{id: parts[len(parts)-1]}
	if len(parts) > 2 {
		f.message = desk.ID(strings.Join(parts[:len(parts)-2], "/"))
	}
	return f, json.Unmarshal(raw, &f.attachmentShape)
}

// find is the file of an attachment.
func (s *Source) find(ctx context.Context, f *attached, ofCase string) (saved.File, bool, error) {
	return s.files.Find(f.id, ofCase, f.Name, func() (bool, error) {
		namesakes := 0
		err := s.index.scan(ctx, "a/"+saved.NameOf(f.Name)+"/", "", func(string, uint64, []byte) (bool, error) {
			namesakes++
			return namesakes < 2, nil
		})
		return namesakes == 1, err
	})
}

// attach gives the messages their files. Those of the case as a whole belong to the first.
// One that is not among the files is named at the end of the text.
func (s *Source) attach(ctx context.Context, id string, messages []desk.Message, files []attached) error {
	if len(messages) == 0 {
		return nil
	}
	own := map[string]bool{}
	for _, f := range files {
		own[f.id] = own[f.id] || f.message != ""
	}
	for _, f := range files {
		if f.message == "" && own[f.id] {
			continue // it is told with its message too
		}
		m := &messages[0]
		for i := range messages {
			if messages[i].ID == f.message {
				m = &messages[i]
			}
		}
		if err := s.attachOne(ctx, id, m, &f); err != nil {
			return err
		}
	}
	return nil
}

func (s *Source) attachOne(ctx context.Context, id string, m *desk.Message, f *attached) error {
	size, err := strconv.ParseInt(string(f.Size), 10, 64)
	if err != nil {
		size = -1
	}
	if !f.Erased.IsZero() {
		saved.Lacking(m, "erased", f.Name, size)
		return nil
	}
	there, ok, err := s.find(ctx, f, id)
	if err != nil {
		return err
	}
	if !ok {
		saved.Lacking(m, "not among the saved files", f.Name, size)
		return nil
	}
	m.Files = append(m.Files, desk.File{
		ID: desk.ID(f.id), Name: f.Name, Type: strings.ToLower(f.Type), Size: there.Size,
		Open: func(context.Context) (io.ReadCloser, error) { return there.Open() },
		Stat: func(context.Context) (int64, error) { return there.Size, nil },
	})
	return nil
}
