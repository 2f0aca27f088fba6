package store

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// equipmentColumns are the columns of scanEquipment. Amounts are read as text, which is exact and
// the format of the API.
const equipmentColumns = `e.id, e.user_id, e.operator_id, e.site_id, e.name, e.serial_number, e.description, e.category, e.status,
	e.status_after_work, e.cost::text, e.manufacturer, e.model, e.year, e.in_service_on, e.retired_on,
	e.replacement_value::text, e.scheduled_hours_per_week::text, e.created_at, e.updated_at, e.deleted_at, e.version`

// scanEquipment reads a row that ends with equipmentColumns; before receives the columns in front
// of them.
func scanEquipment(row pgx.CollectableRow, before ...any) (*fleet.Equipment, error) {
	e := new(fleet.Equipment)
	var inService, retired *time.Time
	err := row.Scan(append(before, (*[16]byte)(&e.ID), &e.UserID, &e.OperatorID, &e.SiteID, &e.Name, &e.SerialNumber,
		&e.Description, &e.Category, (*string)(&e.Status), &e.StatusAfterWork, &e.Cost, &e.Manufacturer, &e.Model,
		&e.Year, &inService, &retired, &e.ReplacementValue, &e.ScheduledHoursPerWeek, &e.CreatedAt, &e.UpdatedAt,
		&e.DeletedAt, &e.Version)...)
	e.InServiceOn, e.RetiredOn = dateOf(inService), dateOf(retired)
	return e, err
}

// naturalSerial is the sort key of serial numbers. A machine without one counts as ”.
var naturalSerial = natural("coalesce(e.serial_number, '')")

// natural is the sort key of a text: without regard to case, by the order of the Unicode locale data
// whatever the locale of the database, and numbers in it by their value.
func natural(text string) string { return naturalBegin + text + naturalEnd }

const (
	naturalBegin = "lower("
	naturalEnd   = " COLLATE fleet_natural)"
)

// The sort keys of values that a machine may lack: those without one come first.
var (
	naturalManufacturer = natural("coalesce(e.manufacturer, '')")
	naturalModel        = natural("coalesce(e.model, '')")
)

const (
	yearKey        = "coalesce(e.year, 0)"
	inServiceKey   = "coalesce(e.in_service_on, '0001-01-01'::date)"
	retiredKey     = "coalesce(e.retired_on, '0001-01-01'::date)"
	replacementKey = "coalesce(e.replacement_value, -1)"
)

func equipmentSortKey(o fleet.EquipmentOrder) sortKey {
	switch o {
	case fleet.EquipmentNameAsc, fleet.EquipmentNameDesc:
		return sortKey{natural("e.name"), natural("?::text"), o == fleet.EquipmentNameDesc}
	case fleet.EquipmentCostAsc, fleet.EquipmentCostDesc:
		return sortKey{"coalesce(e.cost, -1)", "?::numeric", o == fleet.EquipmentCostDesc}
	case fleet.EquipmentSerialNumberAsc, fleet.EquipmentSerialNumberDesc:
		return sortKey{naturalSerial, natural("?::text"), o == fleet.EquipmentSerialNumberDesc}
	case fleet.EquipmentManufacturerAsc, fleet.EquipmentManufacturerDesc:
		return sortKey{naturalManufacturer, natural("?::text"), o == fleet.EquipmentManufacturerDesc}
	case fleet.EquipmentModelAsc, fleet.EquipmentModelDesc:
		return sortKey{naturalModel, natural("?::text"), o == fleet.EquipmentModelDesc}
	case fleet.EquipmentYearAsc, fleet.EquipmentYearDesc:
		return sortKey{yearKey, "?::int", o == fleet.EquipmentYearDesc}
	case fleet.EquipmentInServiceOnAsc, fleet.EquipmentInServiceOnDesc:
		return sortKey{inServiceKey, "?::date", o == fleet.EquipmentInServiceOnDesc}
	case fleet.EquipmentRetiredOnAsc, fleet.EquipmentRetiredOnDesc:
		return sortKey{retiredKey, "?::date", o == fleet.EquipmentRetiredOnDesc}
	case fleet.EquipmentReplacementValueAsc, fleet.EquipmentReplacementValueDesc:
		return sortKey{replacementKey, "?::numeric", o == fleet.EquipmentReplacementValueDesc}
	case fleet.EquipmentUpdatedAtAsc, fleet.EquipmentUpdatedAtDesc:
		return sortKey{"e.updated_at", "?::timestamptz", o == fleet.EquipmentUpdatedAtDesc}
	default:
		return sortKey{"e.created_at", "?::timestamptz", o != fleet.EquipmentCreatedAtAsc}
	}
}

