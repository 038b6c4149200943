package project

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
)

var update = flag.Bool("update", false, "rewrite golden files")

func env(name string) (string, bool) {
	v, ok := map[string]string{"TOY_PASSWORD": "hunter2", "DIR": "in", "EMPTY": "", "SIZE": "7"}[name]
	return v, ok
}

// folder makes a project folder with a deskhaul.yaml.
func folder(t testing.TB, src string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, FileName), []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func options(f Flags) Options { return Options{Specs: specs(), Getenv: env, Flags: f} }

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("changed (-want +got), -update rewrites it:\n%s", diff)
	}
}

func TestMistakesAreToldTogether(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir := folder(t, string(src))
			p, err := Open(dir, options(Flags{}))
			if err == nil || p != nil {
				t.Fatal("a bad file was taken")
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Error("a secret was printed")
			}
			golden(t, strings.TrimSuffix(file, ".yaml")+".txt", strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "")+"\n")
		})
	}
}

const good = `
project: acme
sources:
  mailbox:
    connector: mbox
    path: ${DIR}/support.mbox
    agents: {domains: [acme.example], patterns: ['^a\$b$', '$${x}']}
    password: ${TOY_PASSWORD}
    labels: {Вход: inbox}
    wait: 30s
    size: ${SIZE}
  customers: {connector: csv, path: /srv/customers.csv, kind: contacts, strict: true, more: [a, b]}
targets:
  out: {connector: jsonl, path: "-", password: {file: secret.txt}}
mapping:
  contacts: all
run: {workers: 4}
`

func TestFileIsRead(t *testing.T) {
	dir := folder(t, good)
	if err := os.WriteFile(filepath.Join(dir, "secret.txt"), []byte("s3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Open(dir, options(Flags{}))
	if err != nil {
		t.Fatal(err)
	}
	want := []*toy{
		{
			Path: filepath.Join(dir, "in/support.mbox"), Kind: "tickets", ToyPace: ToyPace{Size: 7, Wait: 30e9}, Password: "hunter2",
			Agents: toyAgents{Domains: []string{"acme.example"}, Patterns: []string{`^a\$b$`, "${x}"}}, Labels: map[string]string{"Вход": "inbox"},
		},
		{Path: "/srv/customers.csv", Kind: "contacts", ToyPace: ToyPace{Size: 10, Strict: true, Rest: toyRest{More: []string{filepath.Join(dir, "a"), filepath.Join(dir, "b")}}}},
		{Path: "-", Kind: "tickets", ToyPace: ToyPace{Size: 10}, Password: "s3"},
	}
	for i, s := range append(p.Sources, p.Targets...) {
		if diff := cmp.Diff(want[i], s.Config); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.Name, diff)
		}
	}
	if p.Name != "acme" || p.Run.Workers != 4 || string(p.Mapping.Contacts()) != "all" {
		t.Error(p.Name, p.Run, p.Mapping.Contacts())
	}
	if got := p.Archive.Config.(*toyArchive).Path; got != filepath.Join(dir, ".deskhaul/archive") {
		t.Error(got)
	}
}

