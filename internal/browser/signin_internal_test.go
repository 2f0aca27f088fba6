package browser

import (
	"net/url"
	"strings"
	"testing"
)

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "//x", "/\\x", "/a?b#c", "http://x", "/\t/x", "/%2f/x", "/x:y", "/[::1]"} {
		f.Add(s)
	}
	base, err := url.Parse("https://fleet.example.com/sign-in")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, next string) {
		to, err := url.Parse(localPath(next))
		if err != nil {
			t.Fatalf("%q: %v", next, err)
		}
		if at := base.ResolveReference(
			to,
		); at.Host != base.Host || at.Scheme != base.Scheme ||
			strings.HasPrefix(at.Path, "//") {
			t.Errorf("%q leads to %s", next, at)
		}
	})
}