// equipmentWhere limits q to the machines that are visible to the viewer and match f: without the
// deleted ones unless f asks for them.
func equipmentWhere(q *query, v fleet.Viewer, f *fleet.EquipmentFilter) {
	var d deletedRows
	if f != nil {
		d.want = f.Deleted
	}
	q.shown(ofEquipment, "e", v, d)
	filter(q, f, equipmentConditions)
}

func equipmentConditions(c *conditions, f *fleet.EquipmentFilter) {
	c.ids("e.id", f.IDs)
	oneOf(c, "e.status", f.Status)
	c.keyed("text_key(e.category)", f.Category)
	c.reference("e.user_id", f.User)
	c.reference("e.operator_id", f.Operator)
	c.reference("e.site_id", f.Site)
	if f.SerialNumber != nil {
		c.keyed("e.serial_key", f.SerialNumber.In)
		c.null(naturalSerial+" = ''", f.SerialNumber.IsNull) // as it counts in the index
	}
	// The sort key's expression has an index. It is below every value where there is none.
	between(c, "coalesce(e.cost, -1)", "numeric", "coalesce(e.cost, -1) < 0", f.Cost)
	bounded(c, f.Cost, "coalesce(e.cost, -1) >= 0")
	if f.Manufacturer != nil {
		c.keyed("e.manufacturer IS NOT NULL AND text_key(e.manufacturer)", f.Manufacturer.In)
		c.null("e.manufacturer IS NULL", f.Manufacturer.IsNull)
	}
	if f.Model != nil {
		c.keyed("e.model IS NOT NULL AND text_key(e.model)", f.Model.In)
		c.null("e.model IS NULL", f.Model.IsNull)
	}
	between(c, yearKey, "int", yearKey+" = 0", f.Year)
	bounded(c, f.Year, yearKey+" > 0")
	between(c, inServiceKey, "date", "e.in_service_on IS NULL", f.InServiceOn)
	bounded(c, f.InServiceOn, inServiceKey+" > '0001-01-01'")
	between(c, retiredKey, "date", "e.retired_on IS NULL", f.RetiredOn)
	bounded(c, f.RetiredOn, retiredKey+" > '0001-01-01'")
	between(c, replacementKey, "numeric", replacementKey+" < 0", f.ReplacementValue)
	bounded(c, f.ReplacementValue, replacementKey+" >= 0")
	between(c, "e.scheduled_hours_per_week", "numeric", "e.scheduled_hours_per_week IS NULL", f.ScheduledHoursPerWeek)
	between(c, "e.created_at", "timestamptz", "e.created_at IS NULL", f.CreatedAt)
	between(c, "e.updated_at", "timestamptz", "e.updated_at IS NULL", f.UpdatedAt)
	c.search(`e.name || ' ' || coalesce(e.serial_number, '') || ' ' || e.category || ' ' ||
		coalesce(e.description, '')`, f.Search)
	combine(c, f.And, f.Or, f.Not, equipmentConditions)
}

// equipmentIndexed reports whether an index has the rows that match f in the order o, without others between
// them: all machines, and by creation those of one status, one category, one operator, one site, one user, or one
// user and status.
// The rows that an OPERATOR sees lie among others.
func equipmentIndexed(v fleet.Viewer, f *fleet.EquipmentFilter, o fleet.EquipmentOrder) bool {
	if f == nil {
		return true
	}
	rest := *f
	rest.Status, rest.Category, rest.User, rest.Operator, rest.Site = nil, nil, nil, nil, nil
	if !reflect.ValueOf(rest).IsZero() || o != fleet.EquipmentCreatedAtAsc && o != fleet.EquipmentCreatedAtDesc {
		return false
	}
	one := func(f *fleet.IDFilter) bool { return len(f.In) == 1 && f.IsNull == nil }
	switch {
	case v.Role == fleet.RoleOperator:
		return false
	case f.Operator != nil:
		return one(f.Operator) && f.Site == nil && f.User == nil && len(f.Status)+len(f.Category) == 0
	case f.Site != nil:
		return one(f.Site) && f.User == nil && len(f.Status)+len(f.Category) == 0
	case f.User != nil:
		return one(f.User) && len(f.Status) <= 1 && len(f.Category) == 0
	default:
		return len(f.Status)+len(f.Category) <= 1
	}
}

