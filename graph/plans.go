package graph

import (
	"context"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/export"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/plan"
	"bitcorp.dev/fleet/internal/store"
)

// Plans returns what plans are made of: for the fields that lead to rows, the statements of the store that read
// them. A field that is not here, and a column that a type does not have, is left to the resolvers; a field of a
// type that is read from a column needs no line. Without rows there are no plans.
func Plans(rows *store.Fleet) *plan.Config {
	if rows == nil { // a server that answers nothing of the fleet
		return nil
	}
	s := store.ReadsOf(rows)
	return &plan.Config{
		Columns:   generated.PlanColumns,
		Arguments: generated.PlanArguments,
		Edges:     edges(s),
		Kinds: map[fleet.Kind]plan.Row{
			fleet.KindEquipment:      byIDs(s, "Equipment", fleet.KindEquipment),
			fleet.KindOperator:       byIDs(s, "Operator", fleet.KindOperator),
			fleet.KindMaintenance:    byIDs(s, "MaintenanceRecord", fleet.KindMaintenance),
			fleet.KindAssignment:     byIDs(s, "Assignment", fleet.KindAssignment),
			fleet.KindAssignmentPlan: byIDs(s, "AssignmentPlan", fleet.KindAssignmentPlan),
			fleet.KindMeter:          byIDs(s, "Meter", fleet.KindMeter),
			fleet.KindMeterReading:   byIDs(s, "MeterReading", fleet.KindMeterReading),
			fleet.KindSite:           byIDs(s, "Site", fleet.KindSite),
			fleet.KindSiteMove:       byIDs(s, "SiteMove", fleet.KindSiteMove),
			fleet.KindPaper:          byIDs(s, "Paper", fleet.KindPaper),
			fleet.KindHistory:        byIDs(s, "HistoryEntry", fleet.KindHistory),
			fleet.KindCompany:        byIDs(s, "Company", fleet.KindCompany),
			fleet.KindUser:           byIDs(s, "User", fleet.KindUser),
		},
		NoNodes: []fleet.Kind{fleet.KindSession, fleet.KindToken},
		Viewer: func(ctx context.Context) (fleet.Viewer, bool) {
			if export.Of(ctx) != nil { // whose pages its resolvers choose
				return fleet.Viewer{}, false
			}
			return caller.ViewerOf(ctx)
		},
		Allowed: func(v fleet.Viewer, f *ast.FieldDefinition) error {
			role, scope := ruleOf(f, false)
			return v.Check(role, scope)
		},
		Send: func(ctx context.Context, statements []plan.Statement, rows []plan.Rows) error {
			reads, takers := make([]store.Read, len(statements)), make([]store.Rows, len(rows))
			for i := range statements {
				reads[i], takers[i] = statements[i].(store.Read), rows[i] //nolint:forcetypeassert // made below
			}
			return s.Send(ctx, reads, takers)
		},
		Prepare: func(v fleet.Viewer, many bool, build plan.Build) plan.Build {
			prepared := store.Prepare(v, many, func(v fleet.Viewer, keys []fleet.UUID) store.Read {
				return build(v, keys).(store.Read) //nolint:forcetypeassert // made below
			})
			return func(v fleet.Viewer, keys []fleet.UUID) plan.Statement { return prepared(v, keys) }
		},
	}
}

func byIDs(s store.Reads, object string, k fleet.Kind) plan.Row {
	return plan.Row{
		Object: object,
		Rows: func(v fleet.Viewer, keys []fleet.UUID, c plan.RowColumns) plan.Statement {
			return s.ReadByID(k, v, keys, false, store.Columns(c))
		},
	}
}

