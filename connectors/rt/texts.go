package rt

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
)

// The texts of a ticket's messages are asked for many at a time. A call for each would
// be most of the calls that reading takes.
const (
	mostTexts     = 50        // in one call
	mostTextBytes = 512 << 10 // in one call, as far as RT tells their lengths
)

// textKind is the media type of a part that is a message's text, or may be; "" of any
// other.
func textKind(a attachmentShape) string {
	kind := mediaType(a)
	if a.Filename == "" && (kind == "text/plain" || kind == "text/html") {
		return kind
	}
	return ""
}

func mediaType(a attachmentShape) string {
	kind, _, _ := strings.Cut(strings.ToLower(string(a.ContentType)), ";")
	return kind
}

// readTexts reads the texts of all messages.
func (s *Source) readTexts(ctx context.Context, ticket text, h *tales) error {
	var batch []attachmentShape
	size := 0
	flush := func() error {
		err := s.textsOf(ctx, ticket, batch, h.texts)
		batch, size = batch[:0], 0
		return err
	}
	for _, parts := range h.parts {
		for _, a := range parts {
			if textKind(a) == "" {
				continue
			}
			if n := number(a.Length); len(batch) == mostTexts || len(batch) > 0 && size+n > mostTextBytes {
				if err := flush(); err != nil {
					return err
				}
			}
			batch, size = append(batch, a), size+number(a.Length)
		}
	}
	return flush()
}

// textsOf reads some texts. Lists show the contents of texts as they are; one that is
// not among them, and one that is alone, is asked for by itself when it is needed.
func (s *Source) textsOf(ctx context.Context, ticket text, batch []attachmentShape, into map[text]string) error {
	if len(batch) < 2 {
		return nil
	}
	var anyOf []map[string]any // of these conditions on one field RT takes what meets any
	for _, a := range batch {
		anyOf = append(anyOf, map[string]any{"field": "id", "operator": "=", "value": string(a.ID)})
	}
	call := rest.Call{
		Method: http.MethodPost, Path: "ticket/" + string(ticket) + "/attachments", JSON: anyOf, Harmless: true,
		Query: url.Values{"fields": {"Content"}, "per_page": {perPage}},
	}
	rows, err := listed[textShape](ctx, s.client, call)
	if err != nil {
		return err
	}
	for _, row := range rows.Items {
		if row.Content != nil {
			into[row.ID] = *row.Content
		}
	}
	return nil
}

type textShape struct {
	ID      text    `json:"id"`
	Content *string `json:"Content"`
}

// textOf is the text of a part.
func (s *Source) textOf(ctx context.Context, h *tales, id text) (string, error) {
	t, known := h.texts[id]
	if !known {
		b, err := s.content(ctx, id)
		if err != nil {
			return "", err
		}
		t = string(b)
	}
	return strings.ToValidUTF8(t, "�"), nil
}

// content reads the text of a part alone. Here RT sends it as base64 inside JSON.
func (s *Source) content(ctx context.Context, id text) ([]byte, error) {
	var a attachmentShape
	if _, err := s.client.JSON(ctx, rest.Call{Path: "attachment/" + string(id)}, &a); err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.DecodeString(strings.NewReplacer("\n", "", "\r", "").Replace(string(a.Content)))
	if err != nil {
		return nil, fmt.Errorf("attachment %s: its content is no base64: %w: %w", id, err, connectors.ErrRefused)
	}
	return b, nil
}
