// Package all lists the connectors.
package all

import (
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/connectors/csv"
	"github.com/deskhaul/deskhaul/connectors/deskcom"
	"github.com/deskhaul/deskhaul/connectors/eml"
	"github.com/deskhaul/deskhaul/connectors/freshdesk"
	"github.com/deskhaul/deskhaul/connectors/imap"
	"github.com/deskhaul/deskhaul/connectors/intercom"
	"github.com/deskhaul/deskhaul/connectors/itsm365"
	"github.com/deskhaul/deskhaul/connectors/jsonl"
	"github.com/deskhaul/deskhaul/connectors/maildir"
	"github.com/deskhaul/deskhaul/connectors/mbox"
	"github.com/deskhaul/deskhaul/connectors/okdesk"
	"github.com/deskhaul/deskhaul/connectors/rt"
	"github.com/deskhaul/deskhaul/connectors/xlsx"
	"github.com/deskhaul/deskhaul/connectors/zendesk"
	"github.com/deskhaul/deskhaul/connectors/znuny"
)

// Specs returns every connector, in the order in which people read them.
func Specs() []connectors.Spec {
	return []connectors.Spec{
		archive.Spec(),
		mbox.Spec(),
		maildir.Spec(),
		eml.Spec(),
		imap.Spec(),
		csv.Spec(),
		xlsx.Spec(),
		jsonl.Spec(),
		zendesk.Spec(),
		rt.Spec(),
		freshdesk.Spec(),
		itsm365.Spec(),
		intercom.Spec(),
		deskcom.Spec(),
		okdesk.Spec(),
		znuny.Spec(),
	}
}
