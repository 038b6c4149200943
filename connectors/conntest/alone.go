package conntest

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// aloneEnv is set in a process that runs one test.
const aloneEnv = "DESKHAUL_CONNTEST_ALONE"

// inAlone tells whether this process runs one test only.
func inAlone() bool { return os.Getenv(aloneEnv) != "" }

// alone runs the test t once more in a process of its own, and takes over how it
// ended. What limits a process would else limit the test's own log.
func alone(t *testing.T) {
	t.Helper()
	parts := strings.Split(t.Name(), "/")
	for i, p := range parts {
		parts[i] = "^" + regexp.QuoteMeta(p) + "$"
	}
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.v", "-test.run", strings.Join(parts, "/"))
	c.Env = append(os.Environ(), aloneEnv+"=1")
	out, err := c.CombinedOutput()
	switch {
	case err != nil:
		t.Errorf("%v\n%s", err, out)
	case strings.Contains(string(out), "--- SKIP: "+t.Name()):
		t.Skipf("%s", out)
	case !strings.Contains(string(out), "--- PASS: "+t.Name()):
		t.Errorf("it did not run in a process of its own:\n%s", out)
	}
}
