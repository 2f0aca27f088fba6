// Command secrets searches the logs that servers wrote during the tests for the
// secrets of the tests:
//
//	go run ./internal/testlog/secrets folder source...
//
// It fails when it finds one, and when a source has logged nothing, because then
// nothing was searched.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
)

// secrets are the patterns of the tests' secrets. Those that tests choose contain
// the same words.
var secrets = []struct {
	what string
	re   *regexp.Regexp
}{
	{"a password, or a secret of a provider or of the database", regexp.MustCompile(`(?i)horse.{1,3}battery`)},
	{"an access token", regexp.MustCompile(`fleet_pat_[A-Z2-7]{26}`)},
	{"the secret of a session, or of a sign-in under way",
		regexp.MustCompile(`(^|[^A-Za-z0-9])[A-Z2-7]{26}($|[^A-Za-z0-9])`)},
	{"a token of a provider", regexp.MustCompile(`eyJ[\w-]{10,}\.[\w-]{10,}\.`)},
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: secrets folder source...")
		os.Exit(2)
	}
	lines, err := look(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("no secret in %d lines of logs\n", lines)
}

// look reads the logs of all sources. The error says where which kind of
// secret stands, but not the secret.
func look(folder string, sources []string) (lines int, err error) {
	for _, source := range sources {
		files, globErr := filepath.Glob(filepath.Join(folder, source+"*.log"))
		err = errors.Join(err, globErr)
		before := lines
		for _, name := range files {
			f, openErr := os.Open(name)
			if openErr != nil {
				return lines, errors.Join(err, openErr)
			}
			n, fileErr := lookAt(f, filepath.Base(name))
			lines += n
			err = errors.Join(err, fileErr, f.Close())
		}
		if lines == before {
			err = errors.Join(err, fmt.Errorf("%s: nothing was logged", source))
		}
	}
	return lines, err
}

func lookAt(r io.Reader, name string) (lines int, err error) {
	in := bufio.NewReader(r)
	for {
		line, readErr := in.ReadBytes('\n')
		if len(line) > 0 {
			lines++
			for _, s := range secrets {
				if s.re.Match(line) {
					err = errors.Join(err, fmt.Errorf("%s:%d: %s", name, lines, s.what))
				}
			}
		}
		if readErr != nil {
			if !errors.Is(readErr, io.EOF) {
				err = errors.Join(err, readErr)
			}
			return lines, err
		}
	}
}
