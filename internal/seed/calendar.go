package seed

import (
	"sort"
	"time"
)

// season is the work of a construction fleet of the temperate north in a month, relative to the year's mean: frost stops
// earthworks, holidays stop sites.
var season = [12]float64{0.55, 0.66, 0.93, 1.10, 1.18, 1.22, 1.12, 1.02, 1.22, 1.18, 1.02, 0.66}

// calendar measures work done between two moments, because machines age and need service by hours worked, not by days
// passed.
type calendar struct {
	first instant   // midnight of day 0
	done  []float64 // work done before day i, in years of work
}

// newCalendar covers the days from first to last.
func newCalendar(first, last instant) *calendar {
	c := &calendar{first: first.midnight()}
	n := int((last-c.first)/day) + 2
	c.done = make([]float64, n)
	for i := 1; i < n; i++ {
		c.done[i] = c.done[i-1] + workOn((c.first+instant(i-1)*day).time())/meanYear
	}
	return c
}

// workOn is the work of a day, a mean weekday being 1.
func workOn(t time.Time) float64 {
	w := season[t.Month()-1]
	if m, d := t.Month(), t.Day(); m == time.December && d >= 23 || m == time.January && d <= 3 {
		return 0.08 * w // sites are closed, pumps and generators run on
	}
	switch t.Weekday() {
	case time.Sunday:
		return 0.06 * w
	case time.Saturday:
		return 0.35 * w
	default:
		return w
	}
}

// meanYear is the work of a year: 261 weekdays, 52 Saturdays and 52 Sundays less the days on which sites are closed.
const meanYear = 276.0

// worked returns the years of work from day 0 until t.
func (c *calendar) worked(t instant) float64 {
	d := (t - c.first) / day
	if d < 0 {
		return 0
	}
	if int(d) >= len(c.done)-1 {
		return c.done[len(c.done)-1]
	}
	part := float64((t-c.first)%day) / float64(day)
	return c.done[d] + part*(c.done[d+1]-c.done[d])
}

// when is the inverse of worked, at a working hour of the day.
func (c *calendar) when(worked float64) instant {
	i := sort.SearchFloat64s(c.done, worked)
	i = min(max(i, 1), len(c.done)-1)
	part := (worked - c.done[i-1]) / (c.done[i] - c.done[i-1])
	part = min(max(part, 0), 0.999)
	// A day's work is done between 6:00 and 18:00.
	return c.first + instant(i-1)*day + 6*hour + instant(part*float64(12*hour))
}
