package docs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

const module = "bitcorp.dev/fleet"

// goPackage is a package of the module and the packages of the module that its
// code imports, tests left out; both are paths from the module's root.
type goPackage struct {
	path    string
	imports []string
}

// goPackages lists the packages of the module as `go list` sees them.
func goPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,GoFiles", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []goPackage
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var listed struct {
			ImportPath       string
			Imports, GoFiles []string
		}
		if err := decoder.Decode(&listed); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		if len(listed.GoFiles) == 0 { // only tests
			continue
		}
		p := goPackage{path: strings.TrimPrefix(listed.ImportPath, module+"/")}
		for _, imported := range listed.Imports {
			if own, ok := strings.CutPrefix(imported, module+"/"); ok {
				p.imports = append(p.imports, own)
			}
		}
		slices.Sort(p.imports)
		packages = append(packages, p)
	}
}

// treeLine matches a folder in the tree of the README.
var treeLine = regexp.MustCompile(`(?m)^    ([a-z0-9/_]+)/  +\S`)

// treeFolders returns the folders of the README's tree, from the top floor down.
func treeFolders(t *testing.T) []string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, tree, found := strings.Cut(string(readme), "## How it is built")
	if !found {
		t.Fatal("the README has no tree")
	}
	tree, _, _ = strings.Cut(tree, "\n## ")
	var folders []string
	for _, match := range treeLine.FindAllStringSubmatch(tree, -1) {
		folders = append(folders, match[1])
	}
	return folders
}

// folderOf returns the place in folders of the one that holds a package: the
// longest path that leads to it, or -1.
func folderOf(folders []string, pkg string) int {
	best := -1
	for i, folder := range folders {
		if (pkg == folder || strings.HasPrefix(pkg, folder+"/")) && (best < 0 || len(folder) > len(folders[best])) {
			best = i
		}
	}
	return best
}

// TestImportsGoDownTheTree holds the code to the README: each package stands in
// a folder of its tree, and imports packages of the same folder or of folders
// further down, never of one above.
func TestImportsGoDownTheTree(t *testing.T) {
	t.Parallel()
	folders := treeFolders(t)
	used := map[string]bool{}
	for _, p := range goPackages(t) {
		from := folderOf(folders, p.path)
		if from < 0 {
			t.Errorf("%s is in no folder of the README's tree", p.path)
			continue
		}
		used[folders[from]] = true
		for _, imported := range p.imports {
			if to := folderOf(folders, imported); to < from {
				t.Errorf("%s imports %s, which stands above it in the README's tree", p.path, imported)
			}
		}
	}
	for _, folder := range folders {
		if _, err := os.Stat(path.Join("..", folder)); err != nil {
			t.Errorf("the README's tree has %s, which does not exist: %v", folder, err)
		}
	}
	if len(used) < 10 {
		t.Errorf("only %d folders of the tree have packages: the tree was not read", len(used))
	}
}

// TestEachPackageHasAnImportRule holds the linter's configuration to the code:
// each package has a rule that is named for it, denies the module, and allows
// exactly the packages of the module that its code imports today. A new import
// between packages is then a change of two files, made on purpose.
func TestEachPackageHasAnImportRule(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../.golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]struct {
						ListMode string `yaml:"list-mode"`
						Files    []string
						Allow    []string
						Deny     []struct{ Pkg, Desc string }
					}
				}
			}
		}
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	rules := config.Linters.Settings.Depguard.Rules
	known := map[string]bool{}
	for _, p := range goPackages(t) {
		if p.path == "graph/generated" || slices.Contains([]string{"bench", "cmd"}, strings.Split(p.path, "/")[0]) {
			continue // generated, or a program that may use everything
		}
		known[p.path] = true
		rule, found := rules[p.path]
		if !found {
			t.Errorf(".golangci.yml has no depguard rule %q", p.path)
			continue
		}
		var allowed []string
		for _, a := range rule.Allow {
			allowed = append(allowed, strings.TrimSuffix(strings.TrimPrefix(a, module+"/"), "$"))
		}
		slices.Sort(allowed)
		if diff := cmp.Diff(p.imports, allowed); diff != "" {
			t.Errorf("the rule of %s allows other packages than it imports (-imported +allowed):\n%s", p.path, diff)
		}
		if want := []string{"**/" + p.path + "/*.go", "!$test"}; !slices.Equal(rule.Files, want) {
			t.Errorf("the rule of %s is for %q, want %q", p.path, rule.Files, want)
		}
		if rule.ListMode != "lax" || len(rule.Deny) == 0 || rule.Deny[0].Pkg != module {
			t.Errorf("the rule of %s denies nothing of the module", p.path)
		}
	}
	for name := range rules {
		if strings.Contains(name, "/") && !known[name] {
			t.Errorf(".golangci.yml has a depguard rule for %s, which is no package", name)
		}
	}
}
