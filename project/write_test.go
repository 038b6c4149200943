package project

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/mapping"
)

func TestWrittenFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "acme")
	o := options(Flags{
		From: []string{"mbox:" + dir + "/support.mbox", "csv:/srv/customers.csv"}, To: []string{"jsonl:" + dir + "/all.jsonl"},
		Set: []string{"mbox.agents.domains=acme.example", "mbox.password=${TOY_PASSWORD}", "csv.kind=contacts", "mbox.wait=90s", "run.workers=4"},
	})
	name, err := Write(dir, o, First{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/written.yaml", string(b))
	if _, err := Write(dir, o, First{}); !errors.Is(err, fs.ErrExist) {
		t.Error("it was overwritten", err)
	}
	if strings.Contains(string(b), "hunter2") {
		t.Error("a secret was written")
	}
}

// A project can be written before its secrets are there; it cannot be opened.
func TestWrittenBeforeItsSecrets(t *testing.T) {
	for what, secret := range map[string]string{"a variable": "${NOT_SET_YET}", "a file": "file:nowhere/secret"} {
		dir := t.TempDir()
		o := options(Flags{From: []string{"mbox:support.mbox"}, To: []string{"jsonl:all.jsonl"}, Set: []string{"mbox.password=" + secret}})
		name, err := Write(dir, o, First{})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		b, err := os.ReadFile(name)
		if err != nil || !strings.Contains(string(b), strings.TrimPrefix(secret, "file:")) || strings.Contains(string(b), notYet) {
			t.Errorf("%s: %v\n%s", what, err, b)
		}
		if _, err := Open(dir, options(Flags{})); err == nil {
			t.Errorf("%s that is not there was taken", what)
		}
	}
}

// A project that was made beside its mailbox may be moved with it; what lies
// elsewhere is named by its whole path.
func TestWrittenPathsMoveWithTheProject(t *testing.T) {
	root := t.TempDir()
	o := options(Flags{From: []string{"mbox:mail/support.mbox", "csv:/srv/customers.csv"}, To: []string{"jsonl:acme/all.jsonl"}, Set: []string{"csv.kind=contacts"}})
	o.Dir = root
	name, err := Write(filepath.Join(root, "acme"), o, First{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"path: '../mail/support.mbox'", "path: /srv/customers.csv", "path: all.jsonl"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("no %s in\n%s", want, b)
		}
	}
	if strings.Contains(string(b), root) {
		t.Error("the place of the project stands in its file")
	}
}

// A file that could not be read back is not written.
func TestWriteRefusesWhatIsNotUTF8(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "acme")
	_, err := Write(dir, options(Flags{From: []string{"mbox:caf\xe9.mbox"}}), First{})
	if err == nil || !strings.Contains(err.Error(), "not UTF-8") {
		t.Error(err)
	}
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the folder was made", err)
	}
}

// The mapping that a new file shows as a comment is one that can be used.
func TestMappingExampleIsValid(t *testing.T) {
	_, example, ok := strings.Cut(mappingExample, "# mapping:\n")
	if !ok {
		t.Fatal("no example")
	}
	if _, err := mapping.Compile([]byte(strings.ReplaceAll(example, "#   ", "")), "example"); err != nil {
		t.Error(err)
	}
}

// What Write writes, Open reads back to the same.
func TestWrittenIsReadBack(t *testing.T) {
	root, n := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		dir := filepath.Join(root, strconv.Itoa(n))
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]*`), rapid.SampledFrom([]string{"true", "null", "5", "${DIR}", "$${x}", "- a", "a: b", "#", "~", "1e3", "0x1f"})).
			Filter(func(s string) bool {
				return !strings.Contains(strings.ReplaceAll(s, "${DIR}", ""), "${") || s == "$${x}"
			})
		item := rapid.StringMatching(`[a-zа-я$'"#:{}\[\]]{1,8}`).Filter(func(s string) bool { return !strings.Contains(s, "${") })
		f := Flags{From: []string{"mbox:" + rapid.StringMatching(`[a-z./~ '#]{1,12}`).Filter(func(s string) bool { return s != "nowhere" }).Draw(rt, "path")}}
		set := func(key, value string) { f.Set = append(f.Set, "from."+key+"="+value) }
		set("host", text.Draw(rt, "host"))
		set("agents.domains", strings.Join(rapid.SliceOf(item).Draw(rt, "domains"), ","))
		set("labels."+rapid.StringMatching(`[a-z :'#]{1,8}`).Draw(rt, "label"), text.Draw(rt, "to"))
		set("wait", time.Duration(rapid.Int64().Draw(rt, "wait")).String())
		set("size", rapid.SampledFrom([]string{"1", "-5", "${SIZE}"}).Draw(rt, "size"))
		set("strict", rapid.SampledFrom([]string{"true", "false"}).Draw(rt, "strict"))
		if rapid.Bool().Draw(rt, "secret") {
			set("password", "${TOY_PASSWORD}")
		}
		if rapid.Bool().Draw(rt, "none") {
			f.Set, f.To = append(f.Set, "archive=none"), []string{"jsonl:-"}
		}
		o := options(f)
		o.Dir = dir
		want, err := Open(dir, o)
		if err != nil {
			rt.Skip(err)
		}
		name, err := Write(dir, o, First{})
		if err != nil {
			rt.Fatal(err)
		}
		got, err := Open(dir, options(Flags{}))
		if err != nil {
			b, _ := os.ReadFile(name)
			rt.Fatalf("%v\n%s", err, b)
		}
		a := append(want.Sources, want.Targets...)
		b := append(got.Sources, got.Targets...)
		for i := range a {
			if diff := cmp.Diff(a[i].Config, b[i].Config); diff != "" || a[i].Name != b[i].Name || a[i].Account != b[i].Account {
				src, _ := os.ReadFile(name)
				rt.Errorf("(-want +got):\n%s\n%s", diff, src)
			}
		}
		if (want.Archive == nil) != (got.Archive == nil) || want.Run != got.Run || want.Name != got.Name {
			rt.Error("archive, run or name differ")
		}
	})
}
