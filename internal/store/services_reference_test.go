package store_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// refReading is a reading that counts, with the hours that the machine had run by then.
type refReading struct {
	at           time.Time
	shown, lived *big.Rat
}

// refRecord is a record of a schedule that is completed or cancelled.
type refRecord struct {
	occurrence    int
	done          bool
	day           time.Time
	dueOn         *time.Time
	meter, dueHrs *big.Rat
}

// refServices computes every row of scheduled_services slowly, from the rows that it depends on.
type refServices struct {
	t        *testing.T
	conn     *pgx.Conn
	zone     *time.Location
	readings map[[16]byte][]refReading
}

func ratOf(text *string) *big.Rat {
	if text == nil {
		return nil
	}
	r, _ := new(big.Rat).SetString(*text)
	return r
}

func showRat(r *big.Rat, digits int) string {
	if r == nil {
		return "-"
	}
	return r.FloatString(digits)
}

func showDay(d *time.Time) string {
	if d == nil {
		return "-"
	}
	return d.Format(time.DateOnly)
}

func (r *refServices) rows(sql string, args []any, scan func(pgx.CollectableRow) error) {
	r.t.Helper()
	rows, err := r.conn.Query(r.t.Context(), sql, args...)
	if err == nil {
		_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (struct{}, error) { return struct{}{}, scan(row) })
	}
	if err != nil {
		r.t.Fatalf("%v\n%s", err, sql)
	}
}

// day is midnight, UTC, of the day of a moment in the zone.
func (r *refServices) day(at time.Time) time.Time { return fleet.DateOf(at.In(r.zone)).Time() }

// readMeters reads the meters of all machines.
func (r *refServices) readMeters() {
	r.readings = map[[16]byte][]refReading{}
	r.rows(`SELECT equipment_id, read_at, hours::text, replacement FROM meter_readings WHERE voided_at IS NULL
		ORDER BY equipment_id, read_at`, nil, func(row pgx.CollectableRow) error {
		var machine [16]byte
		var at time.Time
		var text string
		var replacement bool
		err := row.Scan(&machine, &at, &text, &replacement)
		shown := ratOf(&text)
		lived := shown
		if list := r.readings[machine]; len(list) > 0 {
			before := list[len(list)-1]
			lived = before.lived
			if !replacement {
				lived = new(big.Rat).Add(lived, new(big.Rat).Sub(shown, before.shown))
			}
		}
		r.readings[machine] = append(r.readings[machine], refReading{at, shown, lived})
		return err
	})
}

// until is the last reading of a machine at a moment or before it; nil without one.
func (r *refServices) until(machine [16]byte, at time.Time) *refReading {
	var found *refReading
	for _, reading := range r.readings[machine] {
		if !reading.at.After(at) {
			found = &reading
		}
	}
	return found
}

// hoursOn are the hours of a machine at the end of a day, or at its first reading. shown is what work on that day has
// read.
func (r *refServices) hoursOn(machine [16]byte, day time.Time, shown *big.Rat) *big.Rat {
	next := day.AddDate(0, 0, 1)
	end := time.Date(next.Year(), next.Month(), next.Day(), 0, 0, 0, 0, r.zone)
	at := r.until(machine, end.Add(-time.Microsecond))
	switch list := r.readings[machine]; {
	case shown != nil && at != nil:
		return new(big.Rat).Add(shown, new(big.Rat).Sub(at.lived, at.shown))
	case shown != nil:
		return shown
	case at != nil:
		return at.lived
	case len(list) > 0:
		return list[0].lived
	}
	return nil
}

// refSchedule is a schedule on one machine.
type refSchedule struct {
	id, machine           [16]byte
	created, entered      time.Time
	single, active        bool
	days                  *int
	hours                 *big.Rat
	fixed                 bool
	lastOn, firstOn       *time.Time
	lastHours, firstHours *big.Rat
	leadDays              int
	leadHours             *big.Rat
	pausesFrom, pausesTo  []int32
	settled               []refRecord
}

