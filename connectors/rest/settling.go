package rest

import (
	"fmt"
	"time"
)

// standardSettling is longer than any server was seen to work on after the line of a
// call was cut.
const standardSettling = 2 * time.Minute

// Settling reads the setting of that name: how long after a lost answer a record that
// is not found counts as never made. Empty is two minutes; so is what is no length of
// time, which comes with an error that names the setting.
func Settling(said string) (time.Duration, error) {
	if said == "" {
		return standardSettling, nil
	}
	d, err := time.ParseDuration(said)
	if err != nil || d < 0 {
		return standardSettling, fmt.Errorf("settling: %q is no length of time: write it as 2m or 30s", said)
	}
	return d, nil
}
