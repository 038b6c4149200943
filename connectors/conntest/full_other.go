//go:build !linux && !darwin

package conntest

import "errors"

const canLimit = false

func limitFiles(int64) (func(), error) { return nil, errors.ErrUnsupported }