// edges returns the fields that lead to rows.
func edges(s store.Reads) map[string]plan.Edge {
	user := func() plan.Edge { return toRow(s, "User", "user_id", fleet.KindUser, false) }
	history := func() plan.Edge {
		return plan.Edge{Object: "HistoryEntry", List: true, Key: "id", Bind: bindHistory(
			func(v fleet.Viewer, keys []fleet.UUID, _ *fleet.HistoryFilter, w fleet.Window, c store.Columns) store.Read {
				return s.ReadHistoryBySubject(v, keys, w, c)
			},
			func(v fleet.Viewer, keys []fleet.UUID, _ *fleet.HistoryFilter) store.Read {
				return s.ReadHistoryCountBySubject(v, keys)
			})}
	}
	return map[string]plan.Edge{
		"Query.viewer": {Object: "User", ByID: true, Bind: func(v fleet.Viewer, _ plan.Arguments) (plan.Source, error) {
			return plan.Source{Key: &v.UserID, Rows: byIDs(s, "", fleet.KindUser).Rows}, nil
		}},
		"Query.equipment":         byArgument(s, "Equipment", fleet.KindEquipment),
		"Query.operator":          byArgument(s, "Operator", fleet.KindOperator),
		"Query.maintenanceRecord": byArgument(s, "MaintenanceRecord", fleet.KindMaintenance),
		"Query.equipmentList": {Object: "Equipment", List: true, Bind: bind(fleet.EquipmentCreatedAtDesc,
			func(v fleet.Viewer, _ []fleet.UUID, f *fleet.EquipmentFilter, o fleet.EquipmentOrder, w fleet.Window,
				c store.Columns) store.Read {
				return s.ReadEquipmentPage(v, f, o, w, c)
			},
			func(v fleet.Viewer, _ []fleet.UUID, f *fleet.EquipmentFilter) store.Read {
				return s.ReadEquipmentCount(v, f)
			})},
		"Query.operators": {Object: "Operator", List: true, Bind: bind(fleet.OperatorNameAsc,
			func(v fleet.Viewer, _ []fleet.UUID, f *fleet.OperatorFilter, o fleet.OperatorOrder, w fleet.Window,
				c store.Columns) store.Read {
				return s.ReadOperatorPage(v, f, o, w, c)
			},
			func(v fleet.Viewer, _ []fleet.UUID, f *fleet.OperatorFilter) store.Read {
				return s.ReadOperatorCount(v, f)
			})},
		"Query.site": byArgument(s, "Site", fleet.KindSite),
		"Query.sites": {Object: "Site", List: true, Bind: bind(fleet.SiteNameAsc,
			func(v fleet.Viewer, _ []fleet.UUID, f *fleet.SiteFilter, o fleet.SiteOrder, w fleet.Window,
				c store.Columns) store.Read {
				return s.ReadSitePage(v, f, o, w, c)
			},
			func(v fleet.Viewer, _ []fleet.UUID, f *fleet.SiteFilter) store.Read {
				return s.ReadSiteCount(v, f)
			})},
		"Query.paper": byArgument(s, "Paper", fleet.KindPaper),
		"Query.papers": {Object: "Paper", List: true, Bind: bind(fleet.PaperValidUntilAsc,
			func(v fleet.Viewer, _ []fleet.UUID, f *fleet.PaperFilter, o fleet.PaperOrder, w fleet.Window,
				c store.Columns) store.Read {
				return s.ReadPaperPage(v, f, o, w, c)
			},
			func(v fleet.Viewer, _ []fleet.UUID, f *fleet.PaperFilter) store.Read {
				return s.ReadPaperCount(v, f)
			})},
		"Query.maintenanceRecords": {Object: "MaintenanceRecord", List: true, Bind: bind(fleet.MaintenanceDateDesc,
			func(v fleet.Viewer, _ []fleet.UUID, f *fleet.MaintenanceFilter, o fleet.MaintenanceOrder, w fleet.Window,
				c store.Columns) store.Read {
				return s.ReadMaintenancePage(v, f, o, w, c)
			},
			func(v fleet.Viewer, _ []fleet.UUID, f *fleet.MaintenanceFilter) store.Read {
				return s.ReadMaintenanceCount(v, f)
			})},
		"Query.users": {Object: "User", List: true, Bind: bind(fleet.UserNameAsc,
			func(v fleet.Viewer, _ []fleet.UUID, f *fleet.UserFilter, o fleet.UserOrder, w fleet.Window,
				c store.Columns) store.Read {
				return s.ReadUserPage(v, f, o, w, c)
			},
			func(v fleet.Viewer, _ []fleet.UUID, f *fleet.UserFilter) store.Read { return s.ReadUserCount(v, f) })},
		"Query.history": {Object: "HistoryEntry", List: true, Bind: bindHistory(
			func(v fleet.Viewer, _ []fleet.UUID, f *fleet.HistoryFilter, w fleet.Window, c store.Columns) store.Read {
				return s.ReadHistoryPage(v, f, w, c)
			},
			func(v fleet.Viewer, _ []fleet.UUID, f *fleet.HistoryFilter) store.Read {
				return s.ReadHistoryCount(v, f)
			})},

		"Equipment.user":              user(),
		"Equipment.assignedOperator":  operatorOf(s),
		"Equipment.latestMaintenance": toFirst("MaintenanceRecord", s.ReadLatestMaintenance),
		"Equipment.nextMaintenance":   toFirst("MaintenanceRecord", s.ReadNextMaintenance),
		"Equipment.maintenanceRecords": {Object: "MaintenanceRecord", List: true, Key: "id",
			Bind: bind(fleet.MaintenanceDateDesc, s.ReadMaintenanceByEquipment, s.ReadMaintenanceCountByEquipment)},
		"Equipment.assignments": {Object: "Assignment", List: true, Key: "id",
			Bind: bind(fleet.AssignmentAssignedAtDesc, s.ReadAssignmentsByEquipment, s.ReadAssignmentCountByEquipment)},
		"Equipment.meterReadings": {Object: "MeterReading", List: true, Key: "id",
			Bind: bind(fleet.MeterReadingReadAtDesc, s.ReadMeterReadingsByEquipment, s.ReadMeterReadingCountByEquipment)},
		"Equipment.site":    toRow(s, "Site", "site_id", fleet.KindSite, false),
		"Equipment.history": history(),

		"Site.equipment": {Object: "Equipment", List: true, Key: "id",
			Bind: bind(fleet.EquipmentCreatedAtDesc, s.ReadEquipmentBySite, s.ReadEquipmentCountBySite)},
		"Site.history":       history(),
		"SiteMove.equipment": toRow(s, "Equipment", "equipment_id", fleet.KindEquipment, true),
		"SiteMove.site":      toRow(s, "Site", "site_id", fleet.KindSite, false),

		"Equipment.papers": {Object: "Paper", List: true, Key: "id",
			Bind: bind(fleet.PaperValidUntilAsc, s.ReadPapersByEquipment, s.ReadPaperCountByEquipment)},
		"Operator.papers": {Object: "Paper", List: true, Key: "id",
			Bind: bind(fleet.PaperValidUntilAsc, s.ReadPapersByOperator, s.ReadPaperCountByOperator)},
		"Paper.equipment": toRow(s, "Equipment", "equipment_id", fleet.KindEquipment, true),
		"Paper.operator":  toRow(s, "Operator", "operator_id", fleet.KindOperator, true),
		"Paper.history":   history(),

		"Operator.user": user(),
		"Operator.assignedEquipment": {Object: "Equipment", List: true, Key: "id",
			Bind: bind(fleet.EquipmentCreatedAtDesc, s.ReadEquipmentByOperator, s.ReadEquipmentCountByOperator)},
		"Operator.assignments": {Object: "Assignment", List: true, Key: "id",
			Bind: bind(fleet.AssignmentAssignedAtDesc, s.ReadAssignmentsByOperator, s.ReadAssignmentCountByOperator)},
		"Operator.history": history(),

		"MaintenanceRecord.equipment": toRow(s, "Equipment", "equipment_id", fleet.KindEquipment, true),
		"MaintenanceRecord.history":   history(),
		"Assignment.equipment":        toRow(s, "Equipment", "equipment_id", fleet.KindEquipment, true),
		"Assignment.operator":         toRow(s, "Operator", "operator_id", fleet.KindOperator, true),
		"AssignmentPlan.equipment":    toRow(s, "Equipment", "equipment_id", fleet.KindEquipment, true),
		"AssignmentPlan.operator":     toRow(s, "Operator", "operator_id", fleet.KindOperator, true),
		"AssignmentPlan.createdBy":    user(),
		"Meter.equipment":             toRow(s, "Equipment", "equipment_id", fleet.KindEquipment, true),
		"Meter.readings": {Object: "MeterReading", List: true, Key: "id",
			Bind: bind(fleet.MeterReadingReadAtDesc, s.ReadMeterReadingsByMeter, s.ReadMeterReadingCountByMeter)},
		"MeterReading.equipment": toRow(s, "Equipment", "equipment_id", fleet.KindEquipment, true),
		"MeterReading.meter":     toRow(s, "Meter", "meter_id", fleet.KindMeter, true),
		"HistoryEntry.user":      user(),
		"User.history":           history(),
		"User.company": {Object: "Company", ByID: true, Bind: func(v fleet.Viewer, _ plan.Arguments) (plan.Source, error) {
			return plan.Source{Key: &v.CompanyID, Rows: byIDs(s, "", fleet.KindCompany).Rows}, nil
		}},
	}
}

