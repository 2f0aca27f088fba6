package store

import (
	"bitcorp.dev/fleet/internal/fleet"
)

// dimension is a property by which rows are grouped.
type dimension struct {
	key   string     // expression; the rows of a group have one value
	label string     // expression, the same for all rows of a key; "" for the key itself
	kind  fleet.Kind // of the rows whose key it is; "" for a text
	join  string     // name of the join that the expressions need; "" for none
}

// bucket is how days are grouped. With first and last, the first days of the first and the last bucket,
// number is how many there are.
type bucket struct{ unit, step, number string }

const monthsBetween = `(extract(year FROM last) * 12 + extract(month FROM last)
	- extract(year FROM first) * 12 - extract(month FROM first))::int`

var buckets = map[fleet.Dimension]*bucket{
	fleet.DimensionDay:     {"day", "1 day", "last - first + 1"},
	fleet.DimensionWeek:    {"week", "7 days", "(last - first) / 7 + 1"},
	fleet.DimensionMonth:   {"month", "1 month", monthsBetween + " + 1"},
	fleet.DimensionQuarter: {"quarter", "3 months", monthsBetween + " / 3 + 1"},
	fleet.DimensionYear:    {"year", "1 year", monthsBetween + " / 12 + 1"},
}

// number is a number of rows that is aggregated: hours or an amount, with two digits in every figure.
type number struct {
	value string // expression, null for rows without the number
	join  string // name of the join that it needs; "" for none
}

// aggregated are rows that can be aggregated.
type aggregated struct {
	table      string
	day        func(q *query, v fleet.Viewer) string // expression: the day that a row counts to
	dimensions map[fleet.Dimension]dimension
	numbers    map[fleet.Number]number
	dates      string // expressions: first and last date of a group
	joins      []join // in the order in which they depend on one another
}

// join adds what dimensions and numbers read beside the rows, as far as the viewer sees it.
type join struct {
	name, after string // after is the join that this one depends on; "" for none
	add         func(q *query, v fleet.Viewer)
}

const (
	machineJoin  = "machine"
	ownerJoin    = "owner"
	operatorJoin = "operator"
	siteJoin     = "site"
	readingJoin  = "reading"
)

// downtimeHours are the hours of the downtime of a record m until its end; while the machine is down,
// until now. Null without downtime, before it begins, and when its end is unknown.
const downtimeHours = `CASE WHEN m.down_from <= statement_timestamp() THEN extract(epoch FROM
	CASE WHEN ` + isDown + ` THEN statement_timestamp() ELSE m.down_to END - m.down_from) / 3600 END`

var aggregatedMaintenance = aggregated{
	table: "maintenance_records AS m",
	day:   func(*query, fleet.Viewer) string { return "m.maintenance_date" },
	dimensions: map[fleet.Dimension]dimension{
		fleet.DimensionEquipment:    {"m.equipment_id", "e.name", fleet.KindEquipment, machineJoin},
		fleet.DimensionCategory:     {"e.category", "", "", machineJoin},
		fleet.DimensionStatus:       {"m.status", "", "", ""},
		fleet.DimensionManufacturer: {"e.manufacturer", "", "", machineJoin},
		fleet.DimensionModel:        {"e.model", "", "", machineJoin},
		fleet.DimensionKind:         {"m.kind", "", "", ""},
		fleet.DimensionSourceKind:   {"m.source_kind", "", "", ""},
		fleet.DimensionUser:         {"o.id", "o.name", fleet.KindUser, ownerJoin},
		fleet.DimensionOperator:     {"op.id", operatorName, fleet.KindOperator, operatorJoin},
		fleet.DimensionSite:         {"site.id", "site.name", fleet.KindSite, siteJoin},
	},
	numbers: map[fleet.Number]number{
		fleet.NumberCost:          {"m.cost", ""},
		fleet.NumberLabourCost:    {"m.labour_cost", ""},
		fleet.NumberPartsCost:     {"m.parts_cost", ""},
		fleet.NumberLabourHours:   {"m.labour_hours", ""},
		fleet.NumberDowntimeHours: {downtimeHours, ""},
	},
	dates: "min(m.maintenance_date) AS first_date, max(m.maintenance_date) AS last_date",
	joins: []join{
		{machineJoin, "", func(q *query, v fleet.Viewer) {
			q.Join("LEFT JOIN equipment AS e ON e.id = m.equipment_id AND " +
				shown(ofEquipment, "e", v, withDeleted(), q.args.add))
		}},
		{ownerJoin, machineJoin, joinOwner},
		// The operator of a day is the one assigned last on it, so that a record counts once.
		{operatorJoin, "", func(q *query, v fleet.Viewer) {
			zone := companyZone(q, v)
			q.Join(`LEFT JOIN LATERAL (SELECT a.operator_id FROM assignments a WHERE a.equipment_id = m.equipment_id
				AND ` + visible(ofAssignments, "a", v, q.args.add) + `
				AND (a.assigned_at AT TIME ZONE ` + zone + `)::date <= m.maintenance_date AND (a.released_at IS NULL
				OR ((a.released_at - interval '1 microsecond') AT TIME ZONE ` + zone + `)::date >= m.maintenance_date)
				ORDER BY a.assigned_at DESC LIMIT 1) AS assigned ON true`)
			joinAssigned(q, v)
		}},
		// The site of a day is the one where the machine was last on it, so that a record counts once.
		{siteJoin, "", func(q *query, v fleet.Viewer) {
			zone := companyZone(q, v)
			q.Join(`LEFT JOIN LATERAL (SELECT sm.site_id FROM site_moves sm WHERE sm.equipment_id = m.equipment_id
				AND ` + shown(ofSiteMoves, "sm", v, deletedRows{of: ofEquipment}, q.args.add) + `
				AND (sm.arrived_at AT TIME ZONE ` + zone + `)::date <= m.maintenance_date AND (sm.left_at IS NULL
				OR ((sm.left_at - interval '1 microsecond') AT TIME ZONE ` + zone + `)::date >= m.maintenance_date)
				ORDER BY sm.arrived_at DESC LIMIT 1) AS been ON true`)
			joinSite(q, v, "been.site_id")
		}},
	},
}

