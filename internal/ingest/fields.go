package ingest

import (
	"fmt"
	"slices"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// Entity is what the rows of a file are.
type Entity string

// The entities that can be imported.
const (
	Equipment   Entity = "equipment"
	Operators   Entity = "operators"
	Sites       Entity = "sites"
	Papers      Entity = "papers"
	Maintenance Entity = "maintenance"
)

// Entities lists every entity.
func Entities() []Entity { return []Entity{Equipment, Operators, Sites, Papers, Maintenance} }

// check returns an error unless there is such an entity.
func (e Entity) check() error {
	if slices.Contains(Entities(), e) {
		return nil
	}
	return fmt.Errorf("%q cannot be imported: use one of %v", e, Entities())
}

// sourceRef is a field of every entity. Its value identifies a row in later imports.
const sourceRef = "sourceRef"

// fleetID is a field of every entity. Its value is the id of a row of the fleet, as the API and exports have it, and
// identifies the row before its reference does.
const fleetID = "fleetId"

// field is a value that a column of a file can be mapped to, and the column of the table that stores it.
type field struct {
	name string // "" for a column that the domain fills
	store.ImportColumn
	read     parser
	required bool
	// fallback is the value of an empty field of a new row; nil stores NULL.
	fallback func(*Mapping) (string, error)
	what     what
}

// what says in the help what a field holds.
type what struct{ kind, example, note string }

// virtual are fields without a column of their own: the value is divided among other fields.
var virtual = map[Entity][]field{
	Operators: {{name: "name", what: what{"text", "Jane Doe",
		"in place of firstName and lastName: Jane Doe or Doe, Jane; without a comma the last word is the last name"}}},
}

// fields lists the fields of each entity, in the order of the table's columns. Everything else about a field is derived
// from it: what can be mapped, the staged columns, which are compared and written, the help and the templates.
var fields = map[Entity][]field{
	Equipment: {
		{name: "name", ImportColumn: column("name", "text"), read: text(fleet.MaxEquipmentName), required: true,
			what: what{"text", "Excavator 12", ""}},
		{name: "serialNumber", ImportColumn: column("serial_number", "text"), read: text(fleet.MaxSerialNumber),
			what: what{"text", "CAT0336ABC", "of one machine only"}},
		{name: "description", ImportColumn: column("description", "text"), read: text(fleet.MaxDescription),
			what: what{"text", "Long reach", ""}},
		{name: "category", ImportColumn: column("category", "text"), read: text(fleet.MaxCategory),
			fallback: defaultCategory, what: what{"text", "Excavator", "new machines without one get --default-category"}},
		{name: "status", ImportColumn: column("status", "text"), read: status(fleet.EquipmentStatuses()),
			fallback: always(fleet.EquipmentActive), what: what{"status", "ACTIVE",
				"ACTIVE, MAINTENANCE, INACTIVE or RETIRED; other words by --status-map; new machines are ACTIVE"}},
		{ImportColumn: column("status_after_work", "text")},
		{name: "cost", ImportColumn: column("cost", "numeric"), read: positiveMoney,
			what: what{"money", "185000.00", "what it cost"}},
		{name: "manufacturer", ImportColumn: column("manufacturer", "text"), read: text(fleet.MaxManufacturer),
			what: what{"text", "Caterpillar", ""}},
		{name: "model", ImportColumn: column("model", "text"), read: text(fleet.MaxModel),
			what: what{"text", "336", ""}},
		{name: "year", ImportColumn: column("year", "integer"), read: year,
			what: what{"year", "2019", "of manufacture"}},
		{name: "inServiceOn", ImportColumn: column("in_service_on", "date"), read: day,
			what: what{"day", "2020-05-04", "the first day in service"}},
		{name: "retiredOn", ImportColumn: column("retired_on", "date"), read: day,
			what: what{"day", "2026-03-31", "the last day in service, of retired machines"}},
		{name: "replacementValue", ImportColumn: column("replacement_value", "numeric"), read: positiveMoney,
			what: what{"money", "210000.00", "what another one would cost"}},
		{name: "scheduledHoursPerWeek", ImportColumn: column("scheduled_hours_per_week", "numeric"), read: hours,
			what: what{"hours", "60.0", "that it is meant to run; without them those of the company"}},
		{name: "user", ImportColumn: column("user_id", "uuid"), read: text(254),
			what: what{"e-mail", "ada@example.com", "the user that is responsible"}},
		{name: "createdAt", ImportColumn: store.ImportColumn{Name: "created_at", Type: "timestamptz", Fixed: true, Now: true},
			read: moment, what: what{"moment", "2020-05-04", "of new machines only"}},
	},
	Operators: {
		{name: "firstName", ImportColumn: column("first_name", "text"), read: text(fleet.MaxPersonName), required: true,
			what: what{"text", "Jane", ""}},
		{name: "lastName", ImportColumn: column("last_name", "text"), read: text(fleet.MaxPersonName), required: true,
			what: what{"text", "Doe", ""}},
		{name: "licenseNumber", ImportColumn: column("license_number", "text"), read: text(fleet.MaxLicenseNumber),
			what: what{"text", "L-4711", "of one operator only"}},
		{name: "status", ImportColumn: column("status", "text"), read: status(fleet.OperatorStatuses()),
			fallback: always(fleet.OperatorActive), what: what{"status", "ACTIVE",
				"ACTIVE, INACTIVE or RETIRED; other words by --status-map; new operators are ACTIVE"}},
	},
	Sites: {
		{name: "name", ImportColumn: column("name", "text"), read: text(fleet.MaxSiteName), required: true,
			what: what{"text", "Quarry North", "of one site only"}},
		{name: "code", ImportColumn: column("code", "text"), read: text(fleet.MaxSiteCode),
			what: what{"text", "QN-01", "by which the company calls it; of one site only"}},
		{name: "address", ImportColumn: column("address", "text"), read: text(fleet.MaxAddress),
			what: what{"text", "Road 7, km 12", ""}},
		{name: "timeZone", ImportColumn: column("time_zone", "text"), read: text(100),
			what: what{"zone", "America/La_Paz", "without one that of the company"}},
	},
	Papers: {
		{name: "equipment", ImportColumn: column("equipment_id", "uuid"), read: text(fleet.MaxSerialNumber),
			what: what{"machine", "EX-12", "its id, else a reference of the same source, else a serial number, else a name; " +
				"a paper is of a machine or of an operator"}},
		{name: "operator", ImportColumn: column("operator_id", "uuid"), read: text(2*fleet.MaxPersonName + 2),
			what: what{"person", "L-4711",
				"their id, else a reference of the same source, else a licence number, else a name: Jane Doe or Doe, Jane"}},
		{name: "kind", ImportColumn: column("kind", "text"), read: kind(fleet.PaperKinds()), required: true,
			what: what{"kind", "INSURANCE",
				"INSPECTION, INSURANCE, REGISTRATION, LICENCE or OTHER; other words by --kind-map"}},
		{name: "number", ImportColumn: column("number", "text"), read: text(fleet.MaxPaperNumber),
			what: what{"text", "P-2026-118", ""}},
		{name: "issuedOn", ImportColumn: column("issued_on", "date"), read: day,
			what: what{"day", "2026-01-01", "the day on which it was issued"}},
		{name: "validUntil", ImportColumn: column("valid_until", "date"), read: day, required: true,
			what: what{"day", "2026-12-31", "the last day on which it is valid"}},
		{name: "note", ImportColumn: column("note", "text"), read: text(fleet.MaxNote),
			what: what{"text", "Renewed by phone", ""}},
	},
	Maintenance: {
		{name: "equipment", ImportColumn: column("equipment_id", "uuid"), read: text(fleet.MaxSerialNumber), required: true,
			what: what{"machine", "EX-12", "its id, else a reference of the same source, else a serial number, else a name"}},
		{name: "kind", ImportColumn: column("kind", "text"), read: kind(fleet.MaintenanceKinds()),
			fallback: always(fleet.OtherKind),
			what: what{"kind", "PREVENTIVE",
				"PREVENTIVE, CORRECTIVE, INSPECTION, MODIFICATION or OTHER; other words by --kind-map; new work is OTHER"}},
		{name: "kind", ImportColumn: column("source_kind", "text"), read: text(fleet.MaxSourceKind)},
		{name: "status", ImportColumn: column("status", "text"), read: status(fleet.MaintenanceStatuses()),
			fallback: always(fleet.MaintenanceCompleted), what: what{"status", "COMPLETED",
				"PLANNED, IN_PROGRESS, COMPLETED or CANCELLED; other words by --status-map; new work is COMPLETED"}},
		{name: "dueDate", ImportColumn: column("due_date", "date"), read: day,
			what: what{"day", "2026-03-31", "the day that it is due"}},
		{ImportColumn: column("first_due_date", "date")},
		{name: "startedAt", ImportColumn: column("started_at", "timestamptz"), read: moment,
			what: what{"moment", "2026-03-30 07:30", ""}},
		{name: "completedAt", ImportColumn: column("completed_at", "timestamptz"), read: moment,
			what: what{"moment", "2026-03-31 16:00", ""}},
		{name: "maintenanceDate", ImportColumn: column("maintenance_date", "date"), read: day,
			what: what{"day", "2026-03-31",
				"the day that the work counts to; new work needs this or the date that its status comes from"}},
		{name: "description", ImportColumn: column("description", "text"), read: text(fleet.MaxDescription),
			what: what{"text", "Oil and filters", ""}},
		{name: "cost", ImportColumn: column("cost", "numeric"), read: money,
			what: what{"money", "350.50", "below 0 for a reversal; labour and parts are added without it"}},
		{name: "labourCost", ImportColumn: column("labour_cost", "numeric"), read: money,
			what: what{"money", "200.00", "together with partsCost"}},
		{name: "partsCost", ImportColumn: column("parts_cost", "numeric"), read: money,
			what: what{"money", "150.50", "together with labourCost"}},
		{name: "labourHours", ImportColumn: column("labour_hours", "numeric"), read: labourHours,
			what: what{"hours", "6.5", "of all people together; below 0 in a reversal"}},
		{name: "performedBy", ImportColumn: column("performed_by", "text"), read: text(fleet.MaxPerformedBy),
			what: what{"text", "Workshop North", ""}},
		{name: "downFrom", ImportColumn: column("down_from", "timestamptz"), read: moment,
			what: what{"moment", "2026-03-30 06:00", "the machine could not run from here"}},
		{name: "downTo", ImportColumn: column("down_to", "timestamptz"), read: moment,
			what: what{"moment", "2026-03-31 14:30", "to here"}},
		{ImportColumn: column("down_to_expected", "boolean")},
		{name: "meterHours", ImportColumn: column("meter_hours", "numeric"), read: hours,
			what: what{"hours", "8130.5", "one digit after the point; more are rounded with --round"}},
	},
}

func column(name, sqlType string) store.ImportColumn {
	return store.ImportColumn{Name: name, Type: sqlType}
}

// table returns the table that the rows of an entity are written to.
func (e Entity) table() store.ImportTable {
	t := store.ImportTable{Name: store.ImportRecords}
	switch e {
	case Equipment:
		t.Name, t.Unique, t.Key = store.ImportEquipment, []string{"serial_number"}, "text_key"
	case Operators:
		t.Name, t.Unique, t.Key = store.ImportOperators, []string{"license_number"}, "lower"
	case Sites:
		t.Name, t.Unique, t.Key = store.ImportSites, []string{"name", "code"}, "text_key"
	case Papers:
		t.Name = store.ImportPapers
	}
	for _, f := range fields[e] {
		t.Columns = append(t.Columns, f.ImportColumn)
	}
	return t
}

// kindOf returns the kind of the ids of an entity's rows.
func (e Entity) kindOf() fleet.Kind {
	switch e {
	case Equipment:
		return fleet.KindEquipment
	case Operators:
		return fleet.KindOperator
	case Sites:
		return fleet.KindSite
	case Papers:
		return fleet.KindPaper
	default:
		return fleet.KindMaintenance
	}
}

// fieldNames lists the fields of an entity that a column can be mapped to.
func fieldNames(e Entity) []string {
	var names []string
	for _, f := range slices.Concat(fields[e], virtual[e]) {
		if f.name != "" && !slices.Contains(names, f.name) {
			names = append(names, f.name)
		}
	}
	return append(names, sourceRef, fleetID)
}