// byArgument is a field of the query that takes the id of a row of a kind.
func byArgument(s store.Reads, object string, k fleet.Kind) plan.Edge {
	return plan.Edge{Object: object, ByID: true, Bind: func(_ fleet.Viewer, a plan.Arguments) (plan.Source, error) {
		id, _ := a.Decoded["id"].(string)
		key, err := fleet.ParseIDOf(k, id)
		return plan.Source{Key: &key, Rows: byIDs(s, object, k).Rows}, err
	}}
}

// toRow is a field of a row that leads to the row whose id stands in a column.
func toRow(s store.Reads, object, column string, k fleet.Kind, deletedToo bool) plan.Edge {
	rows := func(v fleet.Viewer, keys []fleet.UUID, c plan.RowColumns) plan.Statement {
		return s.ReadByID(k, v, keys, deletedToo, store.Columns(c))
	}
	return plan.Edge{Object: object, Key: column, ByID: true,
		Bind: func(fleet.Viewer, plan.Arguments) (plan.Source, error) { return plan.Source{Rows: rows}, nil }}
}

// operatorOf is the field of a machine that leads to its operator: by the operator's id, or by the machine's where
// that is known before the machine is read.
func operatorOf(s store.Reads) plan.Edge {
	e := toRow(s, "Operator", "operator_id", fleet.KindOperator, false)
	byMachine := toFirst("Operator", s.ReadOperatorsByEquipment)
	e.Known = &byMachine
	return e
}

