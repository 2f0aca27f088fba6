//go:build race

package e2e_test

// raceEnabled is set in tests with the race detector, which makes requests ten times as slow.
const raceEnabled = true
