package connectors

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecretIsNeverShown(t *testing.T) {
	config := struct {
		Password Secret
		Keys     []Secret
		ByName   map[string]Secret
	}{"hunter2", []Secret{"hunter2"}, map[string]Secret{"a": "hunter2"}}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
		fmt.Fprintf(&out, verb+verb, config, config.Password)
	}
	b, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(b)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "password", config.Password, "config", config)
	for _, leak := range []string{"hunter2", fmt.Sprintf("%x", "hunter2"), fmt.Sprintf("%X", "hunter2")} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("%q is in\n%s", leak, out.String())
		}
	}
	if !strings.Contains(out.String(), "***") || config.Password.Reveal() != "hunter2" {
		t.Error("the secret is neither masked nor revealed")
	}
}
