package rest

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/deskhaul/deskhaul/connectors"
)

// Download opens the bytes of a file at an address, which may be another host's: it gets
// no credentials then. They are asked for as they are, not packed for the way. Who keeps
// them packed all the same and says so has them unpacked, up to four gigabytes, for a few
// packed bytes may be without end.
func (c *Client) Download(ctx context.Context, address string) (io.ReadCloser, error) {
	resp, err := c.Do(ctx, Call{Path: address, Header: http.Header{"Accept": {"*/*"}, "Accept-Encoding": {"identity"}}})
	if err != nil {
		return nil, err
	}
	if resp.Header.Get("Content-Encoding") != "gzip" {
		return resp.Body, nil
	}
	z, err := gzip.NewReader(resp.Body)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the bytes are said to be packed, and are not: %w: %w", err, connectors.ErrBusy), resp.Body.Close())
	}
	return &unpacked{z: z, Closer: resp.Body, left: c.mostFile}, nil
}

// mostUnpacked is the most that the bytes of one file are unpacked to.
const mostUnpacked = 4 << 30

// unpacked is a file that came packed.
type unpacked struct {
	z *gzip.Reader
	io.Closer
	left int64
}

// Read implements io.Reader.
func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.z.Read(p)
	if u.left -= int64(n); u.left < 0 {
		return 0, connectors.Refuse(connectors.ReasonTooLarge, "", "the bytes of the file unpack to more than %d MiB", mostUnpacked>>20)
	}
	return n, err
}
