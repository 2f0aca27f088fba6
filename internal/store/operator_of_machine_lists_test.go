package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// lists compares what the store lists with the open assignments.
func (m *assigning) lists(t *testing.T) {
	t.Helper()
	ctx, s, all := t.Context(), m.db.Fleet(), fleet.Window{Limit: fleet.MaxPage}
	// A last state with something in it, whatever the writers have left.
	for _, sql := range []string{
		`UPDATE equipment SET deleted_at = NULL WHERE deleted_at IS NOT NULL AND serial_number IS NULL`,
		`INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at)
			SELECT company_id, id, (SELECT id FROM one_operator(0)), 'infinity' FROM one_machine(2) WHERE operator_id IS NULL`,
	} {
		if err := m.db.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := m.connect(t).Query(ctx, `SELECT o.id, array_agg(e.id ORDER BY e.created_at DESC, e.id DESC)
		FILTER (WHERE e.id IS NOT NULL) FROM operators o
		LEFT JOIN assignments a ON a.operator_id = o.id AND a.released_at IS NULL
		LEFT JOIN equipment e ON e.id = a.equipment_id AND e.deleted_at IS NULL GROUP BY o.id`)
	if err != nil {
		t.Fatal(err)
	}
	want, assigned := map[fleet.UUID][]fleet.UUID{}, 0
	var operators []fleet.UUID
	var operator fleet.UUID
	var machines [][16]byte
	if _, err := pgx.ForEachRow(rows, []any{(*[16]byte)(&operator), &machines}, func() error {
		operators, want[operator] = append(operators, operator), []fleet.UUID{}
		for _, id := range machines {
			want[operator] = append(want[operator], fleet.UUID(id))
			assigned++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	keys := func(page fleet.Page[*fleet.Equipment]) []fleet.UUID {
		ids := []fleet.UUID{}
		for _, e := range page.Items {
			ids = append(ids, e.ID)
		}
		return ids
	}
	pages, err := s.EquipmentByOperator(ctx, m.v, operators, nil, fleet.EquipmentCreatedAtDesc, all)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := s.EquipmentCountByOperator(ctx, m.v, operators, nil)
	if err != nil {
		t.Fatal(err)
	}
	filtered := func(f fleet.IDFilter) []fleet.UUID {
		t.Helper()
		page, err := s.EquipmentPage(ctx, m.v, &fleet.EquipmentFilter{Operator: &f}, fleet.EquipmentCreatedAtDesc, all)
		if err != nil {
			t.Fatal(err)
		}
		return keys(page)
	}
	for id, machines := range want {
		if diff := cmp.Diff(machines, keys(pages[id])); diff != "" {
			t.Errorf("machines of an operator: %s", diff)
		}
		if counts[id] != len(machines) {
			t.Errorf("%d machines of an operator are counted, want %d", counts[id], len(machines))
		}
		if diff := cmp.Diff(machines, filtered(fleet.IDFilter{In: fleet.RowIDs(fleet.KindOperator, id)})); diff != "" {
			t.Errorf("machines filtered by an operator: %s", diff)
		}
	}
	yes, no := true, false
	everything, err := s.EquipmentPage(ctx, m.v, nil, fleet.EquipmentCreatedAtDesc, all)
	if err != nil {
		t.Fatal(err)
	}
	without, with := filtered(fleet.IDFilter{IsNull: &yes}), filtered(fleet.IDFilter{IsNull: &no})
	if len(with) != assigned || len(without) != len(everything.Items)-assigned || assigned == 0 {
		t.Errorf("%d machines with and %d without an operator, want %d of %d with", len(with), len(without), assigned,
			len(everything.Items))
	}
	if all := filtered(fleet.IDFilter{In: fleet.RowIDs(fleet.KindOperator, operators...)}); len(all) != assigned {
		t.Errorf("%d machines of all operators, want %d", len(all), assigned)
	}
}
