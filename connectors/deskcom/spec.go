// Package deskcom reads what is left of Desk.com, which Salesforce closed in March 2020: files
// in which its admins kept the answers of its API (version 2).
package deskcom

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Config says where the files are.
type Config struct {
	Path string `yaml:"path" path:"true" doc:"A folder with the answers of Desk.com's API that were kept (JSON, JSON lines, packed with gzip or not), a zip of them, or one such file. The files of attachments may lie among them."`
	Site string `yaml:"site" doc:"The address that the account had, such as https://acme.desk.com: links to its cases are known by it."`
	Most int    `yaml:"most_urgent" enum:"10|1" doc:"Which end of Desk.com's priorities, 1 to 10, is the most urgent."`
}

// Check finds what cannot be meant.
func (c *Config) Check() error {
	switch at, err := url.Parse(c.Site); {
	case c.Path == "":
		return fmt.Errorf("path: say where the files are")
	case c.Site != "" && (err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http"):
		return fmt.Errorf("site: %q is no address – write it as https://acme.desk.com", c.Site)
	case c.Most != 1 && c.Most != 10:
		return fmt.Errorf("most_urgent: %d – it is 10 or 1", c.Most)
	}
	return nil
}

var kinds = []desk.Kind{desk.KindOrganization, desk.KindGroup, desk.KindAgent, desk.KindContact, desk.KindTicket}

// Spec describes the connector.
func Spec() connectors.Spec {
	return connectors.Spec{
		Name:   "deskcom",
		Doc:    "Desk.com, closed in 2020: answers of its API that somebody kept",
		Config: func() any { return &Config{Most: 10} },
		Location: func(config any, location string) error {
			path, err := filepath.Abs(location)
			config.(*Config).Path = path
			return err
		},
		Account: func(config any) string { return config.(*Config).Path },
		Reads:   connectors.Caps{Kinds: kinds, Resume: true, Edits: true, Parallel: 1},
		Source: func(ctx context.Context, config any, env connectors.Env) (connectors.Source, error) {
			return newSource(ctx, config.(*Config), env)
		},
		Pages: site,
		Guide: guide,
	}
}

// site is where people opened Desk.com's cases: agents, and customers in the support portal.
func site(config any) connectors.Pages {
	c := config.(*Config)
	if c.Site == "" {
		return connectors.Pages{}
	}
	return connectors.Pages{Base: strings.TrimRight(c.Site, "/"), Forms: []connectors.Page{
		{Kind: desk.KindTicket, Path: "/agent/case/{id}"},
		{Kind: desk.KindTicket, Path: "/web/agent/case/{id}"},
		{Kind: desk.KindTicket, Path: "/customer/portal/private/cases/{id}", Customers: true},
		{Kind: desk.KindContact, Path: "/agent/customer/{id}"},
	}}
}
