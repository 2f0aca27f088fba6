package graph

import (
	"slices"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestEnumsOfTheSchemaAreThoseOfTheDomain compares the values of enums that the schema and the domain both list.
func TestEnumsOfTheSchemaAreThoseOfTheDomain(t *testing.T) {
	t.Parallel()
	schema := Schema()
	for name, want := range map[string][]string{
		"Role":                    names(fleet.Roles()),
		"EquipmentStatus":         names(fleet.EquipmentStatuses()),
		"EquipmentOrder":          names(fleet.EquipmentOrders()),
		"OperatorStatus":          names(fleet.OperatorStatuses()),
		"OperatorOrder":           names(fleet.OperatorOrders()),
		"PaperKind":               names(fleet.PaperKinds()),
		"PaperOrder":              names(fleet.PaperOrders()),
		"SavedQueryOrder":         names(fleet.SavedQueryOrders()),
		"SiteOrder":               names(fleet.SiteOrders()),
		"UserOrder":               names(fleet.UserOrders()),
		"AssignmentOrder":         names(fleet.AssignmentOrders()),
		"AssignmentPlanStatus":    names(fleet.AssignmentPlanStatuses()),
		"MeterUnit":               names(fleet.MeterUnits()),
		"MeterReadingOrder":       names(fleet.MeterReadingOrders()),
		"MaintenanceRecordOrder":  names(fleet.MaintenanceOrders()),
		"MaintenanceKind":         names(fleet.MaintenanceKinds()),
		"MaintenanceStatus":       names(fleet.MaintenanceStatuses()),
		"MaintenanceSummaryOrder": names(fleet.MaintenanceSummaryOrders()),
		"DeletedRows":             names(fleet.DeletedValues()),
		"VoidedReadings":          names(fleet.VoidedValues()),
		"OpenWork":                names(fleet.OpenWorks()),
		"AggregateDimension":      names(fleet.Dimensions()),
		"AggregateNumber":         names(fleet.Numbers()),
		"AggregateFigure":         names(fleet.Figures()),
		"SortDirection":           names(fleet.SortDirections()),
		"KpiUnit":                 names(fleet.KpiUnits()),
		"KpiReason":               names(fleet.KpiReasons()),
		"ErrorReason":             names(fleet.Reasons()),
		"ServiceRecurrence":       names(fleet.ServiceRecurrences()),
		"ServiceScheduleOrder":    names(fleet.ServiceScheduleOrders()),
		"DueStatus":               names(fleet.DueStatuses()),
		"ForecastReason":          names(fleet.ForecastReasons()),
	} {
		var got []string
		for _, value := range schema.Types[name].EnumValues {
			got = append(got, value.Name)
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s has the values %v in the schema and %v in internal/fleet", name, got, want)
		}
	}
}

// names returns the values as sorted strings.
func names[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	slices.Sort(list)
	return list
}
