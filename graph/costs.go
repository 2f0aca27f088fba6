package graph

import (
	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
)

// Costs says what a query may cost before it is run: each field 1, and what
// stands below a connection as often as the page has rows; a condition of a
// filter as much as a field. Without it a
// hundred bytes of nested pages could ask for a billion objects.
func Costs() (c generated.ComplexityRoot) {
	c.Query.EquipmentList = func(below int, first *int, _ *string, last *int, _ *string, offset *int, f *fleet.EquipmentFilter, _ *fleet.EquipmentOrder) int {
		return deepCost(below, first, last, offset) + f.Conditions()
	}
	c.Query.Operators = func(below int, first *int, _ *string, last *int, _ *string, offset *int, f *fleet.OperatorFilter, _ *fleet.OperatorOrder) int {
		return deepCost(below, first, last, offset) + f.Conditions()
	}
	c.Query.MaintenanceRecords = func(below int, first *int, _ *string, last *int, _ *string, offset *int, f *fleet.MaintenanceFilter, _ *fleet.MaintenanceOrder) int {
		return deepCost(below, first, last, offset) + f.Conditions()
	}
	c.Equipment.MaintenanceRecords = func(below int, first *int, _ *string, last *int, _ *string, f *fleet.MaintenanceFilter, _ *fleet.MaintenanceOrder) int {
		return pageCost(below, first, last) + f.Conditions()
	}
	c.Operator.AssignedEquipment = func(below int, first *int, _ *string, last *int, _ *string, f *fleet.EquipmentFilter, _ *fleet.EquipmentOrder) int {
		return pageCost(below, first, last) + f.Conditions()
	}
	page := func(below int, first *int, _ *string, last *int, _ *string) int { return pageCost(below, first, last) }
	c.Equipment.Assignments, c.Equipment.MeterReadings, c.Equipment.History = page, page, page
	c.Operator.Assignments, c.Operator.History, c.MaintenanceRecord.History, c.User.History = page, page, page, page
	c.Query.History = func(below int, first *int, _ *string, last *int, _ *string, offset *int, f *fleet.HistoryFilter) int {
		return deepCost(below, first, last, offset) + f.Conditions()
	}
	c.Query.Users = func(below int, first *int, _ *string, last *int, _ *string, offset *int) int {
		return deepCost(below, first, last, offset)
	}
	hundred := func(below int) int { return times(below, fleet.MaxPage) }
	c.Query.AccessTokens, c.Query.Sessions = hundred, hundred
	c.User.AccessTokens, c.User.Sessions = hundred, hundred
	c.Mutation.UpdateEquipmentBatch = func(below int, input generated.UpdateEquipmentBatchInput, _ *string) int {
		return times(below, len(input.Updates))
	}
	c.Query.Nodes = func(below int, ids []string) int { return times(below, len(ids)) }
	c.Query.MaintenanceSummary = func(below int, f *fleet.MaintenanceFilter, by []fleet.MaintenanceGrouping, first *int, _ *fleet.MaintenanceSummaryOrder) int {
		if len(by) == 0 {
			return times(below, 1) + f.Conditions()
		}
		return times(below, min(max(or(first, fleet.MaxSummaryGroups), 1), fleet.MaxSummaryFirst)) + f.Conditions()
	}
	c.Query.Categories = func(below int, f *fleet.EquipmentFilter, first *int) int {
		return times(below, min(max(or(first, fleet.DefaultCategories), 1), fleet.MaxCategories)) + f.Conditions()
	}
	return c
}

func pageCost(below int, first, last *int) int {
	rows := or(first, or(last, fleet.DefaultPage))
	return times(below, min(max(rows, 1), fleet.MaxPage)) // what is out of range is refused later
}

// deepCost adds to pageCost what it takes to skip rows.
func deepCost(below int, first, last, offset *int) int {
	return pageCost(below, first, last) + min(max(or(offset, 0), 0), fleet.MaxOffset)/100
}

// most is what no operation may cost; what would cost more costs this.
const most = 1 << 40

// times is the cost of a field and of what stands below it, n times.
func times(below, n int) int {
	if below >= most/max(n, 1) {
		return most
	}
	return 1 + below*n
}
