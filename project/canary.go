package project

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// canaryVersion is the version of the file's form.
const canaryVersion = 1

// Canary is what is known of the last canary that was written to a target: a ticket with
// all that a run writes, to an address of the administrator's, who looks whether an
// e-mail comes.
type Canary struct {
	Target    string `json:"target"`    // UUID
	Name      string `json:"name"`      // of the target, when it was written
	Connector string `json:"connector"` // likewise
	// Settings are those that the silence may depend on, as Project.QuietSettings has them.
	Settings map[string]string `json:"settings"`

	ID      string    `json:"id"` // of this canary, for ever
	Address string    `json:"address"`
	Agent   string    `json:"agent,omitempty"` // the address of the agent who answers in it
	Began   time.Time `json:"began"`
	// Stage is how far it has been written; see the command.
	Stage int `json:"stage"`
	// Ticket is what the target calls it, once that is known; Link where people open it.
	Ticket desk.ID `json:"ticket,omitempty"`
	Link   string  `json:"link,omitempty"`
	// Wrote are the parts of it that stand there; Refused those that the target would not
	// have for good.
	Wrote   []string  `json:"wrote,omitempty"`
	Refused []Refused `json:"refused,omitempty"`
	// Unassigned says why the ticket is not the agent's, if the target did not have it so.
	Unassigned string `json:"unassigned,omitempty"`

	Answer   Answer    `json:"answer,omitempty"`
	Answered time.Time `json:"answered,omitzero"`
	// By tells whose word the answer is: the administrator's, or the target's own records.
	By string `json:"by,omitempty"`
	// Mails are the e-mails that the target itself noted, a line each.
	Mails []string `json:"mails,omitempty"`
	// Run is the number of a run over which the target was found to send e-mails after this
	// canary, or without any: what it had shown counts no more.
	Run int64 `json:"run,omitempty"`
	// Before says that the target was known to send e-mails when this canary was begun.
	Before bool `json:"before,omitempty"`
	// Cleared says that nothing of it is left there but what Left names, which a person
	// has to delete.
	Cleared bool     `json:"cleared"`
	Left    []string `json:"left,omitempty"`
}

// Answer says what came to the address.
type Answer string

// The answers; "" is none yet.
const (
	CameNothing Answer = "nothing"
	CameMail    Answer = "mail"
)

// Refused is a part of a canary that its target would not have.
type Refused struct {
	Part string          `json:"part"`
	Call connectors.Call `json:"call"`
	Why  string          `json:"why"`
	// Unproven says that a run makes such calls, and that a setting alone keeps them quiet:
	// nothing has shown that it does.
	Unproven bool `json:"unproven"`
}

// Loud tells whether the target is known to send e-mails: by this canary, or by what was
// before it, as long as this one has not shown that it no longer does.
func (c *Canary) Loud() bool {
	return c.Answer == CameMail || c.Before && (c.Answer == "" || len(c.Unproven()) > 0)
}

// Unproven are the calls of which the canary shows nothing, although a run makes them.
func (c *Canary) Unproven() (calls []string) {
	for _, r := range c.Refused {
		if r.Unproven && !slices.Contains(calls, string(r.Call)) {
			calls = append(calls, string(r.Call))
		}
	}
	slices.Sort(calls)
	return calls
}

// QuietSettings are the keys of the configuration on which it may depend whether a target
// mails people, each with a digest of its value. The caller holds the lock.
func (p *Project) QuietSettings(s *System) (map[string]string, error) {
	key, err := p.canaryKey(true)
	return s.quietSettings(key), err
}

// Changed are the settings of the target that are no longer those under which a canary was
// written.
func (p *Project) Changed(c *Canary, s *System) (keys []string, err error) {
	key, err := p.canaryKey(false)
	if err != nil {
		return nil, err
	}
	now := s.quietSettings(key)
	all := maps.Clone(now)
	maps.Copy(all, c.Settings)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if now[key] != c.Settings[key] {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// canaries is .deskhaul/canary.json: of each target the last canary.
type canaries struct {
	Version  int      `json:"version"`
	Canaries []Canary `json:"canaries"`
}

func (p *Project) canaryFile() string { return filepath.Join(p.Hidden(), "canary.json") }

// Canaries are the last canaries of all targets.
func (p *Project) Canaries() ([]Canary, error) {
	var all canaries
	path := p.canaryFile()
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(src, &all)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s cannot be read: %w – delete it, and write a new canary", path, err)
	case all.Version != canaryVersion:
		return nil, fmt.Errorf("%s was written by another deskhaul (version %d, this one knows %d) – use that one, or delete the file and write a new canary", path, all.Version, canaryVersion)
	}
	return all.Canaries, nil
}

// CanaryOf is the last canary of a target; nil if there was none.
func (p *Project) CanaryOf(uuid string) (*Canary, error) {
	all, err := p.Canaries()
	for i := range all {
		if all[i].Target == uuid {
			return &all[i], err
		}
	}
	return nil, err
}

// KeepCanary writes down what is known of the last canary of a target. The caller holds
// the lock. It is readable by its owner alone.
func (p *Project) KeepCanary(c Canary) error {
	all, err := p.Canaries()
	if err != nil {
		return err
	}
	all = append(slices.DeleteFunc(all, func(old Canary) bool { return old.Target == c.Target }), c)
	b, err := json.MarshalIndent(canaries{canaryVersion, all}, "", "  ")
	if err != nil {
		return fmt.Errorf("write down the canary: %w", err)
	}
	return replaceFile(p.canaryFile(), append(b, '\n'))
}
