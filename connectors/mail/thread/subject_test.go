package thread

import "testing"

func TestPlainSubject(t *testing.T) {
	rules, err := NewTokens(nil)
	if err != nil {
		t.Fatal(err)
	}
	for subject, want := range map[string]string{
		"Re: AW: Pump": "pump+", "RE[2]: Pump": "pump+", "Fwd: Pump": "pump", "Отв: Насос": "насос+", "回复：泵": "泵+",
		"[Pumps] Re: [Pumps] Pump": "pump+", "Re: [#4711] Pump": "pump+", "SV:  Pump  2 ": "pump 2+", "Regarding: Pump": "regarding: pump",
		"[PATCH 1/2] pump": "[patch 1/2] pump", "Re:": "+", "": "", "Note: x": "note: x",
	} {
		got, reply := PlainSubject(subject, rules)
		if reply {
			got += "+"
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", subject, got, want)
		}
	}
}
