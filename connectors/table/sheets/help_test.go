package sheets

import (
	"os"

	"pgregory.net/rapid"
)

// must stops a test at the first error.
func must[T any](t interface{ Fatal(...any) }) func(T, error) T {
	return func(v T, err error) T {
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func tempDir(t *rapid.T) string {
	dir := must[string](t)(os.MkdirTemp("", "sheets"))
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
