package znuny

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
)

// object is a JSON object that is sent.
type object = map[string]any

// api is a Znuny as one end of a run sees it.
type api struct {
	config *Config
	client *rest.Client
	env    connectors.Env
}

func newAPI(c *Config, env connectors.Env) (*api, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	a := &api{config: c, env: env}
	var err error
	a.client, err = rest.New(rest.Options{
		Base:     strings.TrimRight(c.URL, "/") + "/nph-genericinterface.pl/Webservice/" + url.PathEscape(cmp.Or(c.Service, "deskhaul")),
		Settings: c.Settings, Env: env, Secrets: []connectors.Secret{c.Password}, Explain: a.explain, Wait: c.wait,
	})
	return a, err
}

// request is a call of an operation, without what is sent. A route may have the ticket's
// number in it.
func (a *api) request(op, ticket string) rest.Call {
	method, path := a.config.route(op)
	return rest.Call{Method: method, Path: strings.ReplaceAll(path, ":TicketID", url.PathEscape(ticket))}
}

// login are the credentials, which every call carries.
func (a *api) login() object {
	return object{"UserLogin": a.config.User, "Password": a.config.Password.Reveal()}
}

// call calls an operation that makes something, or is not to be repeated; read one that
// makes nothing.
func (a *api) call(ctx context.Context, op string, args object, out any) error {
	return a.send(ctx, op, args, false, out)
}

func (a *api) read(ctx context.Context, op string, args object, out any) error {
	return a.send(ctx, op, args, true, out)
}

func (a *api) send(ctx context.Context, op string, args object, harmless bool, out any) error {
	ticket, _ := args["TicketID"].(string)
	call := a.request(op, ticket)
	all := a.login()
	maps.Copy(all, args)
	call.JSON, call.Harmless = all, harmless
	return a.answer(ctx, op, call, out)
}

// answer makes a call and takes its answer, or the error that it is: Znuny says 200 to both.
func (a *api) answer(ctx context.Context, op string, call rest.Call, out any) error {
	var raw json.RawMessage
	if _, err := a.client.JSON(ctx, call, &raw); err != nil {
		return err
	}
	if err := faultIn(op, raw); err != nil {
		return err
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return garbled(op, call.Harmless, err)
	}
	return nil
}
