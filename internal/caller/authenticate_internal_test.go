package caller

import (
	"strings"
	"testing"
)

func FuzzBearer(f *testing.F) {
	for _, s := range []string{"Bearer x", "bearer  x ", "Bearer", "", "Basic x", "Bearer \x00", "Bearer a b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		token, ok := bearer(header)
		if ok != (token != "") || ok && !strings.EqualFold(header[:6], "bearer") || !strings.Contains(header, token) {
			t.Errorf("%q is %q, %v", header, token, ok)
		}
	})
}
