package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRejectsReplaceALinkOfTheirName, which every account with access to the folder can make.
func TestRejectsReplaceALinkOfTheirName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	victim, name := filepath.Join(dir, "victim"), filepath.Join(dir, "orders.csv.rejects.csv")
	if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, name); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"first\n", "second\n"} {
		f := &lateFile{name: name}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := f.close(); err != nil {
			t.Fatal(err)
		}
		info, err := os.Lstat(name)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := os.ReadFile(name)
		if !info.Mode().IsRegular() || info.Mode().Perm() != 0o600 || string(got) != text {
			t.Errorf("the file is %v and holds %q", info.Mode(), got)
		}
	}
	if got, _ := os.ReadFile(victim); string(got) != "precious" {
		t.Errorf("the file behind the link holds %q", got)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".rejects-*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if f := (&lateFile{name: name}); f.close() != nil {
		t.Error("a file that nothing was written to")
	}
	f := &lateFile{name: os.DevNull}
	if _, err := f.Write([]byte("x")); err != nil || f.close() != nil {
		t.Error(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s was replaced: %v", os.DevNull, err)
	}
}