// EquipmentPage returns a page of the machines that match f, in the order o. One statement; index
// equipment_by_created, _by_natural_name, _by_cost, _by_natural_serial, _by_manufacturer, _by_model, _by_year,
// _by_in_service, _by_retired, _by_replacement, or the one of the filter (equipment_by_status, _by_category_key,
// _by_user, _by_user_status, _active_by_user, _by_operator, _by_site, _serial_key, _manufacturer_key, _model_key, _by_updated,
// _search_folded, _words_folded, _deleted).
func (s *Fleet) EquipmentPage(ctx context.Context, v fleet.Viewer, f *fleet.EquipmentFilter, o fleet.EquipmentOrder,
	w fleet.Window) (fleet.Page[*fleet.Equipment], error) {
	if !equipmentIndexed(v, f, o) || w.Offset > 0 {
		done, err := s.scan(ctx)
		if err != nil {
			return fleet.Page[*fleet.Equipment]{}, err
		}
		defer done()
	}
	q := s.query()
	q.TableExpr("equipment AS e")
	equipmentWhere(q, v, f)
	q.window("e", equipmentColumns, equipmentSortKey(o), w)
	list, err := collect(ctx, q, scanEquipment)
	if err != nil {
		return fleet.Page[*fleet.Equipment]{}, fmt.Errorf("list equipment: %w", err)
	}
	return fleet.NewPage(w, list), nil
}

// EquipmentCount returns the number of machines that match f. One statement.
func (s *Fleet) EquipmentCount(ctx context.Context, v fleet.Viewer, f *fleet.EquipmentFilter) (int, error) {
	done, err := s.scan(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	q := s.query()
	q.TableExpr("equipment AS e").ColumnExpr("count(*)")
	equipmentWhere(q, v, f)
	n, err := q.count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count equipment: %w", err)
	}
	return n, nil
}

// Categories returns the categories of the machines that match f, with the number of machines: the
// most frequent ones first, at most limit. One statement; index-only scan of equipment_categories
// without a filter.
func (s *Fleet) Categories(ctx context.Context, v fleet.Viewer, f *fleet.EquipmentFilter,
	limit int) ([]*fleet.CategoryCount, error) {
	done, err := s.scan(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	q := s.query()
	q.TableExpr("equipment AS e").ColumnExpr("e.category, count(*)").GroupExpr("e.category").
		OrderExpr("count(*) DESC, e.category COLLATE fleet_natural").Limit(int64(limit))
	equipmentWhere(q, v, f)
	list, err := collect(ctx, q, func(row pgx.CollectableRow, _ ...any) (*fleet.CategoryCount, error) {
		c := new(fleet.CategoryCount)
		return c, row.Scan(&c.Category, &c.Count)
	})
	if err != nil {
		return nil, fmt.Errorf("categories: %w", err)
	}
	return list, nil
}

// EquipmentByID returns the undeleted, visible machines with these ids. One statement, primary key.
func (s *Fleet) EquipmentByID(ctx context.Context, v fleet.Viewer, ids []fleet.UUID) (map[fleet.UUID]*fleet.Equipment,
	error) {
	return s.equipmentByID(ctx, v, ids, deletedRows{})
}

// EquipmentOf returns the visible machines with these ids, which are those of rows that the viewer
// sees. Rows of a deleted machine are visible only to a viewer that has asked for them, and with them
// the machine. One statement, primary key.
func (s *Fleet) EquipmentOf(ctx context.Context, v fleet.Viewer, ids []fleet.UUID) (map[fleet.UUID]*fleet.Equipment,
	error) {
	return s.equipmentByID(ctx, v, ids, withDeleted())
}

func (s *Fleet) equipmentByID(ctx context.Context, v fleet.Viewer, ids []fleet.UUID,
	d deletedRows) (map[fleet.UUID]*fleet.Equipment, error) {
	var args arguments
	text := `
		SELECT ` + equipmentColumns + `
		FROM   equipment e
		WHERE  ` + shown(ofEquipment, "e", v, d, args.add) + ` AND ` + args.in("e.id", ids)
	list, err := readRows(ctx, s.conns, only(scanEquipment), text, args...)
	if err != nil {
		return nil, fmt.Errorf("equipment by id: %w", err)
	}
	return keyed(list, func(e *fleet.Equipment) fleet.UUID { return e.ID }), nil
}

// EquipmentAmong returns the machines with these ids that match f. Without ids it returns all that
// match, for viewers with few visible rows. One statement, primary key.
func (s *Fleet) EquipmentAmong(ctx context.Context, v fleet.Viewer, ids []fleet.UUID,
	f *fleet.EquipmentFilter) (map[fleet.UUID]*fleet.Equipment, error) {
	q := s.query()
	q.TableExpr("equipment AS e").ColumnExpr(equipmentColumns)
	equipmentWhere(q, v, f)
	if len(ids) > 0 {
		q.Where(q.args.in("e.id", ids))
	}
	list, err := collect(ctx, q, scanEquipment)
	if err != nil {
		return nil, fmt.Errorf("equipment among: %w", err)
	}
	return keyed(list, func(e *fleet.Equipment) fleet.UUID { return e.ID }), nil
}
