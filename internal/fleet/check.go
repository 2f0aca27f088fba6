package fleet

import (
	"strings"
	"unicode/utf8"
)

// Maybe is an optional part of a patch: the new value, or none if Set is false.
type Maybe[T any] struct {
	Set bool
	To  T
}

// apply assigns the new value to target if there is one.
func (m Maybe[T]) apply(target *T) {
	if m.Set {
		*target = m.To
	}
}

// checkRequired returns a BAD_INPUT without field unless s is a name: text of 1 to
// longest characters that are not all blank, on one line, without characters that are not seen.
func checkRequired(s string, longest int) error {
	if strings.TrimSpace(s) == "" {
		return BadInputf("", "the text is empty: 1 to %d characters are needed", longest)
	}
	if err := checkLength(s, longest); err != nil {
		return err
	}
	return checkPlain(s)
}

// checkOptionalName does the same for a name that may be absent, which is null and not an empty string.
func checkOptionalName(s *string, longest int) error {
	if err := checkOptional(s, longest); err != nil || s == nil {
		return err
	}
	return checkPlain(*s)
}

// checkOptional returns a BAD_INPUT without field unless s is text of some lines, or absent, which is null and
// not an empty string.
func checkOptional(s *string, longest int) error {
	if s == nil {
		return nil
	}
	if strings.TrimSpace(*s) == "" {
		return BadInputf("", "%s is blank: leave it out or give null for none", Quote(*s))
	}
	return checkLength(*s, longest)
}

func checkLength(s string, longest int) error {
	if n := utf8.RuneCountInString(s); n > longest {
		return BadInputf("", "%d characters are too many: at most %d", n, longest)
	}
	return CheckText(s)
}

// checkMoney checks an amount that may be absent.
func checkMoney(d *Decimal) error {
	if d == nil {
		return nil
	}
	return d.CheckMoney()
}

// MaxHours is the maximum of an hour meter: numeric(10,1).
const MaxHours Decimal = "999999999.9"

// CheckHours returns a BAD_INPUT without field unless d is a value of an hour meter: 0 to MaxHours,
// tenths at most.
func (d Decimal) CheckHours() error {
	if d.Cmp("0") < 0 || d.Cmp(MaxHours) > 0 || d.Trim(0).Scale() > 1 {
		return BadInputf("", "%s is not a value of an hour meter: 0 to %s hours, one digit after the point", d,
			MaxHours)
	}
	return nil
}
