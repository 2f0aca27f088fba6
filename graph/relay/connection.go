// Package relay holds what the Relay server specification
// (https://relay.dev/graphql/connections.htm) makes of the domain's pages:
// nodes, connections, edges and page info.
package relay

import (
	"context"

	"bitcorp.dev/fleet/internal/fleet"
)

// Node is any row with a global id.
type Node interface{ GlobalID() string }

// Connection is a page of rows as Relay wants it. What a query does not
// select is not made: cursors are computed per edge, the total by a statement
// of its own.
type Connection[T any] struct {
	page   fleet.Page[*T]
	cursor func(*T) string
	total  func(context.Context) (int, error)
}

// Edge is a row of a Connection with its place in the list.
type Edge[T any] struct {
	Node   *T
	cursor func(*T) string
}

// PageInfo tells where a page stands in its list.
type PageInfo struct {
	HasNextPage, HasPreviousPage bool
	StartCursor, EndCursor       *string
}

// EquipmentConnection and its like are the connections of the schema; gqlgen
// finds them by their names.
type EquipmentConnection = Connection[fleet.Equipment]

// EquipmentEdge is a machine in a list.
type EquipmentEdge = Edge[fleet.Equipment]

// OperatorConnection is a page of operators.
type OperatorConnection = Connection[fleet.Operator]

// OperatorEdge is an operator in a list.
type OperatorEdge = Edge[fleet.Operator]

// MaintenanceRecordConnection is a page of maintenance records.
type MaintenanceRecordConnection = Connection[fleet.MaintenanceRecord]

// MaintenanceRecordEdge is a maintenance record in a list.
type MaintenanceRecordEdge = Edge[fleet.MaintenanceRecord]

// UserConnection is a page of users.
type UserConnection = Connection[fleet.User]

// UserEdge is a user in a list.
type UserEdge = Edge[fleet.User]

// AssignmentConnection is a page of assignments.
type AssignmentConnection = Connection[fleet.Assignment]

// AssignmentEdge is an assignment in a list.
type AssignmentEdge = Edge[fleet.Assignment]

// AssignmentPlanConnection is a page of assignment plans.
type AssignmentPlanConnection = Connection[fleet.AssignmentPlan]

// AssignmentPlanEdge is an assignment plan in a list.
type AssignmentPlanEdge = Edge[fleet.AssignmentPlan]

// MeterReadingConnection is a page of meter readings.
type MeterReadingConnection = Connection[fleet.MeterReading]

// MeterReadingEdge is a meter reading in a list.
type MeterReadingEdge = Edge[fleet.MeterReading]

// EquipmentStatusPeriodConnection is a page of status periods.
type EquipmentStatusPeriodConnection = Connection[fleet.StatusPeriod]

// EquipmentStatusPeriodEdge is a status period in a list.
type EquipmentStatusPeriodEdge = Edge[fleet.StatusPeriod]

// ServiceScheduleConnection is a page of service schedules.
type ServiceScheduleConnection = Connection[fleet.ServiceSchedule]

// ServiceScheduleEdge is a service schedule in a list.
type ServiceScheduleEdge = Edge[fleet.ServiceSchedule]

// ScheduledServiceConnection is a page of services.
type ScheduledServiceConnection = Connection[fleet.ScheduledService]

// ScheduledServiceEdge is a service in a list.
type ScheduledServiceEdge = Edge[fleet.ScheduledService]

// DueMaintenanceConnection is a page of due work.
type DueMaintenanceConnection = Connection[fleet.DueMaintenance]

// DueMaintenanceEdge is a due piece of work in a list.
type DueMaintenanceEdge = Edge[fleet.DueMaintenance]

// SiteConnection is a page of sites.
type SiteConnection = Connection[fleet.Site]

// SiteEdge is a site in a list.
type SiteEdge = Edge[fleet.Site]

// SiteMoveConnection is a page of moves.
type SiteMoveConnection = Connection[fleet.SiteMove]

// SiteMoveEdge is a move in a list.
type SiteMoveEdge = Edge[fleet.SiteMove]

// PaperConnection is a page of papers.
type PaperConnection = Connection[fleet.Paper]

// PaperEdge is a paper in a list.
type PaperEdge = Edge[fleet.Paper]

// SavedQueryConnection is a page of saved queries.
type SavedQueryConnection = Connection[fleet.SavedQuery]

// SavedQueryEdge is a saved query in a list.
type SavedQueryEdge = Edge[fleet.SavedQuery]

// SavedQueryVersionConnection is a page of versions of a saved query.
type SavedQueryVersionConnection = Connection[fleet.SavedQueryVersion]

// SavedQueryVersionEdge is a version of a saved query in a list.
type SavedQueryVersionEdge = Edge[fleet.SavedQueryVersion]

// HistoryEntryConnection is a page of the history.
type HistoryEntryConnection = Connection[fleet.HistoryEntry]

// HistoryEntryEdge is an entry in a list.
type HistoryEntryEdge = Edge[fleet.HistoryEntry]

// NewConnection returns the connection of a page. The cursor function makes a
// row's cursor, total counts the whole list; each is called only when its
// field is selected.
func NewConnection[T any](
	page fleet.Page[*T],
	cursor func(*T) string,
	total func(context.Context) (int, error),
) *Connection[T] {
	return &Connection[T]{page, cursor, total}
}

// Total counts the rows of the whole list.
func (c *Connection[T]) Total(ctx context.Context) (int, error) { return c.total(ctx) }

// Cursor returns the row's place in the list's order.
func (e Edge[T]) Cursor() string { return e.cursor(e.Node) }

// Nodes returns the rows.
func (c *Connection[T]) Nodes() []*T { return c.page.Items }

// Edges returns the rows with what makes their cursors.
func (c *Connection[T]) Edges() []Edge[T] {
	edges := make([]Edge[T], len(c.page.Items))
	for i, item := range c.page.Items {
		edges[i] = Edge[T]{item, c.cursor}
	}
	return edges
}

// PageInfo returns where the page stands in the list.
func (c *Connection[T]) PageInfo() PageInfo {
	info := PageInfo{HasNextPage: c.page.HasNext, HasPreviousPage: c.page.HasPrevious}
	if n := len(c.page.Items); n > 0 {
		start, end := c.cursor(c.page.Items[0]), c.cursor(c.page.Items[n-1])
		info.StartCursor, info.EndCursor = &start, &end
	}
	return info
}
