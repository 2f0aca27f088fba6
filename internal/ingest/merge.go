package ingest

import (
	"fmt"
	"slices"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// merge compares what the file gives with what was changed in the fleet since the last import of the row. A value that
// the file has not changed since then leaves the change in the fleet; one that both have changed is a conflict, unless
// the file is to win.
func (c *converter) merge(m *store.Match, now []fleet.Fact) *store.Reject {
	if c.overwrite {
		return nil
	}
	for n, f := range c.fields {
		last, edited := m.Edited[f.name]
		if f.name == "" || !edited || m.Given&(1<<n) == 0 || m.Values[n] == nil {
			continue
		}
		file := asFact(f, *m.Values[n])
		at := slices.IndexFunc(now, func(fact fleet.Fact) bool { return fact.Field == f.name })
		switch {
		case f.Name == "source_kind": // is changed with the kind
		case last != nil && *last == file:
			m.Given &^= 1 << n
		case at >= 0 && (now[at].Value == nil || *now[at].Value != file):
			return &store.Reject{Column: f.Name, Reason: c.about(f.name, fmt.Sprintf("was changed in the fleet to %s since the "+
				"last import, which had %s, and the file has %s: use --overwrite to take that of the file",
				orNothing(now[at].Value), orNothing(last), fleet.Quote(file)))}
		}
	}
	return nil
}

func orNothing(s *string) string {
	if s == nil {
		return "nothing"
	}
	return fleet.Quote(*s)
}

// asFact writes a staged value as the history does.
func asFact(f field, value string) string {
	switch f.Name {
	case "user_id":
		if id, err := fleet.ParseUUID(value); err == nil {
			return fleet.GlobalID(fleet.KindUser, id)
		}
	case "equipment_id":
		if id, err := fleet.ParseUUID(value); err == nil {
			return fleet.GlobalID(fleet.KindEquipment, id)
		}
	case "created_at", "started_at", "completed_at", "down_from", "down_to":
		if at, err := time.Parse(time.RFC3339Nano, value); err == nil {
			return at.UTC().Format(time.RFC3339Nano)
		}
	}
	return value
}
