package project

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
)

// Settings are the keys of the configuration that say how the system is read, each
// with a digest of its value. Nested keys have dots. Paths are left out, because
// they say where it is, and so are ways to reach it, secrets and what is empty.
func (s *System) Settings() map[string]string {
	out := map[string]string{}
	v := reflect.ValueOf(s.Config)
	if v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct {
		digests(v.Elem(), "", func(t tag, _ bool) bool { return !t.path && !t.secret && !t.access }, digest, out)
	}
	return out
}

// quietSettings are the keys of the configuration on which it may depend whether a
// target mails people, as Settings has them. Of secrets those count that alone say who logs
// in, with a keyed digest.
func (s *System) quietSettings(key []byte) map[string]string {
	out := map[string]string{}
	v := reflect.ValueOf(s.Config)
	if v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct {
		digests(v.Elem(), "", func(t tag, several bool) bool { return several || t.silence && !t.secret }, digest, out)
		digests(v.Elem(), "", func(t tag, several bool) bool { return several || t.silence && t.secret }, keyed(key), out)
	}
	out["account"] = digest([]byte(s.Spec.Name + " " + s.Account))
	return out
}

// SettingsHash names all Settings; "" if there are none.
func (s *System) SettingsHash() string {
	settings := s.Settings()
	if len(settings) == 0 {
		return ""
	}
	all := ""
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		all += key + "=" + settings[key] + "\n"
	}
	return digest([]byte(all))
}

// digests puts a digest of each value that counts into a map; of several that are nested,
// where these do, those of its parts.
func digests(v reflect.Value, before string, counts func(t tag, several bool) bool, digest func([]byte) string, into map[string]string) {
	for _, f := range settingsOf(v.Type()) {
		field := v.FieldByIndex(f.at)
		several := field.Kind() == reflect.Struct && !isText(field)
		switch {
		case field.IsZero() || !counts(f.tag, several):
		case several:
			digests(field, before+f.key+".", counts, digest, into)
		case f.secret: // as JSON it is masked
			into[before+f.key] = digest([]byte(field.String()))
		default:
			b, err := json.Marshal(field.Interface())
			if err != nil {
				b = []byte(field.String()) // nothing that can be configured comes here
			}
			into[before+f.key] = digest(b)
		}
	}
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
