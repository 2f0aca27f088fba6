package fleet

import (
	"math/big"
	"strings"
)

// Decimal is an exact decimal number in plain notation, as PostgreSQL writes
// numeric: "-12.50". Money is never a float. Values come from ParseDecimal or
// from the database; the empty string is not a Decimal.
type Decimal string

// maxDecimalLen bounds what ParseDecimal reads; numeric(14,2) needs 16.
const maxDecimalLen = 40

// ParseDecimal parses digits with an optional sign and point, without exponent, separators or
// spaces. The result has no leading zeros and no plus sign; trailing zeros are kept, because they
// are precision. The error is a BAD_INPUT without field.
func ParseDecimal(s string) (Decimal, error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if len(s) > maxDecimalLen || !isDigits(whole) || (point && !isDigits(fraction)) {
		return "", BadInputf("",
			"%s is not a decimal number: write digits with an optional sign and point, such as \"-1250.75\"", Quote(s))
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	text := whole
	if point {
		text += "." + fraction
	}
	if negative && strings.Trim(text, "0.") != "" {
		text = "-" + text
	}
	return Decimal(text), nil
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Cmp returns -1, 0 or +1 as d is less than, equal to or greater than other:
// "1.50" equals "1.5".
func (d Decimal) Cmp(other Decimal) int {
	a, okA := new(big.Rat).SetString(string(d))
	b, okB := new(big.Rat).SetString(string(other))
	if !okA || !okB {
		panic("fleet: compare of a Decimal that was not parsed: " + string(d) + ", " + string(other))
	}
	return a.Cmp(b)
}

// Scale returns the number of digits after the point.
func (d Decimal) Scale() int {
	_, fraction, _ := strings.Cut(string(d), ".")
	return len(fraction)
}

// MaxMoney is the largest amount that numeric(14,2) holds.
const MaxMoney Decimal = "999999999999.99"

// CheckMoney returns a BAD_INPUT unless d is an amount of money: at most two digits after the
// point, and at most MaxMoney or at least -MaxMoney.
func (d Decimal) CheckMoney() error {
	if d.Scale() > 2 {
		return BadInputf("", "%s has more than two digits after the point", d)
	}
	if d.Cmp(MaxMoney) > 0 || d.Cmp("-"+MaxMoney) < 0 {
		return BadInputf("", "%s is out of range: an amount is at most %s, or minus that", d, MaxMoney)
	}
	return nil
}

// Plus returns the exact sum.
func (d Decimal) Plus(other Decimal) Decimal {
	scale := max(d.Scale(), other.Scale())
	a, okA := new(big.Rat).SetString(string(d))
	b, okB := new(big.Rat).SetString(string(other))
	if !okA || !okB {
		panic("fleet: sum of a Decimal that was not parsed: " + string(d) + ", " + string(other))
	}
	return Decimal(a.Add(a, b).FloatString(scale))
}

// Trim removes trailing zeros until at most scale digits follow the point, or the last digit is not
// zero.
func (d Decimal) Trim(scale int) Decimal {
	for d.Scale() > scale && d[len(d)-1] == '0' {
		d = d[:len(d)-1]
	}
	return Decimal(strings.TrimSuffix(string(d), "."))
}
