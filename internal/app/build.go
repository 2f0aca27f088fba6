package app

import (
	"cmp"
	"runtime/debug"

	"github.com/prometheus/client_golang/prometheus"
)

// Build describes the program.
type Build struct{ Version, Commit, Go string }

// ReadBuild returns the build of this program. The linker sets version and commit in a release; otherwise
// the commit is the one that the Go command has noted, if it has.
func ReadBuild(version, commit string) Build {
	b := Build{Version: version, Commit: commit, Go: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Go = info.GoVersion
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.Commit = cmp.Or(b.Commit, s.Value)
		}
	}
	b.Commit = cmp.Or(b.Commit, "unknown")
	return b
}

func (b Build) register(reg prometheus.Registerer) {
	reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "fleet_build_info",
		Help: "1; the labels describe the program that runs.", ConstLabels: prometheus.Labels{
			"version": b.Version, "commit": b.Commit, "go": b.Go,
		}}, func() float64 { return 1 }))
}
