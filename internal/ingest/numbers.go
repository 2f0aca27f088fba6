package ingest

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/currency"

	"bitcorp.dev/fleet/internal/fleet"
)

// decimal reads a number in the mapping's notation. A sign stands before it, or as accountants and SAP write it.
func (c *converter) decimal(v cell) (fleet.Decimal, error) {
	if v.kind == numberCell {
		return fleet.ParseDecimal(v.text)
	}
	s, negative, err := unsigned(v.text)
	if err != nil {
		return "", err
	}
	point := "."
	if c.mapping.DecimalComma {
		point = ","
	}
	whole, fraction, _ := strings.Cut(s, point)
	whole, err = c.ungroup(whole)
	if err != nil {
		return "", err
	}
	if !digits(whole) || !digits(fraction) || whole+fraction == "" {
		return "", c.notANumber(v.text)
	}
	if whole == "" { // .5
		whole = "0"
	}
	if s = whole; fraction != "" {
		s += "." + fraction
	}
	if negative {
		s = "-" + s
	}
	return fleet.ParseDecimal(s)
}

// digits reports whether a text, which may be empty, has digits alone.
func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// unsigned removes the sign from a number: one before it, a minus behind it, or parentheses.
func unsigned(s string) (number string, negative bool, err error) {
	s = strings.TrimSpace(s)
	signs := 0
	if inner, ok := strings.CutPrefix(s, "("); ok {
		if s, ok = strings.CutSuffix(inner, ")"); !ok {
			return "", false, errors.New("is not a number: a parenthesis is missing")
		}
		s, negative, signs = strings.TrimSpace(s), true, 1
	}
	for _, sign := range []struct {
		text     string
		negative bool
	}{{"-", true}, {"\u2212", true}, {"+", false}} {
		if rest, ok := strings.CutPrefix(s, sign.text); ok {
			s, negative, signs = strings.TrimSpace(rest), sign.negative, signs+1
		}
		if rest, ok := strings.CutSuffix(s, sign.text); ok && sign.negative {
			s, negative, signs = strings.TrimSpace(rest), true, signs+1
		}
	}
	if signs > 1 {
		return "", false, errors.New("is not a number: it has more than one sign")
	}
	return s, negative, nil
}

// ungroup removes the separators of thousands, each of which stands before three digits.
func (c *converter) ungroup(whole string) (string, error) {
	var separators string
	switch c.mapping.Thousands {
	case "":
		return whole, nil
	case " ":
		separators = " \u00a0\u2009\u202f"
	case "'":
		separators = "'’"
	default:
		separators = c.mapping.Thousands
	}
	groups := strings.FieldsFunc(whole, func(r rune) bool { return strings.ContainsRune(separators, r) })
	plain := strings.Join(groups, "")
	for i, g := range groups {
		if len(groups) > 1 && (i > 0 && len(g) != 3 || i == 0 && len(g) > 3) {
			return "", fmt.Errorf("is not a number: a separator of thousands stands before three digits each, as in %s",
				strings.Join([]string{"1", "234", "567"}, c.mapping.Thousands))
		}
	}
	if n := utf8.RuneCountInString(whole) - utf8.RuneCountInString(plain); n > 0 && n != len(groups)-1 {
		return "", errors.New("is not a number: two separators of thousands stand together, or one has no digits beside it")
	}
	return plain, nil
}

// notANumber says why a text is no number, and which setting may read it.
func (c *converter) notANumber(s string) error {
	switch {
	case c.mapping.DecimalComma && strings.Contains(s, ".") && c.mapping.Thousands != ".":
		return errors.New("has a point, but numbers use a decimal comma: use --thousands . if it separates thousands")
	case !c.mapping.DecimalComma && strings.Contains(s, ",") && c.mapping.Thousands != ",":
		return errors.New("has a comma: use --thousands , if commas separate thousands, --decimal-comma if 1,50 is 1.50")
	case strings.ContainsAny(s, " \u00a0\u202f") && strings.ContainsAny(s, "0123456789") && c.mapping.Thousands == "":
		return errors.New("has a space: use --thousands ' ' if spaces separate thousands")
	case strings.ContainsAny(s, "0123456789"):
		return errors.New("is not a decimal number, such as -1250.75")
	default:
		return errors.New("is not a decimal number, such as -1250.75: if it stands for no value, use --empty")
	}
}