func TestFlagsSayWhatAFileCould(t *testing.T) {
	cwd := t.TempDir()
	at := func(s string) string { return filepath.Join(cwd, s) }
	type ends struct{ Sources, Targets, Archive []string }
	tests := map[string]struct {
		flags Flags
		file  string
		want  ends
		err   string
	}{
		"two hops":     {flags: Flags{From: []string{"mbox:a"}, To: []string{"jsonl:b"}}, want: ends{[]string{"mbox=" + at("a")}, []string{"jsonl=" + at("b")}, []string{"own"}}},
		"to archive":   {flags: Flags{From: []string{"mbox:a"}, To: []string{"archive:"}}, want: ends{[]string{"mbox=" + at("a")}, nil, []string{"own"}}},
		"to another":   {flags: Flags{From: []string{"mbox:a"}, To: []string{"archive:x"}}, want: ends{[]string{"mbox=" + at("a")}, nil, []string{at("x")}}},
		"from archive": {flags: Flags{From: []string{"archive:"}, To: []string{"jsonl:-"}}, want: ends{nil, []string{"jsonl=-"}, []string{"own"}}},
		"archives":     {flags: Flags{From: []string{"archive:a"}, To: []string{"archive:b"}}, want: ends{[]string{"archive=" + at("a")}, nil, []string{at("b")}}},
		"straight":     {flags: Flags{From: []string{"mbox:a"}, To: []string{"jsonl:b"}, Set: []string{"archive=none"}}, want: ends{[]string{"mbox=" + at("a")}, []string{"jsonl=" + at("b")}, nil}},
		"twice":        {flags: Flags{From: []string{"mbox:a", "mbox:b"}}, want: ends{[]string{"mbox=" + at("a"), "mbox-2=" + at("b")}, nil, []string{"own"}}},
		"replace":      {flags: Flags{From: []string{"csv:a"}}, file: good, want: ends{[]string{"csv=" + at("a")}, []string{"out=-"}, []string{"own"}}},
		"set in file":  {flags: Flags{Set: []string{"mailbox.path=a"}}, file: good, want: ends{[]string{"mailbox=" + at("a"), "customers=/srv/customers.csv"}, []string{"out=-"}, []string{"own"}}},
		"set alone":    {flags: Flags{From: []string{"mbox:"}, Set: []string{"path=a"}}, want: ends{[]string{"mbox=" + at("a")}, nil, []string{"own"}}},
		"no location":  {flags: Flags{From: []string{"mbox"}}, err: `--from mbox: this must be CONNECTOR:LOCATION, like mbox:support.mbox`},
		"no colon":     {flags: Flags{From: []string{"mbx"}}, err: `--from mbx: this must be CONNECTOR:LOCATION, like mbox:support.mbox – did you mean "mbox"?`},
		"no connector": {flags: Flags{From: []string{"mbx:a"}}, err: `--from mbx:a: there is no connector "mbx" – did you mean "mbox"?`},
		"bad place":    {flags: Flags{From: []string{"mbox:nowhere"}}, err: `--from mbox:nowhere: nowhere is no place – name a file`},
		"no key":       {flags: Flags{From: []string{"mbox:a"}, Set: []string{"from.agnts.domains=x"}}, err: `--set from.agnts.domains: unknown key "agnts" – did you mean "agents"?`},
		"no inline":    {flags: Flags{From: []string{"mbox:a"}, Set: []string{"from.wiat=x"}}, err: `--set from.wiat: unknown key "wiat" – did you mean "wait"?`},
		"inline alone": {flags: Flags{From: []string{"mbox:a"}, Set: []string{"size=many"}}, err: `--set size: "size" must be a whole number, not "many"`},
		"the struct":   {flags: Flags{From: []string{"mbox:a"}, Set: []string{"from.ToyPace=x"}}, err: `--set from.ToyPace: unknown key "ToyPace" – there is path, host, password, kind, agents, labels, wait, size, strict, more, connector`},
		"ambiguous":    {flags: Flags{From: []string{"mbox:a"}, To: []string{"jsonl:b"}, Set: []string{"host=x"}}, err: `--set host: both "mbox" and "jsonl" could be meant – write from.host, to.host or NAME.host`},
		"secret":       {flags: Flags{From: []string{"mbox:a"}, Set: []string{"password=hunter2"}}, err: `--set password: "password" is a secret and must not be written out – put it into an environment variable and write ${PASSWORD}, or into a file and write {file: PATH}`},
		"a password":   {flags: Flags{From: []string{"mbx:https://ann:hun@ter2@rt.test"}}, err: `--from mbx:https://…@rt.test: there is no connector "mbx" – did you mean "mbox"?`},
		"no address":   {flags: Flags{From: []string{"mbx:ann:hunter2@rt.test"}}, err: `--from mbx:…@rt.test: there is no connector "mbx" – did you mean "mbox"?`},
		"a user":       {flags: Flags{From: []string{"mbx:ann@rt.test:993"}}, err: `--from mbx:ann@rt.test:993: there is no connector "mbx" – did you mean "mbox"?`},
		"secret map":   {flags: Flags{From: []string{"mbox:a"}, Set: []string{"password={hunter2}"}}, err: `--set password:1:2: "password" is a secret: as a map it must be {file: PATH} and nothing else`},
		"secret alone": {flags: Flags{From: []string{"mbox:a"}, Set: []string{"password:hunter2"}}, err: `--set password…: this must be KEY=VALUE, like from.path=support.mbox; a part of the key that has dots or = stands in double quotes`},
		"no map":       {flags: Flags{From: []string{"mbox:a"}, Set: []string{"from.labels=x"}}, err: `--set from.labels: "labels" must be a map of keys and values, not a text – write 'labels={KEY: VALUE}', or labels.KEY=VALUE`},
		"no YAML":      {flags: Flags{From: []string{"mbox:a"}, Set: []string{"from.labels={a: b"}}, err: `--set from.labels:1:1: this is no YAML: could not find flow mapping end token '}'`},
		"no value":     {flags: Flags{From: []string{"mbox:a"}, Set: []string{`from."a=b`}}, err: `--set from.…: this must be KEY=VALUE, like from.path=support.mbox; a part of the key that has dots or = stands in double quotes`},
		"named":        {flags: Flags{From: []string{"mbox:a", "second=mbox:b"}}, want: ends{[]string{"mbox=" + at("a"), "second=" + at("b")}, nil, []string{"own"}}},
		"named twice":  {flags: Flags{From: []string{"x=mbox:a", "x=mbox:b"}}, err: `--from x=mbox:b: there is another "x" – give it another name`},
		"bad name":     {flags: Flags{From: []string{"a/b=mbox:a"}}, err: `--from a/b=mbox:a: "a/b" cannot be a name here – take letters, digits, - and _ (from, to, run and archive have a meaning of their own)`},
		"a circle":     {flags: Flags{From: []string{"mbox:a"}, To: []string{"mbox:a"}}, err: `--from mbox:a: "` + at("a") + `" would be read and written at once, as source and as target – name two`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if tt.file != "" {
				dir = folder(t, tt.file)
				if err := os.WriteFile(filepath.Join(dir, "secret.txt"), []byte("s3"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			o := options(tt.flags)
			o.Dir = cwd
			p, err := Open(dir, o)
			if tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("got  %v\nwant %s", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := ends{named(p.Sources), named(p.Targets), nil}
			if p.Archive != nil {
				got.Archive = []string{strings.Replace(p.Archive.Account, filepath.Join(dir, ".deskhaul/archive"), "own", 1)}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func named(systems []*System) []string {
	var out []string
	for _, s := range systems {
		out = append(out, s.Name+"="+s.Account)
	}
	return out
}

func TestListsOfFlagsHaveCommas(t *testing.T) {
	p, err := Open(t.TempDir(), options(Flags{From: []string{"mbox:a"}, Set: []string{"from.agents.domains=a.example, b.example", "size=5", "wait=2m", "strict=true", "run.workers=3"}}))
	if err != nil {
		t.Fatal(err)
	}
	c := p.Sources[0].Config.(*toy)
	if !cmp.Equal(c.Agents.Domains, []string{"a.example", "b.example"}) || c.Size != 5 || c.Wait != 120e9 || !c.Strict || p.Run.Workers != 3 {
		t.Errorf("%+v %+v", c, p.Run)
	}
}

// Keys of maps and their values may be said in every way that a person would try.
func TestSetOfMaps(t *testing.T) {
	want := map[string]string{"support@acme.example": "Support, first = best"}
	for _, set := range []string{
		`from.labels.support@acme.example=Support, first = best`,
		`from.labels."support@acme.example"=Support, first = best`,
		`labels.support@acme.example=Support, first = best`,
		`from.labels={support@acme.example: "Support, first = best"}`,
		`mbox.labels={support@acme.example: 'Support, first = best'}`,
	} {
		p, err := Open(t.TempDir(), options(Flags{From: []string{"mbox:a"}, Set: []string{set}}))
		if err != nil {
			t.Errorf("%s: %v", set, err)
			continue
		}
		if diff := cmp.Diff(want, p.Sources[0].Config.(*toy).Labels); diff != "" {
			t.Errorf("%s (-want +got):\n%s", set, diff)
		}
	}
}

// A list may be YAML; what only looks like it is the text that it was.
func TestSetOfLists(t *testing.T) {
	for value, want := range map[string][]string{
		`["a,b", c]`:      {"a,b", "c"},
		`[A-Z]+-([0-9]+)`: {"[A-Z]+-([0-9]+)"},
	} {
		p, err := Open(t.TempDir(), options(Flags{From: []string{"mbox:a"}, Set: []string{"agents.patterns=" + value}}))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, p.Sources[0].Config.(*toy).Agents.Patterns); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
	}
}

func TestNoProjectSaysWhatToDo(t *testing.T) {
	_, err := Open(t.TempDir(), options(Flags{}))
	if !errors.Is(err, ErrNoProject) || !strings.Contains(err.Error(), "deskhaul init") {
		t.Error(err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(good)
	files, _ := filepath.Glob("testdata/bad/*.yaml")
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, src string) {
		name := filepath.Join(dir, FileName)
		if err := os.WriteFile(name, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := Open(dir, options(Flags{}))
		if (p == nil) != (err != nil) {
			t.Fatal("neither a project nor an error, or both")
		}
		if err == nil {
			return
		}
		for line := range strings.Lines(err.Error()) {
			if !strings.HasPrefix(line, name+":") {
				t.Errorf("a mistake without a place: %q", line)
			}
		}
	})
}

var _ connectors.Checker = (*toy)(nil)