func (s *refSchedule) free(day time.Time) time.Time {
	paused := func() bool {
		on := int32(int(day.Month())*100 + day.Day())
		for i := range s.pausesFrom {
			from, to := s.pausesFrom[i], s.pausesTo[i]
			if from <= to && on >= from && on <= to || from > to && (on >= from || on <= to) {
				return true
			}
		}
		return false
	}
	for paused() {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

func later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}

func sooner(list ...*time.Time) (first *time.Time) {
	for _, d := range list {
		if d != nil && (first == nil || d.Before(*first)) {
			first = d
		}
	}
	return first
}

func moved(d *time.Time, days int) *time.Time {
	if d == nil {
		return nil
	}
	to := d.AddDate(0, 0, days)
	return &to
}

// due returns the next service: its number, its day and its hours.
func (r *refServices) due(s *refSchedule) (occurrence int, dueOn *time.Time, dueHours *big.Rat) {
	var joined *time.Time
	if !s.single && s.entered.After(s.created) {
		day := r.day(s.entered)
		joined = &day
	}
	start := s.lastOn
	if start == nil {
		day := r.day(s.created)
		start = &day
	}
	start = later(start, joined)
	var last *refRecord
	occurrence = 1
	for _, record := range s.settled {
		if record.occurrence >= occurrence {
			last, occurrence = &record, record.occurrence+1
		}
	}
	if s.days != nil {
		first := s.firstOn
		if first == nil {
			first = moved(start, *s.days)
		}
		first = later(first, joined)
		dueOn = first
		switch {
		case last == nil:
		case s.fixed:
			over := last.dueOn
			if last.done || over == nil {
				over = later(over, &last.day)
			}
			for !dueOn.After(*over) {
				dueOn = moved(dueOn, *s.days)
			}
		case last.done || last.dueOn == nil:
			dueOn = moved(&last.day, *s.days)
		default:
			dueOn = moved(last.dueOn, *s.days)
		}
		day := s.free(*dueOn)
		dueOn = &day
	}
	if s.hours == nil {
		return occurrence, dueOn, nil
	}
	dueHours = s.firstHours
	if base := s.lastHours; dueHours == nil {
		if base == nil {
			base = r.hoursOn(s.machine, *start, nil)
		}
		if base != nil {
			dueHours = new(big.Rat).Add(base, s.hours)
		}
	}
	if last == nil {
		return occurrence, dueOn, dueHours
	}
	at := r.hoursOn(s.machine, last.day, last.meter)
	over := last.dueHrs
	if (last.done || over == nil) && at != nil && (over == nil || at.Cmp(over) > 0 || !s.fixed && last.done) {
		over = at
	}
	switch {
	case !s.fixed && last.done && at == nil:
		dueHours = nil
	case !s.fixed && over == nil:
		dueHours = nil
	case !s.fixed:
		dueHours = new(big.Rat).Add(over, s.hours)
	case over == nil:
		dueHours = nil
	default:
		for dueHours != nil && dueHours.Cmp(over) <= 0 {
			dueHours = new(big.Rat).Add(dueHours, s.hours)
		}
	}
	return occurrence, dueOn, dueHours
}

// afterSeconds is the day some seconds after a moment, rounded down to whole ones; nil after more than ten years.
func (r *refServices) afterSeconds(at time.Time, seconds *big.Rat) *time.Time {
	if seconds == nil {
		return nil
	}
	whole := new(big.Int).Quo(seconds.Num(), seconds.Denom())
	if whole.Cmp(big.NewInt(315_360_000)) > 0 {
		return nil
	}
	day := r.day(at.Add(time.Duration(whole.Int64()) * time.Second))
	return &day
}

// show is a row of scheduled_services as text.
func (r *refServices) show(s *refSchedule) string {
	occurrence, dueOn, dueHours := r.due(s)
	list := r.readings[s.machine]
	reason, use, lowest, highest, lived := "", (*big.Rat)(nil), (*big.Rat)(nil), (*big.Rat)(nil), (*big.Rat)(nil)
	var on, earliest, latest, leadOn, overOn *time.Time
	switch {
	case s.hours == nil:
		reason = "NOT_BY_HOURS"
	case len(list) == 0:
		reason = "NO_READINGS"
	default:
		end := list[len(list)-1]
		lived = end.lived
		marks := []refReading{}
		for k := 3; k >= 0; k-- {
			mark := r.until(s.machine, end.at.Add(-time.Duration(k)*720*time.Hour))
			if mark == nil {
				mark = &list[0]
			}
			marks = append(marks, *mark)
		}
		seconds := func(a, b refReading) *big.Rat { return big.NewRat(b.at.Sub(a.at).Microseconds(), 1_000_000) }
		ran := func(a, b refReading) *big.Rat { return new(big.Rat).Sub(b.lived, a.lived) }
		day := big.NewRat(86_400, 1)
		perDay := func(a, b refReading) *big.Rat {
			return new(big.Rat).Quo(new(big.Rat).Mul(ran(a, b), day), seconds(a, b))
		}
		needs := func(a, b refReading) *big.Rat {
			if ran(a, b).Sign() <= 0 {
				return nil
			}
			return new(big.Rat).Quo(new(big.Rat).Mul(new(big.Rat).Sub(dueHours, lived), seconds(a, b)), ran(a, b))
		}
		whole := seconds(marks[0], end).Cmp(day) >= 0
		if whole {
			use = perDay(marks[0], end)
		}
		var times []*big.Rat
		stood := false
		for k := 1; whole && k < len(marks); k++ {
			if seconds(marks[k-1], marks[k]).Cmp(day) < 0 {
				continue
			}
			rate := perDay(marks[k-1], marks[k])
			if lowest == nil || rate.Cmp(lowest) < 0 {
				lowest = rate
			}
			if highest == nil || rate.Cmp(highest) > 0 {
				highest = rate
			}
			if dueHours != nil {
				time := needs(marks[k-1], marks[k])
				if stood = stood || time == nil; time != nil {
					times = append(times, time)
				}
			}
		}
		switch {
		case dueHours == nil:
			reason = "NO_READINGS"
		case lived.Cmp(dueHours) >= 0:
			for _, reading := range list {
				if reading.lived.Cmp(dueHours) >= 0 {
					reached := r.day(reading.at)
					on, earliest, latest, leadOn = &reached, &reached, &reached, &reached
					break
				}
			}
			if lived.Cmp(dueHours) > 0 {
				overOn = on
			}
		case !whole:
			reason = "TOO_FEW_READINGS"
		case use.Sign() == 0:
			reason = "NOT_USED"
		default:
			if on = r.afterSeconds(end.at, needs(marks[0], end)); on == nil {
				reason = "TOO_FAR"
			}
			slices.SortFunc(times, (*big.Rat).Cmp)
			if len(times) > 0 && on != nil {
				earliest = r.afterSeconds(end.at, times[0])
			}
			if len(times) > 0 && !stood {
				latest = r.afterSeconds(end.at, times[len(times)-1])
			}
		}
		if dueHours != nil && lived.Cmp(dueHours) < 0 {
			lead := dueHours
			if s.leadHours != nil {
				lead = new(big.Rat).Sub(dueHours, s.leadHours)
			}
			if lived.Cmp(lead) >= 0 {
				day := r.day(end.at)
				leadOn = &day
			}
		}
	}
	return fmt.Sprintf(
		"%t #%d due %s %s h, at %s h, %s (%s to %s) a day, forecast %s (%s to %s) %s, expected %s, opens %s, overdue %s",
		s.active,
		occurrence,
		showDay(dueOn),
		showRat(dueHours, 1),
		showRat(lived, 1),
		showRat(use, 2),
		showRat(lowest, 2),
		showRat(highest, 2),
		showDay(on),
		showDay(earliest),
		showDay(latest),
		reason,
		showDay(sooner(dueOn, on)),
		showDay(sooner(moved(dueOn, -s.leadDays), moved(on, -s.leadDays), leadOn)),
		showDay(sooner(moved(dueOn, 1), overOn)),
	)
}
