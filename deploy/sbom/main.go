// Command sbom writes the software bill of materials of a server that was built: the Go modules that the
// linker put into it, as the binary itself tells, and the npm packages that its pages are made of, from the
// lock file. The form is CycloneDX 1.6 in JSON. The same binary and lock file give the same bytes.
//
//	go run ./deploy/sbom -time 2026-11-28T12:00:00Z bin/server web/package-lock.json >fleet.cdx.json
package main

import (
	"debug/buildinfo"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime/debug"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"
)

func main() {
	moment := flag.String("time", "", "moment of the build, RFC 3339; none when empty")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: sbom [-time MOMENT] BINARY LOCKFILE >bill")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), flag.Arg(1), *moment, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

// run writes the bill of a binary and of the packages of its pages.
func run(binary, lockFile, moment string, out io.Writer) error {
	build, err := buildinfo.ReadFile(binary)
	if err != nil {
		return fmt.Errorf("%s has no build information: %w", binary, err)
	}
	program, err := programOf(binary, build)
	if err != nil {
		return err
	}
	packages, err := packagesOf(lockFile)
	if err != nil {
		return err
	}
	bill := billOf(program, append(modulesOf(build), packages...), moment)
	return cdx.NewBOMEncoder(out, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bill, cdx.SpecVersion1_6)
}

// versionLine is what `server version` prints.
var versionLine = regexp.MustCompile(`^fleet (\S+), commit (\S+) \(`)

// programOf describes a binary by the version and the commit that it prints, since a build that can be
// repeated elsewhere has neither in its build information.
func programOf(binary string, build *debug.BuildInfo) (*cdx.Component, error) {
	if !strings.Contains(binary, "/") {
		binary = "./" + binary
	}
	text, err := exec.Command(binary, "version").Output()
	if err != nil {
		return nil, fmt.Errorf("%s version: %w", binary, err)
	}
	found := versionLine.FindStringSubmatch(string(text))
	if found == nil {
		return nil, fmt.Errorf("%s version prints %q", binary, text)
	}
	url := packageURL(build.Main.Path, found[1])
	return &cdx.Component{
		Type: cdx.ComponentTypeApplication, Name: "bitcorp-fleet", Version: found[1], BOMRef: url, PackageURL: url,
		Licenses:   &cdx.Licenses{{License: &cdx.License{ID: "MIT"}}},
		Properties: &[]cdx.Property{{Name: "git:commit", Value: found[2]}},
	}, nil
}

// billOf puts a program and all that is in it into one bill.
func billOf(program *cdx.Component, components []cdx.Component, moment string) *cdx.BOM {
	needs := make([]string, len(components))
	for i, c := range components {
		needs[i] = c.BOMRef
	}
	bill := cdx.NewBOM()
	bill.SerialNumber = uuid.NewSHA1(uuid.NameSpaceURL, []byte(program.PackageURL)).URN()
	bill.Metadata = &cdx.Metadata{
		Timestamp: moment, Component: program, Lifecycles: &[]cdx.Lifecycle{{Phase: cdx.LifecyclePhaseBuild}},
	}
	bill.Components = &components
	bill.Dependencies = &[]cdx.Dependency{{Ref: program.BOMRef, Dependencies: &needs}}
	return bill
}

// packageURL names a Go module as https://github.com/package-url/purl-spec does.
func packageURL(path, version string) string {
	return "pkg:golang/" + path + "@" + strings.ReplaceAll(version, "+", "%2B")
}

// modulesOf returns Go's standard library and the modules that are in a binary. The sum is the one of go.sum.
func modulesOf(build *debug.BuildInfo) []cdx.Component {
	standard := packageURL("std", strings.TrimPrefix(build.GoVersion, "go"))
	list := []cdx.Component{{
		Type: cdx.ComponentTypeLibrary, Name: "std", Version: build.GoVersion, BOMRef: standard, PackageURL: standard,
	}}
	for _, m := range build.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		url := packageURL(m.Path, m.Version)
		c := cdx.Component{Type: cdx.ComponentTypeLibrary, Name: m.Path, Version: m.Version, BOMRef: url, PackageURL: url}
		if m.Sum != "" {
			c.Properties = &[]cdx.Property{{Name: "go:sum", Value: m.Sum}}
		}
		list = append(list, c)
	}
	return list
}
