package graph

import (
	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
)

// Costs says what a query may cost before it is run: each field 1, and what
// stands below a connection as often as the page has rows. Without it a
// hundred bytes of nested pages could ask for a billion objects.
func Costs() (c generated.ComplexityRoot) {
	c.Query.EquipmentList = func(below int, first *int, _ *string, last *int, _ *string, _ *fleet.EquipmentFilter, _ *fleet.EquipmentOrder) int {
		return pageCost(below, first, last)
	}
	c.Query.Operators = func(below int, first *int, _ *string, last *int, _ *string, _ *fleet.OperatorFilter, _ *fleet.OperatorOrder) int {
		return pageCost(below, first, last)
	}
	c.Query.MaintenanceRecords = func(below int, first *int, _ *string, last *int, _ *string, _ *fleet.MaintenanceFilter, _ *fleet.MaintenanceOrder) int {
		return pageCost(below, first, last)
	}
	c.Equipment.MaintenanceRecords = c.Query.MaintenanceRecords
	c.Operator.AssignedEquipment = c.Query.EquipmentList
	page := func(below int, first *int, _ *string, last *int, _ *string) int { return pageCost(below, first, last) }
	c.Equipment.Assignments, c.Equipment.MeterReadings, c.Equipment.History = page, page, page
	c.Operator.Assignments, c.Operator.History, c.MaintenanceRecord.History, c.User.History = page, page, page, page
	c.Query.History = func(below int, first *int, _ *string, last *int, _ *string, _ *fleet.HistoryFilter) int {
		return pageCost(below, first, last)
	}
	c.Query.Users = page
	hundred := func(below int) int { return times(below, fleet.MaxPage) }
	c.Query.AccessTokens, c.Query.Sessions = hundred, hundred
	c.User.AccessTokens, c.User.Sessions = hundred, hundred
	c.Mutation.UpdateEquipmentBatch = func(below int, input generated.UpdateEquipmentBatchInput, _ *string) int {
		return times(below, len(input.Updates))
	}
	c.Query.Nodes = func(below int, ids []string) int { return times(below, len(ids)) }
	c.Query.MaintenanceSummary = func(below int, _ *fleet.MaintenanceFilter, by []fleet.MaintenanceGrouping) int {
		if len(by) == 0 {
			return times(below, 1)
		}
		return times(below, fleet.MaxPage) // how many lines there will be is not known before
	}
	return c
}

func pageCost(below int, first, last *int) int {
	rows := or(first, or(last, fleet.DefaultPage))
	return times(below, min(max(rows, 1), fleet.MaxPage)) // what is out of range is refused later
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
