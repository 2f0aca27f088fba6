package app

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"time"

	"bitcorp.dev/fleet/internal/server"
	"bitcorp.dev/fleet/internal/telemetry"
)

// Check returns an error that names every setting, in the order of the fields,
// whose value is not allowed, with that value and what is allowed, a line for each.
func (c Config) Check() error {
	mistakes := append(minima(c), c.Database.Check())
	if c.SessionMax < c.SessionIdle && c.SessionMax >= time.Minute { // else its minimum is the mistake
		mistakes = append(mistakes,
			outOfRange("FLEET_SESSION_MAX", c.SessionMax, fmt.Sprintf("%v, which is FLEET_SESSION_IDLE", c.SessionIdle)))
	}
	_, err := ParsePublicURL(c.PublicURL)
	mistakes = append(mistakes, err)
	if c.TracesURL != "" {
		_, err := telemetry.ParseTracesURL(c.TracesURL)
		mistakes = append(mistakes, err)
	}
	if c.TracesRatio > 1 {
		mistakes = append(mistakes, fmt.Errorf("FLEET_TRACES_RATIO is %v: it must be at most 1", c.TracesRatio))
	}
	if c.Demo {
		mistakes = append(mistakes, server.CheckDemo(c.Addr))
	}
	return errors.Join(mistakes...)
}

// Check returns an error that names every setting whose value is not allowed. A
// zero stands for the default.
func (d Database) Check() error {
	return errors.Join(minima(d)...)
}

// minima returns an error for each field of a struct whose value is below the minimum in its tag.
func minima(settings any) (mistakes []error) {
	fields := reflect.ValueOf(settings)
	for i := range fields.NumField() {
		tag := fields.Type().Field(i).Tag
		if least, ok := tag.Lookup("min"); ok {
			mistakes = append(mistakes, checkMin(tag.Get("env"), fields.Field(i), least))
		}
	}
	return mistakes
}

// checkMin returns an error if a setting's value is below least, which is
// written in the setting's type. A nil pointer is a setting that is not given.
func checkMin(setting string, v reflect.Value, least string) error {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	var low bool
	var err error
	switch value := v.Interface().(type) {
	case time.Duration:
		var d time.Duration
		d, err = time.ParseDuration(least)
		low = value < d
	case int:
		var n int
		n, err = strconv.Atoi(least)
		low = value < n
	case float64:
		var f float64
		f, err = strconv.ParseFloat(least, 64)
		low = !(value >= f) // NaN is not allowed either
	default:
		err = fmt.Errorf("type %T has no minimum", value)
	}
	if err != nil {
		return fmt.Errorf("the minimum of %s: %w", setting, err)
	}
	if low {
		return outOfRange(setting, v.Interface(), least)
	}
	return nil
}

func outOfRange(setting string, value any, least string) error {
	return fmt.Errorf("%s is %v: it must be at least %s", setting, value, least)
}

// ParsePublicURL parses FLEET_PUBLIC_URL, a scheme and a host. It returns nil
// for an empty text.
func ParsePublicURL(text string) (*url.URL, error) {
	if text == "" {
		return nil, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil ||
		u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf(
			"FLEET_PUBLIC_URL is %q: it must be a scheme and a host, such as https://fleet.example.com",
			text,
		)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}