// toFirst is a field of a row that leads to one row that belongs to it.
func toFirst(object string, read func(fleet.Viewer, []fleet.UUID, store.Columns) store.Read) plan.Edge {
	rows := func(v fleet.Viewer, keys []fleet.UUID, c plan.RowColumns) plan.Statement {
		return read(v, keys, store.Columns(c))
	}
	return plan.Edge{Object: object, Key: "id",
		Bind: func(fleet.Viewer, plan.Arguments) (plan.Source, error) { return plan.Source{Rows: rows}, nil }}
}

// checked is a filter of a list, which may be nil.
type checked[F any] interface {
	*F
	Check() error
}

// bind returns the Bind of a connection with a filter and an order.
func bind[F any, P checked[F], O interface {
	~string
	List(company fleet.UUID) fleet.List
}](
	otherwise O,
	rows func(fleet.Viewer, []fleet.UUID, P, O, fleet.Window, store.Columns) store.Read,
	count func(fleet.Viewer, []fleet.UUID, P) store.Read,
) func(fleet.Viewer, plan.Arguments) (plan.Source, error) {
	return func(v fleet.Viewer, a plan.Arguments) (plan.Source, error) {
		given, _ := a.Decoded["orderBy"].(*O)
		order := or(given, otherwise)
		return source[F, P](v, a, order.List(v.CompanyID),
			func(v fleet.Viewer, keys []fleet.UUID, f P, w fleet.Window, c store.Columns) store.Read {
				return rows(v, keys, f, order, w, c)
			}, count)
	}
}

// bindHistory returns the Bind of a connection of the history, which has one order.
func bindHistory(
	rows func(fleet.Viewer, []fleet.UUID, *fleet.HistoryFilter, fleet.Window, store.Columns) store.Read,
	count func(fleet.Viewer, []fleet.UUID, *fleet.HistoryFilter) store.Read,
) func(fleet.Viewer, plan.Arguments) (plan.Source, error) {
	return func(v fleet.Viewer, a plan.Arguments) (plan.Source, error) {
		return source(v, a, fleet.HistoryList(v.CompanyID), rows, count)
	}
}

// source checks the arguments of a connection as list.window does.
func source[F any, P checked[F]](
	v fleet.Viewer,
	a plan.Arguments,
	in fleet.List,
	rows func(fleet.Viewer, []fleet.UUID, P, fleet.Window, store.Columns) store.Read,
	count func(fleet.Viewer, []fleet.UUID, P) store.Read,
) (plan.Source, error) {
	filter, _ := a.Decoded[filterArgument].(P)
	if sent := a.Sent[filterArgument]; sent != nil {
		if err := nullIn(sent); err != nil {
			return plan.Source{}, err
		}
		if asked, _ := sent.(map[string]any); asked["deleted"] != nil && v.CheckDeleted() != nil {
			return plan.Source{}, v.CheckDeleted()
		}
	}
	if err := filter.Check(); err != nil {
		return plan.Source{}, fmt.Errorf("filter: %w", err)
	}
	args := fleet.PageArgs{
		First: argument[int](a, "first"), After: argument[string](a, "after"), Last: argument[int](a, "last"),
		Before: argument[string](a, "before"), Offset: argument[int](a, "offset"),
	}
	w, err := args.Window(in)
	return plan.Source{
		List: in, Window: w,
		Rows: func(v fleet.Viewer, keys []fleet.UUID, c plan.RowColumns) plan.Statement {
			return rows(v, keys, filter, w, store.Columns(c))
		},
		Count: func(v fleet.Viewer, keys []fleet.UUID) plan.Statement { return count(v, keys, filter) },
	}, err
}

// argument returns an argument that may be left out.
func argument[T any](a plan.Arguments, name string) *T {
	given, _ := a.Decoded[name].(*T)
	return given
}
