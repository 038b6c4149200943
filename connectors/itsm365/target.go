package itsm365

import (
	"errors"

	"github.com/deskhaul/deskhaul/connectors"
)

func newTarget(*Config, connectors.Env) (connectors.Target, error) { return nil, errors.New("not yet") }

const noSubject = "(no subject)"
