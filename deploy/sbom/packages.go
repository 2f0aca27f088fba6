package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// lockedPackage is a package as package-lock.json has it, under the folder where it is installed.
type lockedPackage struct {
	Version   string
	License   string
	Integrity string // the hash function and the hash in base64
	// Dev says that only development needs it, DevOptional that it is optional for all that do not. The pages
	// are built without both: what `npm sbom --omit=dev` writes lacks packages that both need, React among
	// them (npm 11.19.1).
	Dev, DevOptional bool
}

// packagesOf reads the packages that the pages are made of from package-lock.json. Some of what they hold may
// have been left out of the pages as unused.
func packagesOf(lockFile string) ([]cdx.Component, error) {
	text, err := os.ReadFile(lockFile)
	if err != nil {
		return nil, err
	}
	var lock struct{ Packages map[string]lockedPackage }
	if err := json.Unmarshal(text, &lock); err != nil {
		return nil, fmt.Errorf("%s: %w", lockFile, err)
	}
	const folder = "node_modules/"
	seen := map[string]bool{}
	var list []cdx.Component
	for _, path := range slices.Sorted(maps.Keys(lock.Packages)) {
		p, at := lock.Packages[path], strings.LastIndex(path, folder)
		if at < 0 || p.Dev || p.DevOptional {
			continue
		}
		c, err := componentOf(path[at+len(folder):], p)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", lockFile, path, err)
		}
		if !seen[c.BOMRef] {
			seen[c.BOMRef] = true
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s has no packages", lockFile)
	}
	return list, nil
}

// componentOf describes a package with its licence and the hash of its archive.
func componentOf(name string, p lockedPackage) (cdx.Component, error) {
	url := "pkg:npm/" + strings.Replace(name, "@", "%40", 1) + "@" + p.Version
	c := cdx.Component{
		Type: cdx.ComponentTypeLibrary, Name: name, Version: p.Version, BOMRef: url, PackageURL: url,
	}
	if p.License != "" {
		c.Licenses = &cdx.Licenses{{Expression: p.License}}
	}
	sum, ok := strings.CutPrefix(p.Integrity, "sha512-")
	if !ok {
		return c, fmt.Errorf("no SHA-512: %q", p.Integrity)
	}
	hash, err := base64.StdEncoding.DecodeString(sum)
	if err != nil {
		return c, err
	}
	c.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA512, Value: hex.EncodeToString(hash)}}
	return c, nil
}
