package main

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/alecthomas/kong"
)

// Names of the environment that start with prefix are settings, but for those that start with
// testPrefix and those of tools, which the tests and the client's build read.
const (
	prefix     = "FLEET_"
	testPrefix = "FLEET_TEST_"
)

var tools = []string{"FLEET_URL", "FLEET_CONTROL", "FLEET_ORACLE_PAIRS", "FLEET_DRIVER_OPERATIONS"}

// checkEnvironment returns an error with a line for each setting of the environment, NAME=value, that
// does not exist or has a value of the wrong kind, and puts the other values into the commands. Kong
// itself stops at the first of the latter and ignores the former. Names are settings if any command has
// them: all read one environment.
func checkEnvironment(root *kong.Node, environment []string) error {
	settings := map[string][]*kong.Flag{} // several commands may have a setting
	err := kong.Visit(root, func(node kong.Visitable, next kong.Next) error {
		if f, ok := node.(*kong.Flag); ok {
			for _, name := range f.Envs {
				settings[name] = append(settings[name], f)
			}
		}
		return next(nil)
	})
	if err != nil {
		return err
	}
	given := map[string]string{}
	for _, entry := range environment {
		name, value, _ := strings.Cut(entry, "=")
		given[name] = value
	}
	var mistakes []error
	for _, name := range slices.Sorted(maps.Keys(given)) {
		flags, known := settings[name]
		switch {
		case known:
			for _, flag := range flags {
				if err := checkValue(flag, name, given[name]); err != nil {
					mistakes = append(mistakes, err)
					break
				}
			}
		case strings.HasPrefix(name, prefix) && !strings.HasPrefix(name, testPrefix) && !slices.Contains(tools, name):
			mistakes = append(mistakes, fmt.Errorf("%s is not a setting%s: unset it, or see --help for those there are",
				name, nearest(name, settings)))
		}
	}
	return errors.Join(mistakes...)
}

// checkValue puts the value of a setting into its command; the error says why that is not possible.
func checkValue(flag *kong.Flag, name, value string) error {
	target := reflect.New(flag.Target.Type()).Elem()
	copied := *flag.Value // Parse marks it as set
	if err := copied.Parse(kong.ScanFromTokens(kong.Token{Type: kong.FlagValueToken, Value: value}), target); err != nil {
		return fmt.Errorf("%s is %q: %s", name, value, strings.TrimPrefix(err.Error(), copied.ShortSummary()+": "))
	}
	if text := fmt.Sprint(target.Interface()); flag.Enum != "" && !flag.EnumMap()[text] {
		return fmt.Errorf("%s is %q: it must be one of %s", name, text, strings.Join(flag.EnumSlice(), ", "))
	}
	flag.Target.Set(target)
	return nil
}

// farthest is by how many letters a name may differ from a setting that was meant.
const farthest = 4

// nearest returns the setting that a name was probably meant to be, as part of a message.
func nearest(name string, settings map[string][]*kong.Flag) string {
	best, least := "", farthest+1
	for _, known := range slices.Sorted(maps.Keys(settings)) {
		if d := levenshtein.ComputeDistance(name, known); d < least {
			best, least = known, d
		}
	}
	if best == "" {
		return ""
	}
	return ", " + best + " is"
}
