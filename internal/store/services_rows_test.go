package store_test

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// all returns the rows of all schedules on all machines, by schedule and machine.
func (r *refServices) all() map[string]string {
	r.readMeters()
	want := map[string]string{}
	r.rows(
		`SELECT s.id, e.id, s.created_at, e.created_at, s.equipment_id IS NOT NULL, s.paused_at IS NULL, s.interval_days,
			s.interval_hours::text, s.recurrence = 'FIXED', s.last_done_on, s.first_due_on, s.last_done_hours::text,
			s.first_due_hours::text, s.lead_days, s.lead_hours::text, s.pauses_from, s.pauses_to,
			array(SELECT concat_ws('|', m.occurrence, m.status, m.maintenance_date, coalesce(m.service_due_on::text, '-'),
				coalesce(m.meter_hours::text, '-'), coalesce(m.service_due_hours::text, '-')) FROM maintenance_records m
				WHERE m.schedule_id = s.id AND m.equipment_id = e.id AND m.deleted_at IS NULL
				AND m.status IN ('COMPLETED', 'CANCELLED'))
		FROM service_schedules s CROSS JOIN equipment e
		WHERE s.deleted_at IS NULL AND e.deleted_at IS NULL AND e.status <> 'RETIRED' AND (s.equipment_id = e.id
			OR lower(s.category) = lower(e.category) OR s.model = e.model AND s.manufacturer = e.manufacturer)`,
		nil,
		func(row pgx.CollectableRow) error {
			var s refSchedule
			var hours, lastHours, firstHours, leadHours *string
			var settled []string
			err := row.Scan(&s.id, &s.machine, &s.created, &s.entered, &s.single, &s.active, &s.days, &hours, &s.fixed,
				&s.lastOn, &s.firstOn, &lastHours, &firstHours, &s.leadDays, &leadHours, &s.pausesFrom, &s.pausesTo, &settled)
			s.hours, s.lastHours, s.firstHours, s.leadHours = ratOf(hours), ratOf(lastHours), ratOf(firstHours), ratOf(leadHours)
			for _, text := range settled {
				part := strings.Split(text, "|")
				record := refRecord{done: part[1] == "COMPLETED"}
				_, _ = fmt.Sscan(part[0], &record.occurrence)
				record.day, _ = time.Parse(time.DateOnly, part[2])
				if day, err := time.Parse(time.DateOnly, part[3]); err == nil {
					record.dueOn = &day
				}
				record.meter, _ = new(big.Rat).SetString(part[4])
				record.dueHrs, _ = new(big.Rat).SetString(part[5])
				s.settled = append(s.settled, record)
			}
			want[fmt.Sprintf("%x on %x", s.id, s.machine)] = r.show(&s)
			return err
		},
	)
	return want
}

// stored returns what the database keeps, in the same form.
func (r *refServices) stored() map[string]string {
	got := map[string]string{}
	r.rows(`SELECT encode(uuid_send(schedule_id), 'hex') || ' on ' || encode(uuid_send(equipment_id), 'hex'),
			format('%s #%s due %s %s h, at %s h, %s (%s to %s) a day, forecast %s (%s to %s) %s, expected %s, opens %s, '
				|| 'overdue %s',
			CASE WHEN active THEN 'true' ELSE 'false' END, occurrence, coalesce(due_on::text, '-'),
			coalesce(due_hours::text, '-'), coalesce(hours::text, '-'), coalesce(use_per_day::text, '-'),
			coalesce(lowest_use::text, '-'), coalesce(highest_use::text, '-'), coalesce(forecast_on::text, '-'),
			coalesce(forecast_earliest::text, '-'), coalesce(forecast_latest::text, '-'), coalesce(forecast_reason, ''),
			coalesce(expected_on::text, '-'), coalesce(opens_on::text, '-'), coalesce(overdue_on::text, '-'))
		FROM scheduled_services`, nil, func(row pgx.CollectableRow) error {
		var key, text string
		err := row.Scan(&key, &text)
		got[key] = text
		return err
	})
	return got
}