var aggregatedEquipment = aggregated{
	table: "equipment AS e",
	day: func(q *query, v fleet.Viewer) string {
		return "(e.created_at AT TIME ZONE " + companyZone(q, v) + ")::date"
	},
	dimensions: map[fleet.Dimension]dimension{
		fleet.DimensionCategory:     {"e.category", "", "", ""},
		fleet.DimensionStatus:       {"e.status", "", "", ""},
		fleet.DimensionManufacturer: {"e.manufacturer", "", "", ""},
		fleet.DimensionModel:        {"e.model", "", "", ""},
		fleet.DimensionUser:         {"o.id", "o.name", fleet.KindUser, ownerJoin},
		fleet.DimensionOperator:     {"op.id", operatorName, fleet.KindOperator, operatorJoin},
		fleet.DimensionSite:         {"site.id", "site.name", fleet.KindSite, siteJoin},
	},
	numbers: map[fleet.Number]number{
		fleet.NumberCost:       {"e.cost", ""},
		fleet.NumberMeterHours: {"reading.hours", readingJoin},
	},
	dates: "NULL::date AS first_date, NULL::date AS last_date",
	joins: []join{
		{ownerJoin, "", joinOwner},
		{operatorJoin, "", func(q *query, v fleet.Viewer) {
			q.Join("LEFT JOIN assignments AS assigned ON assigned.equipment_id = e.id AND assigned.released_at IS NULL AND " +
				visible(ofAssignments, "assigned", v, q.args.add))
			joinAssigned(q, v)
		}},
		{siteJoin, "", func(q *query, v fleet.Viewer) { joinSite(q, v, "e.site_id") }},
		{readingJoin, "", func(q *query, v fleet.Viewer) {
			q.Join(`LEFT JOIN LATERAL (SELECT r.hours FROM meter_readings r WHERE r.equipment_id = e.id AND ` +
				visible(
					ofReadings,
					"r",
					v,
					q.args.add,
				) + ` AND ` + isCounted + ` AND ` + ofHourMeter + ` ORDER BY r.read_at DESC LIMIT 1) AS reading ON true`)
		}},
	},
}

const operatorName = "op.first_name || ' ' || op.last_name"

func joinOwner(q *query, v fleet.Viewer) {
	q.Join("LEFT JOIN users AS o ON o.id = e.user_id AND " + visible(ofUsers, "o", v, q.args.add))
}

func joinAssigned(q *query, v fleet.Viewer) {
	q.Join("LEFT JOIN operators AS op ON op.id = assigned.operator_id AND " +
		visible(ofOperators, "op", v, q.args.add))
}

func joinSite(q *query, v fleet.Viewer, key string) {
	q.Join("LEFT JOIN sites AS site ON site.id = " + key + " AND " + visible(ofSites, "site", v, q.args.add))
}

// companyZone is the expression of the time zone of the viewer's company. It is evaluated once in a statement.
func companyZone(q *query, v fleet.Viewer) string {
	return "(SELECT c.time_zone FROM companies c WHERE " + visible(ofCompanies, "c", v, q.args.add) + ")"
}
