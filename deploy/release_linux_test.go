package deploy_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/go-cmp/cmp"
)

// output runs a program and returns what it prints.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	var errors bytes.Buffer
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s%s", name, args, err, out, errors.String())
	}
	return string(out)
}

// TestARelease is made as release.sh makes one: its bill of materials is complete, and its package can be
// installed, upgraded and removed.
func TestARelease(t *testing.T) {
	for _, name := range []string{"npm", "dpkg-deb", "sha256sum"} {
		program(t, name, "")
	}
	t.Setenv("DPKG_DEB_COMPRESSOR_LEVEL", "0")  // how small the package is does not matter here
	t.Setenv("SOURCE_DATE_EPOCH", "1764331200") // the moment of all files
	folder := t.TempDir()
	output(t, "sh", "release.sh", folder)
	web, err := filepath.Abs("../web")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	output(t, "sha256sum", "--check", "--strict", "SHA256SUMS")
	packages, err := filepath.Glob("bitcorp-fleet_*.deb")
	if err != nil || len(packages) != 1 {
		t.Fatal(packages, err)
	}
	if sums := strings.Fields(read(t, "SHA256SUMS")); len(sums) != 6 {
		t.Errorf("not all files have a sum: %v", sums)
	}
	again := t.TempDir()
	output(t, "sh", filepath.Join(web, "../deploy/debian/build.sh"), "fleet-server", "fleet.cdx.json", again)
	if read(t, packages[0]) != read(t, filepath.Join(again, packages[0])) {
		t.Error("the same files and the same moment give another package")
	}
	t.Run("has a bill of materials", func(t *testing.T) { billNamesAll(t, web) })
	t.Run("has a package", func(t *testing.T) { packageCanBeInstalled(t, packages[0]) })
}

// billNamesAll compares the bill with what `go version` finds in the binary and with the packages that npm finds.
func billNamesAll(t *testing.T, web string) {
	var bill cdx.BOM
	file, err := os.Open("fleet.cdx.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if err := cdx.NewBOMDecoder(file, cdx.BOMFileFormatJSON).Decode(&bill); err != nil {
		t.Fatal(err)
	}
	refs := map[string]bool{bill.Metadata.Component.BOMRef: true}
	var modules, packages []string
	for _, c := range *bill.Components {
		if refs[c.BOMRef] {
			t.Errorf("%s stands twice", c.BOMRef)
		}
		refs[c.BOMRef] = true
		switch kind, _, _ := strings.Cut(strings.TrimPrefix(c.PackageURL, "pkg:"), "/"); kind {
		case "golang":
			modules = append(modules, c.Name+"@"+c.Version)
		case "npm":
			packages = append(packages, c.Name+"@"+c.Version)
		}
	}
	for _, d := range *bill.Dependencies {
		for _, ref := range append([]string{d.Ref}, *d.Dependencies...) {
			if !refs[ref] {
				t.Errorf("a dependency of %s is %s, which is no component", d.Ref, ref)
			}
		}
	}
	if diff := cmp.Diff(modulesIn(t, "fleet-server"), sorted(modules)); diff != "" {
		t.Errorf("- go version -m, + bill:\n%s", diff)
	}
	if diff := cmp.Diff(neededPackages(t, web), sorted(packages)); diff != "" {
		t.Errorf("- npm query, + bill:\n%s", diff)
	}
}

// sorted returns the distinct members of a list in order.
func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// modulesIn returns Go's library and the modules that `go version` finds in a binary.
func modulesIn(t *testing.T, binary string) (list []string) {
	t.Helper()
	for line := range strings.Lines(output(t, "go", "version", "-m", binary)) {
		switch fields := strings.Fields(line); {
		case strings.HasPrefix(line, binary+":"):
			list = append(list, "std@"+fields[1])
		case len(fields) > 2 && fields[0] == "dep":
			list = append(list, fields[1]+"@"+fields[2])
		}
	}
	return sorted(list)
}

// neededPackages returns what npm finds that the packages of the pages need, apart from what is optional.
func neededPackages(t *testing.T, web string) (list []string) {
	t.Helper()
	text := output(t, "npm", "--prefix", web, "query", "--package-lock-only", ":root > .prod, :root > .prod *")
	var found []struct {
		Name, Version string
		DevOptional   bool
	}
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		t.Fatal(err)
	}
	for _, p := range found {
		if !p.DevOptional {
			list = append(list, p.Name+"@"+p.Version)
		}
	}
	return sorted(list)
}

// packageCanBeInstalled installs a package into a folder, upgrades it, removes it and purges it. There is no
// systemd in that folder: what the scripts tell it is not tested.
func packageCanBeInstalled(t *testing.T, deb string) {
	if os.Geteuid() != 0 {
		t.Skip("dpkg installs for root alone")
	}
	target := t.TempDir()
	for _, folder := range []string{"var/lib/dpkg/updates", "var/lib/dpkg/info", "etc/systemd/system"} {
		if err := os.MkdirAll(filepath.Join(target, folder), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(target, "var/lib/dpkg/status"), "")
	dpkg := func(args ...string) {
		t.Helper()
		output(
			t,
			"dpkg",
			append([]string{"--root=" + target, "--force-script-chrootless", "--force-confold", "--log=/dev/null"}, args...)...)
	}
	dpkg("--install", deb)
	at := func(name string) string { return filepath.Join(target, name) }
	if version := output(t, at("usr/bin/fleet-server"), "version"); version != output(t, "./fleet-server", "version") {
		t.Error(version)
	}
	unit := read(t, at("usr/lib/systemd/system/fleet@.service"))
	for line := range strings.Lines(unit) {
		if command, ok := strings.CutPrefix(line, "ExecStart="); ok {
			if _, err := os.Stat(at(strings.Fields(command)[0])); err != nil {
				t.Error(err)
			}
		}
	}
	settings := at("etc/fleet/fleet.env")
	if info, err := os.Stat(settings); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others read the settings: %v, %v", info.Mode(), err)
	}
	for line := range strings.Lines(read(t, settings)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			t.Errorf("a setting is made for everybody: %s", line)
		}
	}

	const changed = "DATABASE_URL=postgres://db.example.com/fleet\n"
	write(t, settings, changed)
	output(t, "systemctl", "--root="+target, "enable", "fleet@8081")
	dpkg("--install", deb)
	if text := read(t, settings); text != changed {
		t.Errorf("an upgrade has changed the settings: %q", text)
	}
	boot := at("etc/systemd/system/multi-user.target.wants/fleet@8081.service")
	if _, err := os.Lstat(boot); err != nil {
		t.Errorf("an upgrade keeps an instance from starting at boot: %v", err)
	}
	dpkg("--remove", "bitcorp-fleet")
	if _, err := os.Lstat(boot); err == nil {
		t.Error("the instance would be started at the next boot after the package was removed")
	}
	if text := read(t, settings); text != changed {
		t.Errorf("the settings went with the package: %q", text)
	}
	dpkg("--purge", "bitcorp-fleet")
	for _, gone := range []string{"etc/fleet", "usr/bin/fleet-server", "usr/share/doc/bitcorp-fleet"} {
		if _, err := os.Stat(at(gone)); err == nil {
			t.Errorf("%s is left", gone)
		}
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