// currencySigns are written beside amounts and are not Unicode's symbols of currencies, nor codes of ISO 4217.
var currencySigns = []string{"Bs.", "Bs", "S/.", "S/", "R$", "US$", "C$", "A$", "Fr.", "kr.", "kr", "zł", "Kč", "Ft"}

// withoutCurrency removes the sign or code of a currency from one side of an amount. The amount is in the currency of
// the company, whatever it says.
func withoutCurrency(s string) string {
	s = strings.TrimSpace(s)
	inner, negative, err := unsigned(s)
	if err != nil || inner == "" {
		return s
	}
	plain := cutCurrency(inner)
	if plain == inner {
		return s
	}
	if again, minus, err := unsigned(plain); err == nil && minus && !negative { // $-5
		plain, negative = again, true
	}
	if negative {
		return "-" + plain
	}
	return plain
}

func cutCurrency(s string) string {
	for _, sign := range currencySigns {
		if rest, ok := strings.CutPrefix(s, sign); ok {
			return strings.TrimSpace(rest)
		}
		if rest, ok := strings.CutSuffix(s, sign); ok {
			return strings.TrimSpace(rest)
		}
	}
	if r, size := utf8.DecodeRuneInString(s); unicode.Is(unicode.Sc, r) {
		return strings.TrimSpace(s[size:])
	}
	if r, size := utf8.DecodeLastRuneInString(s); unicode.Is(unicode.Sc, r) {
		return strings.TrimSpace(s[:len(s)-size])
	}
	if len(s) > 3 {
		if _, err := currency.ParseISO(s[:3]); err == nil {
			return strings.TrimSpace(s[3:])
		}
		if _, err := currency.ParseISO(s[len(s)-3:]); err == nil {
			return strings.TrimSpace(s[:len(s)-3])
		}
	}
	return s
}

func money(c *converter, _ string, v cell) (string, error) {
	if v.kind == textCell {
		v.text = withoutCurrency(v.text)
	}
	d, err := c.decimal(v)
	if err != nil {
		return "", err
	}
	d = c.round(d.Trim(2), 2) // 12.500 is 12.50
	if err := d.CheckMoney(); err != nil {
		return "", err
	}
	return string(d.Plus("0.00")), nil // as the database writes it
}

func positiveMoney(c *converter, field string, v cell) (string, error) {
	s, err := money(c, field, v)
	if err == nil && strings.HasPrefix(s, "-") {
		err = errors.New("is negative")
	}
	return s, err
}

// year reads a year. A day, which spreadsheets make of it, stands for its year.
func year(c *converter, field string, v cell) (string, error) {
	if v.kind == dateCell {
		v = cell{text: v.text[:4], kind: numberCell}
	}
	d, err := c.decimal(v)
	if err != nil {
		return "", err
	}
	if d = d.Trim(0); d.Scale() > 0 || d.Cmp(fleet.Decimal(strconv.Itoa(fleet.MinYear))) < 0 || d.Cmp("9999") > 0 {
		return "", fmt.Errorf("is not a year: %d or later", fleet.MinYear)
	}
	return string(d), nil
}

func hours(c *converter, _ string, v cell) (string, error) {
	d, err := c.decimal(v)
	if err != nil {
		return "", err
	}
	if d = c.round(d.Trim(1), 1); d.Scale() > 1 {
		return "", errors.New("has more than one digit after the point: use --round to round to tenths of an hour")
	}
	if err := d.CheckHours(); err != nil {
		return "", fmt.Errorf("is not a number of hours: 0 to %s", fleet.MaxHours)
	}
	return string(d.Plus("0.0")), nil
}

// labourHours reads hours of labour, which are below 0 in a reversal.
func labourHours(c *converter, _ string, v cell) (string, error) {
	d, err := c.decimal(v)
	if err != nil {
		return "", err
	}
	d = c.round(d.Trim(2), 2)
	if err := d.CheckLabourHours(); err != nil {
		return "", err
	}
	return string(d.Plus("0.00")), nil
}

// round rounds to scale digits, halves away from zero, if the mapping asks for it.
func (c *converter) round(d fleet.Decimal, scale int) fleet.Decimal {
	if !c.mapping.Round || d.Scale() <= scale {
		return d
	}
	r, ok := new(big.Rat).SetString(string(d))
	if !ok {
		return d
	}
	rounded, err := fleet.ParseDecimal(r.FloatString(scale))
	if err != nil {
		return d
	}
	return rounded
}
