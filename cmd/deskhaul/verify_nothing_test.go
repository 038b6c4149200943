package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Of a project in which nothing was moved nothing is verified: that nothing differs would
// seem to be proof. What was taken back is not said to be new in the source.
func TestVerifyOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	mbox := filepath.Join(t.TempDir(), "support.mbox")
	if err := appendMails(mbox, 0, 9); err != nil {
		t.Fatal(err)
	}
	j := travel(t, "mbox:"+mbox, "csv:"+filepath.Join(t.TempDir(), "out"))
	if r := inside(t, j.words("verify")...); r.code != exitUsage || !strings.Contains(r.errs.String(), "nothing was moved yet") || !strings.Contains(r.errs.String(), "migrate first") {
		t.Errorf("exit %d: %s", r.code, r.all())
	}
	j.run(t, "migrate")
	if r := inside(t, append(j.words("rollback"), "--yes")...); r.code != exitDone {
		t.Fatalf("exit %d: %s", r.code, r.all())
	}
	v, code := j.verify(t)
	if code != exitDone || v.Waiting == 0 || !strings.Contains(v.Line, " not written yet") || strings.Contains(v.Line, "new in the source") {
		t.Errorf("exit %d: %s", code, v.Line)
	}
}
