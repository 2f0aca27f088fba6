package seed

import (
	"math"
	"testing"
	"time"
)

func TestCalendarIsItsInverse(t *testing.T) {
	t.Parallel()
	first := instantOf(time.Date(2014, 3, 1, 0, 0, 0, 0, time.UTC))
	c := newCalendar(first, first+8*year)
	last := 0.0
	for at := first + day; at < first+8*year; at += 5*day + 3*hour {
		worked := c.worked(at)
		if worked < last {
			t.Fatalf("work done decreases at %s", at.time())
		}
		last = worked
		if back := c.when(worked); back < at-3*day || back > at+3*day { // closed days do hardly any work
			t.Errorf("%s: %v years of work are done at %s", at.time(), worked, back.time())
		}
		if h := c.when(worked).time().Hour(); h < 6 || h > 18 {
			t.Errorf("work at %d o'clock", h)
		}
	}
	if worked := c.worked(first + 8*year); math.Abs(worked-8) > 0.15 {
		t.Errorf("%v years of work in 8 years", worked)
	}
}

func TestFailuresIntegratesHazard(t *testing.T) {
	t.Parallel()
	for _, span := range [][2]float64{{0, 0.5}, {0, 10}, {3, 4}, {2, 2}} {
		sum, steps := 0.0, 100_000
		for i := range steps {
			sum += hazard(span[0]+(float64(i)+0.5)*(span[1]-span[0])/float64(steps)) * (span[1] - span[0]) / float64(steps)
		}
		if got := failures(span[0], span[1]); math.Abs(got-sum) > 1e-6 {
			t.Errorf("failures%v = %v, the sum is %v", span, got, sum)
		}
	}
	if !(hazard(0) > hazard(1.5) && hazard(12) > hazard(1.5)) {
		t.Error("the hazard is no bathtub")
	}
}

func TestCatalogIsAWholeFleet(t *testing.T) {
	t.Parallel()
	share, codes, serials := 0.0, map[string]bool{}, map[string]bool{}
	for _, c := range catalog {
		share += c.share
		if codes[c.code] {
			t.Errorf("two categories have the code %s", c.code)
		}
		codes[c.code] = true
		for _, m := range c.models {
			if serials[m.serial] {
				t.Errorf("two models number serials as %s: they would collide", m.serial)
			}
			serials[m.serial] = true
		}
	}
	if math.Abs(share-1) > 1e-9 {
		t.Errorf("the shares add up to %v", share)
	}
}

func TestMoneyIsExact(t *testing.T) {
	t.Parallel()
	for cents, want := range map[int64]string{0: "0.00", 5: "0.05", -5: "-0.05", 123456: "1234.56", -100: "-1.00",
		99_999_999_999_999: "999999999999.99"} {
		if got := string(money(cents)); got != want {
			t.Errorf("money(%d) = %s, want %s", cents, got, want)
		}
	}
	if got := string(tenths(1203)); got != "120.3" {
		t.Errorf("tenths(1203) = %s", got)
	}
}
